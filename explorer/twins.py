"""The twins of the lessons: a plain and a residual network, trained alike, with their records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from explorer import builtin
from explorer.cut_records import CutRecord, read_cuts
from explorer.paths import ASSETS
from explorer.sources import Source
from explorer.variants import PLAIN_TWINS, VARIANTS

FOLDER = ASSETS / "twins"  # the residual twins, and the records of both


@dataclass(frozen=True)
class Twin:
    """One network of a pair.

    Attributes:
        variant: name in the catalogue.
        weights: where they come from, as `explorer.weights.load` takes it.
        path: of the weights' file.
    """

    variant: str
    weights: str
    path: Path

    @property
    def cuts_path(self) -> Path:
        """Where its accuracies without each block are recorded."""
        return FOLDER / f"{self.variant}.cuts.json"

    @property
    def cuts(self) -> CutRecord:
        """Read the accuracies without each block.

        Raises:
            WeightsError: if they are not there, or damaged.
        """
        return read_cuts(self.cuts_path)

    @property
    def is_here(self) -> bool:
        """Whether weights and record ship with the app."""
        return self.path.is_file() and self.cuts_path.is_file()


@dataclass(frozen=True)
class Pair:
    """The same layers twice, without shortcuts and with them."""

    plain: Twin
    residual: Twin


def pair_of(variant: str) -> Pair | None:
    """Look up the twins of a ResNet's depth; None if they do not ship with the app."""
    name = variant.replace("resnet", "plain")
    if name not in PLAIN_TWINS:
        return None
    plain = Twin(name, Source.BUILTIN.value, builtin.path_of(PLAIN_TWINS[name]))
    residual = FOLDER / f"{variant}.safetensors"
    pair = Pair(plain, Twin(variant, str(residual), residual))
    return pair if pair.plain.is_here and pair.residual.is_here else None


def depths() -> tuple[str, ...]:
    """The ResNets of which there are twins, by title."""
    return tuple(variant.title for name, variant in VARIANTS.items() if pair_of(name))
