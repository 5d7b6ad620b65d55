"""Recorded learning curves of the twins, and the errors that the 2015 paper reports."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from explorer.errors import ResultError
from explorer.paths import ASSETS
from explorer.training.twin_training import Point

CURVES = ASSETS / "training" / "curves"
# Written by `explorer.training.twin_training`.
LIVE_RECORD = ASSETS / "training" / "twin_training.jsonl"
TWINS = tuple(f"{kind}{depth}" for depth in (18, 34, 50) for kind in ("plain", "residual"))
# Top-1 error on ImageNet's validation photos in %, ten crops: He et al. 2015, table 2.
PAPER = MappingProxyType(
    {
        "plain": MappingProxyType({18: 27.94, 34: 28.54}),
        "ResNet": MappingProxyType({18: 27.88, 34: 25.03}),
    }
)


@dataclass(frozen=True)
class Curve:
    """The learning curve of one network.

    Attributes:
        name: name of the network, e.g. "plain18".
        epochs: epochs, counted from 1.
        training: top-1 error on the unaugmented training photos after each epoch, in %, eval mode.
        validation: top-1 error on the validation photos after each epoch, in %, eval mode.
    """

    name: str
    epochs: tuple[int, ...]
    training: tuple[float, ...]
    validation: tuple[float, ...]

    @property
    def is_plain(self) -> bool:
        """Whether the network has no shortcuts."""
        return self.name.startswith("plain")

    @property
    def title(self) -> str:
        """Display name, e.g. "Plain-18"."""
        kind = self.name.rstrip("0123456789")
        return f"{kind.capitalize()}-{self.name.removeprefix(kind)}"


@cache
def curves() -> Mapping[str, Curve]:
    """Read the curves that ship with the app.

    Raises:
        ResultError: if one is damaged.
    """
    paths = {name: CURVES / f"{name}.csv" for name in TWINS}
    return MappingProxyType({name: _read(name) for name, path in paths.items() if path.is_file()})


@cache
def recorded_run() -> tuple[Point, ...]:
    """Read a recorded run of the live training.

    Raises:
        ResultError: if it is missing or damaged.
    """
    try:
        lines = LIVE_RECORD.read_text(encoding="utf-8").splitlines()
        return tuple(Point(**json.loads(line)) for line in lines)
    except (OSError, ValueError, TypeError) as error:
        raise ResultError(
            f"{LIVE_RECORD.name} cannot be read; "
            "write it with `python -m explorer.training.twin_training`."
        ) from error


def _read(name: str) -> Curve:
    try:
        with (CURVES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return Curve(
            name,
            tuple(int(row["epoch"]) for row in rows),
            tuple(100 - float(row["clean_top1"]) for row in rows),
            tuple(100 - float(row["top1"]) for row in rows),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ResultError(f"The curve {name}.csv cannot be read; install the app again.") from error
