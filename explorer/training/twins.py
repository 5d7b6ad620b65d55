"""The twins of the lessons: a plain and a residual network, trained alike, with their records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from explorer.blocks.lesion_records import CutRecord, read_cuts
from explorer.networks.variants import PLAIN_TWINS, RESIDUAL_TWINS, VARIANTS, Variant
from explorer.paths import ASSETS
from explorer.weights import builtin

CUTS = ASSETS / "training" / "lesions"  # how accurate the twins are without each of their blocks


@dataclass(frozen=True)
class Pair:
    """The same layers twice, without shortcuts and with them; both are built-in networks."""

    plain: Variant
    residual: Variant


def pair_of(variant: str) -> Pair | None:
    """Look up the twins of a ResNet's depth; None if they do not ship with the app."""
    if not variant.startswith("resnet"):
        return None
    depth = variant.removeprefix("resnet")
    plain, residual = PLAIN_TWINS.get(f"plain{depth}"), RESIDUAL_TWINS.get(f"residual{depth}")
    if plain is None or residual is None:
        return None
    files = [find(twin) for twin in (plain, residual) for find in (builtin.path_of, cuts_path)]
    return Pair(plain, residual) if all(file.is_file() for file in files) else None


def depths() -> tuple[str, ...]:
    """The ResNets of which there are twins, by title."""
    return tuple(variant.title for name, variant in VARIANTS.items() if pair_of(name))


def cuts_path(twin: Variant) -> Path:
    """Return where a twin's accuracies without each block are recorded."""
    return CUTS / f"{twin.name}.json"


def cuts(twin: Variant) -> CutRecord:
    """Read a twin's accuracies without each block.

    Raises:
        WeightsError: if they are not there, or damaged.
    """
    return read_cuts(cuts_path(twin))
