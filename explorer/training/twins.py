"""Twins: a plain and a residual network trained alike, with their lesion records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from explorer.blocks.lesion_records import LesionRecord, read_lesion_record
from explorer.networks.variants import PLAIN_TWINS, RESIDUAL_TWINS, VARIANTS, Variant
from explorer.paths import ASSETS
from explorer.weights import builtin

LESIONS = ASSETS / "training" / "lesions"  # accuracies of the twins without each block


@dataclass(frozen=True)
class TwinPair:
    """Two built-in networks with the same layers, one without shortcuts and one with them.

    Attributes:
        plain: variant without shortcuts.
        residual: variant with shortcuts.
    """

    plain: Variant
    residual: Variant


def twin_pair(variant: str) -> TwinPair | None:
    """Return the twins of the same depth as a ResNet; None if they do not ship with the app."""
    if not variant.startswith("resnet"):
        return None
    depth = variant.removeprefix("resnet")
    plain, residual = PLAIN_TWINS.get(f"plain{depth}"), RESIDUAL_TWINS.get(f"residual{depth}")
    if plain is None or residual is None:
        return None
    files = [
        find(twin) for twin in (plain, residual) for find in (builtin.path_of, lesion_record_path)
    ]
    return TwinPair(plain, residual) if all(file.is_file() for file in files) else None


def depths() -> tuple[str, ...]:
    """Return the titles of the ResNets that have twins."""
    return tuple(variant.title for name, variant in VARIANTS.items() if twin_pair(name))


def lesion_record_path(twin: Variant) -> Path:
    """Return the path of a twin's accuracies without each block."""
    return LESIONS / f"{twin.name}.json"


def lesion_record(twin: Variant) -> LesionRecord:
    """Read a twin's accuracies without each block.

    Raises:
        WeightsError: if they are missing or damaged.
    """
    return read_lesion_record(lesion_record_path(twin))
