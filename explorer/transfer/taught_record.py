"""How a network was taught its classes, and how good it is: the record that its file carries.

Importing this module is cheap.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from explorer.errors import RequestError
from explorer.networks.weight_sources import WeightSource
from explorer.transfer.intervals import Accuracy


class How(StrEnum):
    """A way to learn; its value is the name on the command line and in files."""

    PROBE = "probe"
    LAST_STAGE = "last-stage"
    ALL = "all"
    SCRATCH = "scratch"

    def in_words(self, base: str) -> str:
        """Describe the way in a sentence, given a description of the network it starts from."""
        return _IN_WORDS[self].format(base)


_IN_WORDS = {
    How.PROBE: "A new head, fitted to the features of {} by logistic regression; the rest of the "
    "network is as it was.",
    How.LAST_STAGE: "A new head, fitted to the features of {}, then trained together with the last "
    "stage.",
    How.ALL: "A new head, fitted to the features of {}, then trained together with all the layers.",
    How.SCRATCH: "The architecture of {}, trained from random weights on these photos alone.",
}


def find_how(name: str) -> How:
    """Look up a way to learn by its name.

    Raises:
        RequestError: if there is no such way.
    """
    if name not in list(How):
        raise RequestError(f"There is no way to learn {name!r}. Choose one of {', '.join(How)}.")
    return How(name)


@dataclass(frozen=True)
class PhotoCounts:
    """How many photos each part of a split has.

    Attributes:
        learn: photos that the network learned from.
        choose: photos that settings were chosen on, such as the temperature.
        check: photos that were held back, and that the accuracy is of.
    """

    learn: int
    choose: int
    check: int

    @property
    def in_words(self) -> str:
        """How many photos it learned from, as a sentence."""
        chosen = f", and {self.choose:,} more to choose its settings" if self.choose else ""
        return f"{self.learn:,} photos to learn from{chosen}."


@dataclass(frozen=True)
class TaughtRecord:
    """How a network was taught, and how good it is on photos that were held back.

    Attributes:
        variant: name of the variant in the catalogue.
        weights: name of the weights that it started from, e.g. "builtin"; "checkpoint" for any file
            of the reader's.
        base: description of the network that it started from.
        base_sha256: SHA-256 of its weights' file, in hexadecimal; "" if there is none.
        how: the way to learn.
        classes: the labels, K of them.
        photos: number of photos in each part.
        folds: number of folds of the cross-validation that the accuracy is of; 0 if it is of one
            part of the photos that was held back.
        accuracy: share of the held-back photos that it names right, with its 95 % interval.
        macro_accuracy: the same, averaged over the classes, 0..1.
        majority: share of the most frequent class among these photos, 0..1.
        seconds: wall time from photos to result.
        date: day, as ISO 8601.
        versions: package name -> version.
        seed: seed of split and training.
    """

    variant: str
    weights: str
    base: str
    base_sha256: str
    how: How
    classes: tuple[str, ...]
    photos: PhotoCounts
    folds: int
    accuracy: Accuracy
    macro_accuracy: float
    majority: float
    seconds: float
    date: str
    versions: Mapping[str, str]
    seed: int

    @property
    def recipe(self) -> str:
        """How it was taught, in a sentence."""
        return self.how.in_words(self.base)

    @property
    def held_back_in_words(self) -> str:
        """Which photos the accuracy is of, as a phrase."""
        if self.folds:
            return f"{self.photos.check:,} photos, each held back in turn, in {self.folds} folds"
        return f"{self.photos.check:,} photos that were held back"

    @property
    def command(self) -> str:
        """The command that teaches it again, for a folder with these photos."""
        weights = "FILE" if self.weights == WeightSource.CHECKPOINT else self.weights
        options = ["--variant", self.variant, "--weights", weights, "--how", self.how.value]
        if self.folds:
            options += ["--folds", str(self.folds)]
        options += ["--seed", str(self.seed)]
        return shlex.join(["resnet-explorer", "teach", "FOLDER", *options])
