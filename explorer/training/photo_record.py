"""Which photos a network was trained on, epoch by epoch, so that its card can say so later."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.photos.class_folders import PhotoFolder

_DIGEST_BYTES = 8


@dataclass(frozen=True)
class PhotoRecord:
    """The photos of some epochs of a training.

    Attributes:
        first_epoch: number of the first epoch that was trained on them, from 1.
        training: a digest of each training photo; () if it was not recorded.
        validation: a digest of each validation photo.
    """

    first_epoch: int
    training: tuple[str, ...]
    validation: tuple[str, ...]

    @classmethod
    def of(cls, first_epoch: int, training: PhotoFolder, validation: PhotoFolder) -> PhotoRecord:
        """Record the photos that the training goes on with."""
        return cls(first_epoch, _digests(training), _digests(validation))

    def difference(self, later: PhotoRecord) -> str:
        """Say how many photos are new and how many are gone; "" if they are the same."""
        if not self.training:
            return "it is not recorded which photos they were"
        parts = [
            f"{len(Counter(after) - Counter(before))} new and "
            f"{len(Counter(before) - Counter(after))} gone of the {name} photos"
            for name, before, after in (
                ("training", self.training, later.training),
                ("validation", self.validation, later.validation),
            )
            if Counter(before) != Counter(after)
        ]
        return ", ".join(parts)

    @property
    def in_words(self) -> str:
        """The number of training photos."""
        count = len(self.training)
        return f"{count:,} photo{'' if count == 1 else 's'}" if count else "photos not recorded"


def trained_on(records: Sequence[PhotoRecord], epochs: int) -> str:
    """Describe the training photos of all epochs in a sentence."""
    if len(records) == 1:
        return f"{records[0].in_words}."
    lasts = [record.first_epoch - 1 for record in records[1:]] + [epochs]
    parts = [
        f"{record.in_words} in epochs {record.first_epoch} to {last}"
        for record, last in zip(records, lasts, strict=True)
    ]
    return f"{', then '.join(parts)}."


def _digests(photos: PhotoFolder) -> tuple[str, ...]:
    names = photos.names or ("",) * len(photos.photos)
    rows = zip(photos.photos, photos.targets, names, strict=True)
    return tuple(
        hashlib.blake2b(
            f"{photos.labels[target]}/{name}/{photo.size}/".encode() + photo.tobytes(),
            digest_size=_DIGEST_BYTES,
        ).hexdigest()
        for photo, target, name in rows
    )
