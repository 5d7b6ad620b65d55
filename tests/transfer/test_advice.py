import numpy as np
import pytest
from PIL import Image

from explorer.transfer.advice import advice
from explorer.transfer.labelled_photos import LabelledPhotos, Part
from explorer.transfer.splits import plan


def said(
    counts: list[int], same: list[list[int]] | None = None, parts: tuple[Part, ...] | None = None
) -> str:
    """Return the advice on classes "a", "b", ... with groups of near duplicates, in one text."""
    classes = np.repeat(np.arange(len(counts)), counts)
    groups = np.arange(len(classes))
    for members in same or []:
        groups[members] = members[0]
    labels = tuple("abcdefghij"[: len(counts)])
    photo = Image.new("RGB", (8, 8))
    photos = LabelledPhotos((photo,) * len(classes), classes, labels, (), parts=parts)
    photos.__dict__["groups"] = groups
    return " ".join(advice(photos, plan(photos))).replace("\N{NO-BREAK SPACE}", " ")


def test_good_photos_need_no_advice() -> None:
    assert said([30, 30, 20]) == ""


@pytest.mark.parametrize(
    ("counts", "same", "sentence"),
    [
        ([4, 9], [], "“a” has fewer than 5 photos"),
        ([4, 2, 9], [], "“a” and “b” have fewer than 5 photos"),
        ([1] * 8, [], "“a”, “b”, “c”, “d”, “e” and 3 more have fewer"),
        ([40, 10], [], "“a” has 40 photos and “b” has 10: answers will lean"),
        ([9, 9], [[0, 3], [5, 6, 7]], "3 photos nearly repeat another of the same class, such as"),
        ([9, 9], [[0, 3]], "1 photo nearly repeats another of the same class, such as in “a”"),
        ([9, 9], [[0, 10]], "1 photo is in more than one class, or nearly so, such as in “a” and"),
        ([6, 9], [list(range(6))], "“a” cannot be checked: there are no two photos that differ"),
        ([3, 2], [list(range(5))], "All photos are nearly the same: nothing tells the classes"),
    ],
)
def test_each_problem_has_its_sentence(
    counts: list[int], same: list[list[int]], sentence: str
) -> None:
    assert sentence in said(counts, same)


def test_duplicates_across_given_parts_are_spoken_of() -> None:
    parts = (Part.LEARN, Part.CHECK) * 10
    assert "1 photo to check with nearly repeats what is learned from" in said(
        [10, 10], [[2, 3]], parts
    )
    assert "to check with nearly" not in said([10, 10], [[2, 4]], parts)
