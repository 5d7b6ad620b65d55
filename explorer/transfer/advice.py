"""What a reader should know of the photos they brought, before anything is learned from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from explorer.photos.category_names import MOST_NAMED
from explorer.transfer.labelled_photos import Indices, LabelledPhotos
from explorer.transfer.splits import Plan
from explorer.wording import listed

FEW = 5  # photos of a class
UNEVEN = 4  # times as many photos of one class as of another


def advice(photos: LabelledPhotos, plan: Plan) -> tuple[str, ...]:
    """Say what makes the result uncertain or better than it is, in sentences; () if nothing does.

    Args:
        photos: the photos.
        plan: which photos are for what.
    """
    if len(np.unique(photos.groups)) == 1:
        return ("All photos are nearly the same: nothing tells the classes apart. Bring others.",)
    sentences = (_few, _uneven, _between_classes, _within_classes)
    found = [sentence for say in sentences for sentence in say(photos)]
    return (*found, *_across(photos, plan), *_unchecked(photos, plan))


def _few(photos: LabelledPhotos) -> Iterator[str]:
    few = np.flatnonzero(photos.counts < FEW)
    if len(few):
        yield (
            f"{_labels(photos, few)} {'has' if len(few) == 1 else 'have'} fewer than {FEW} photos: "
            "the network can learn from them, but what it scores there is mostly luck."
        )


def _uneven(photos: LabelledPhotos) -> Iterator[str]:
    most, fewest = int(photos.counts.argmax()), int(photos.counts.argmin())
    if photos.counts[most] >= UNEVEN * photos.counts[fewest]:
        yield (
            f"{_quoted(photos, most)} has {photos.counts[most]} photos and "
            f"{_quoted(photos, fewest)} has {photos.counts[fewest]}: answers will lean towards the "
            "larger class. Look at the accuracy of each class, not only at the overall one."
        )


def _between_classes(photos: LabelledPhotos) -> Iterator[str]:
    mixed = [
        members for members in _duplicates(photos) if len(np.unique(photos.classes[members])) > 1
    ]
    if mixed:
        two = np.unique(photos.classes[mixed[0]])[:2]
        yield (
            f"{_times(len(mixed), 'photo is', 'photos are')} in more than one class, or nearly "
            f"so, such as in {_labels(photos, two)}: leave each in the class where it belongs."
        )


def _within_classes(photos: LabelledPhotos) -> Iterator[str]:
    same = [
        members for members in _duplicates(photos) if len(np.unique(photos.classes[members])) == 1
    ]
    if same:
        copies = sum(len(members) - 1 for members in same)
        label = _quoted(photos, int(photos.classes[same[0][0]]))
        yield (
            f"{_times(copies, 'photo nearly repeats', 'photos nearly repeat')} another of the same "
            f"class, such as in {label}: such photos teach little more than one."
        )


def _across(photos: LabelledPhotos, plan: Plan) -> Iterator[str]:
    """Speak of duplicates on both sides; only folders can put them there."""
    leaks = plan.final.shared_groups(photos.groups) if plan.given else 0
    if leaks:
        yield (
            f"{_times(leaks, 'photo', 'photos')} to check with nearly "
            f"{'repeats' if leaks == 1 else 'repeat'} what is learned from, as the folders have "
            "it: the accuracy flatters a little."
        )


def _unchecked(photos: LabelledPhotos, plan: Plan) -> Iterator[str]:
    checked = {int(own) for split in plan.splits for own in np.unique(photos.classes[split.check])}
    unchecked = np.array([own for own in range(len(photos.labels)) if own not in checked], int)
    if len(unchecked):
        yield (
            f"{_labels(photos, unchecked)} cannot be checked: there are no two photos that differ, "
            "one to learn from and one to check with."
        )


def _duplicates(photos: LabelledPhotos) -> list[Indices]:
    """Return the indices of the photos of each group with more than one."""
    names, counts = np.unique(photos.groups, return_counts=True)
    return [np.flatnonzero(photos.groups == name) for name in names[counts > 1]]


def _quoted(photos: LabelledPhotos, index: int) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{photos.labels[index]}\N{RIGHT DOUBLE QUOTATION MARK}"


def _labels(photos: LabelledPhotos, indices: Indices) -> str:
    named = [_quoted(photos, int(index)) for index in indices[:MOST_NAMED]]
    more = len(indices) - len(named)
    return listed([*named, f"{more} more"] if more else named)


def _times(count: int, one: str, many: str) -> str:
    return f"{count:,}\N{NO-BREAK SPACE}{one if count == 1 else many}"
