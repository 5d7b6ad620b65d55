"""What the pitfalls of teaching do, in numbers. Importing this module is cheap."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from explorer.transfer.intervals import Accuracy, Difference
from explorer.transfer.tuning_epoch import TuningEpoch


class TuningPitfall(StrEnum):
    """A pitfall that takes a training to fall into."""

    NO_AUGMENTATION = "no augmentation"
    WRONG_AUGMENTATION = "augmentation that destroys the label"
    TOO_FAST = "learning rate x 100"
    SMALL_BATCH = "batch norm in training mode at batch 4"


@dataclass(frozen=True)
class Leakage:
    """The probe with and without near copies of photos to check with among those to learn from.

    Attributes:
        before: accuracy on all photos to check with, without the copies.
        after: the same with them: what one would report.
        copied_before: accuracy on the photos that were copied, without the copies.
        copied: the same with them.
        others_before: accuracy on the photos that were not copied, without the copies.
        others: the same with them: what the network is worth on new photos.
        copies: number of copies.
        found: number of these that the app's search for near duplicates finds.
    """

    before: Accuracy
    after: Accuracy
    copied_before: Accuracy
    copied: Accuracy
    others_before: Accuracy
    others: Accuracy
    copies: int
    found: int


@dataclass(frozen=True)
class Shortcut:
    """The probe with and without a patch in the corner of one class's photos to learn from.

    Attributes:
        label: label of that class.
        before: accuracy without any patch.
        after: accuracy of the probe that learned with the patch, on photos without it.
        patched_before: accuracy of the other probe on photos that all have the patch.
        patched_after: accuracy of the probe that learned with the patch on these.
        drawn_without_patch: share of the other classes' photos that the probe that learned with the
            patch takes for the class, without the patch.
        drawn_before: share of the other classes' photos that the other probe takes for the class,
            with the patch.
        drawn_after: share that the probe that learned with the patch takes for it, with the patch.
        corner_before: share of the evidence for the class in the corner of its patched photos, for
            the other probe, 0..1.
        corner_after: the same for the probe that learned with the patch.
        corner_area: share of the corner in the area of the map, 0..1.
    """

    label: str
    before: Accuracy
    after: Accuracy
    patched_before: Accuracy
    patched_after: Accuracy
    drawn_without_patch: Accuracy
    drawn_before: Accuracy
    drawn_after: Accuracy
    corner_before: float
    corner_after: float
    corner_area: float


@dataclass(frozen=True)
class Imbalance:
    """The probe after many photos of every other class and few of the rest.

    Attributes:
        ratio: photos of a frequent class for each one of a rare class.
        photos: number of photos that were learned from.
        before: accuracy after as many photos, evenly dealt; the photos to check with are balanced.
        after: accuracy after the uneven ones.
        rare_before: accuracy on the photos of the rare classes, after the even ones.
        rare_after: the same after the uneven ones.
        as_dealt: accuracy after the uneven ones if the photos to check with were as uneven, 0..1:
            what hides it.
    """

    ratio: int
    photos: int
    before: Accuracy
    after: Accuracy
    rare_before: Accuracy
    rare_after: Accuracy
    as_dealt: float


@dataclass(frozen=True)
class PitfallRun:
    """A training with a pitfall, and the same one without.

    Attributes:
        pitfall: the pitfall.
        data: name of the photos.
        variant: name of the variant.
        scope: parts that were trained.
        before: epochs without the pitfall.
        after: epochs with it.
        check_before: accuracy of the last epoch without the pitfall on the photos to check with.
        check_after: the same with it; of the last epoch, as keeping the best one would hide it.
        difference: how much more accurate the training with the pitfall is, on the same photos.
    """

    pitfall: TuningPitfall
    data: str
    variant: str
    scope: str
    before: tuple[TuningEpoch, ...]
    after: tuple[TuningEpoch, ...]
    check_before: Accuracy
    check_after: Accuracy
    difference: Difference
