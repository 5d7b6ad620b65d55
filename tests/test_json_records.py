"""Tests of explorer/json_records.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from explorer.json_records import from_record, to_record


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    colour: Colour
    ratio: float


@dataclass(frozen=True)
class Outer:
    name: str
    count: int
    rounds: tuple[tuple[float, ...], ...]
    inners: tuple[Inner, ...]
    versions: Mapping[str, str]
    flag: bool = False
    maybe: Inner | None = None


OUTER = Outer("a", 3, ((1.0, 2.5), ()), (Inner(Colour.RED, 0.5),), {"torch": "2"}, True)
RECORD = to_record(OUTER)


def test_what_went_through_json_comes_back_equal() -> None:
    assert from_record(Outer, json.loads(json.dumps(RECORD))) == OUTER


def test_an_optional_part_comes_back_too() -> None:
    record = RECORD | {"maybe": {"colour": "red", "ratio": 1}}
    inner = from_record(Outer, record).maybe
    assert inner == Inner(Colour.RED, 1.0)
    assert inner is not None
    assert isinstance(inner.ratio, float)


def test_entries_from_a_later_version_are_left_out_and_defaults_filled_in() -> None:
    record = {name: value for name, value in RECORD.items() if name != "flag"} | {"new": 1}
    assert from_record(Outer, record) == Outer(**{**vars(OUTER), "flag": False})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 3}, r"Outer.name is not text"),
        ({"count": "3"}, r"Outer.count is not a usable number"),
        ({"count": 1.5}, r"Outer.count is not a usable number"),
        ({"count": True}, r"Outer.count is not a usable number"),
        ({"rounds": [[1, float("nan")]]}, r"Outer.rounds\[0\]\[1\] is not a usable number"),
        ({"rounds": [[1e300]]}, r"Outer.rounds\[0\]\[0\] is not a usable number"),
        ({"rounds": 5}, r"Outer.rounds is not a list"),
        ({"inners": [{"colour": "blue", "ratio": 1}]}, r"Outer.inners\[0\].colour is 'blue'"),
        ({"inners": [{"colour": "red"}]}, r"Outer.inners\[0\].ratio is missing"),
        ({"versions": []}, r"Outer.versions is not an object"),
        ({"versions": {"torch": 2}}, r"Outer.versions.torch is not text"),
        ({"flag": 1}, r"Outer.flag is not true or false"),
        ({"name": "x" * 20_000}, r"Outer.name is too long"),
    ],
)
def test_a_strangers_record_is_refused_by_the_entry_that_is_wrong(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        from_record(Outer, RECORD | change)


@pytest.mark.parametrize("record", [None, [], "text", 3])
def test_what_is_no_object_is_no_record(record: object) -> None:
    with pytest.raises(ValueError, match="Outer is not an object"):
        from_record(Outer, record)
