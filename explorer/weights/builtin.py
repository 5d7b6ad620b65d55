"""The networks that ship with the app: one safetensors file each, which contains its model card."""

from __future__ import annotations

from pathlib import Path

from explorer.errors import WeightsError
from explorer.networks.variants import VARIANTS, Variant
from explorer.networks.weight_sources import WeightSource
from explorer.paths import ASSETS
from explorer.weights.model_cards import ModelCard

FOLDER = ASSETS / "weights"
SUMS = "SHA256SUMS"  # in the format of the sha256sum command


def path_of(variant: Variant) -> Path:
    """Return the path of a variant's built-in network, whether or not it exists."""
    return FOLDER / f"{variant.name}.safetensors"


def find(variant: Variant) -> Path:
    """Find the file of a variant's built-in network.

    Raises:
        WeightsError: if none ships with the app.
    """
    path = path_of(variant)
    if not path.is_file():
        titles = [other.title for other in VARIANTS.values() if path_of(other).is_file()]
        raise WeightsError(
            f"There is no built-in {variant.title}. "
            f"Choose {_joined_with_or(titles) if titles else 'ImageNet or untrained weights'}."
        )
    return path


def title(card: ModelCard) -> str:
    """Return the name for people of a built-in network's weights."""
    return f"{WeightSource.BUILTIN.heading} ({len(card.labels)} categories)"


def check_sum(path: Path, sha256: str) -> None:
    """Compare a file's SHA-256 with the recorded one.

    Raises:
        WeightsError: if it differs, or none is recorded.
    """
    sums = path.with_name(SUMS)
    lines = sums.read_text().splitlines() if sums.is_file() else []
    recorded = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if recorded.get(path.name) != sha256:
        raise WeightsError(
            f"{path.name} is not the file that {SUMS} beside it records. Install the app again."
        )


def _joined_with_or(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
