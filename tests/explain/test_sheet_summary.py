"""Tests of explorer/explain/sheet_summary.py."""

from __future__ import annotations

from explorer.explain.analysis import Prediction
from explorer.explain.sheet_summary import (
    DIFFERENT,
    UNSURE,
    WRONG,
    SheetOutcome,
    choices,
    summary,
)


def outcome(
    label: str, probability: float = 0.9, expected: str = "", beside: str = ""
) -> SheetOutcome:
    second = Prediction(0, beside, 0.5) if beside else None
    return SheetOutcome(Prediction(0, label, probability), expected, second, unsure_below=0.5)


MANY = [
    outcome("cup", 0.5, "cup", "cup"),
    outcome("cup", 0.49, "cup", "ketch"),
    outcome("ketch", 0.9, "cup", "ketch"),
    outcome("car_side", 0.9, "", "car_side"),
    outcome("ant", 0.3, "ant", "bee"),
]


def test_the_sentence_counts_classes_doubts_truth_and_agreement() -> None:
    assert summary(MANY) == (
        "5 photos: cup (2), ketch (1), car side (1) and one other class. Not sure about 2. "
        "3 of the 4 with a known class are right. The two networks agree on 3 of 5."
    )
    assert summary([outcome("cup")]) == "1 photo: cup (1). Sure about all."
    assert summary([outcome("ant", expected="bee")]).endswith("a known class is wrong.")
    assert summary([]) == ""


def test_a_photo_is_picked_by_what_it_shows_doubt_error_and_difference() -> None:
    assert [UNSURE in one.traits for one in MANY] == [False, True, False, False, True]
    assert [WRONG in one.traits for one in MANY] == [False, False, True, False, False]
    assert [DIFFERENT in one.traits for one in MANY] == [False, True, False, False, True]
    assert [trait for trait, title in choices(MANY).items()] == [
        *(UNSURE, WRONG, DIFFERENT),
        *("class:cup", "class:ant", "class:car_side", "class:ketch"),
    ]
    assert choices(MANY)[UNSURE] == "Not sure (2)"
    assert choices(MANY)["class:car_side"] == "car side (1)"


def test_a_class_with_the_name_of_a_trait_is_not_taken_for_it() -> None:
    assert choices([outcome("wrong")]) == {"class:wrong": "wrong (1)"}
