"""Measure the ways to teach a network, and record them for the app.

`python -m explorer.transfer.records DATA KEPT` measures everything again. DATA holds the folders of
`explorer.transfer.recorded.bench.SETS`, the first of which comes with the app. Each result is kept
in KEPT as soon as it is there, so that the same command goes on after an interruption.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import torch

from explorer.atomic_write import atomic_write
from explorer.features.feature_store import FeatureStore
from explorer.json_records import to_record
from explorer.transfer.pitfalls.results import (
    Imbalance,
    Leakage,
    PitfallRun,
    Shortcut,
    TuningPitfall,
)
from explorer.transfer.pitfalls.with_probe import imbalance, leakage, shortcut
from explorer.transfer.recorded.bench import SETS, Bench
from explorer.transfer.recorded.results import (
    COMMAND,
    CURVES_FILE,
    FOLDER,
    PITFALLS_FILE,
    SHIPPED,
    WAYS_FILE,
    RecordedCurve,
    RecordedCurves,
    RecordedPitfalls,
    RecordedWays,
    Way,
    WayResult,
    read,
)

DEPTHS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
SHALLOW, DEEP = "resnet18", "resnet50"
PLANTED = "strawberry"  # the class whose photos get a patch
_HEADS = (Way.PROBE, Way.NEAREST_MEAN)
_TRAININGS = (Way.LAST_STAGE, Way.ALL, Way.SCRATCH)
_PITFALL_SETS = {TuningPitfall.WRONG_AUGMENTATION: "grocery"}  # where colour tells classes apart

Kind = TypeVar("Kind")


class Kept:
    """Results that were measured, one file each.

    Args:
        folder: folder of the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def once(self, name: str, kind: type[Kind], measure: Callable[[], Kind]) -> Kind:
        """Return a result, which is measured unless it was before."""
        path = self._folder / f"{name}.json"
        if not path.is_file():
            with atomic_write(path) as unfinished:
                unfinished.write_text(json.dumps(to_record(measure())), encoding="utf-8")
            print(name, file=sys.stderr, flush=True)
        return read(kind, path)


def jobs() -> Iterator[tuple[str, str, Way]]:
    """Yield what is measured, as (set, variant, way): what takes no training comes first."""
    for data in SETS:
        for variant in DEPTHS if data == SHIPPED else (SHALLOW, DEEP):
            for way in _HEADS:
                yield data, variant, way
        yield data, SHALLOW, Way.UNTRAINED
    for data in SETS:
        for way in _TRAININGS:
            yield data, SHALLOW, way
    for way in (Way.LAST_STAGE, Way.ALL):
        yield SHIPPED, DEEP, way


class Measurement:
    """All that is recorded.

    Args:
        root: folder of all sets.
        kept: folder of what was measured before.
    """

    def __init__(self, root: Path, kept: Path) -> None:
        self._root, self._kept = root, Kept(kept)
        self._store = FeatureStore(folder=kept / "features")

    def bench(self, data: str, variant: str) -> Bench:
        """Return a network with a set of photos."""
        return Bench(data, self._root, variant, self._store)

    def ways(self) -> tuple[WayResult, ...]:
        """Measure the ways to learn."""
        return tuple(
            self._kept.once(
                f"{data}-{variant}-{way.value.replace(' ', '-')}",
                WayResult,
                partial(self.bench(data, variant).result, way),
            )
            for data, variant, way in jobs()
        )

    def curves(self) -> tuple[RecordedCurve, ...]:
        """Measure the learning curves of the shipped set."""
        return tuple(
            self._kept.once(
                f"curve-{way.value}",
                RecordedCurve,
                partial(self.bench(SHIPPED, SHALLOW).curve, way),
            )
            for way in (Way.PROBE, Way.SCRATCH)
        )

    def leakage(self) -> Leakage:
        """Measure near copies on both sides of the split."""
        return self._kept.once(
            "leakage", Leakage, lambda: leakage(self.bench(SHIPPED, SHALLOW).probing)
        )

    def shortcut(self) -> Shortcut:
        """Measure a patch in the corner of one class."""

        def measure() -> Shortcut:
            bench = self.bench(SHIPPED, SHALLOW)
            return shortcut(bench.probing, bench.photos.labels.index(PLANTED))

        return self._kept.once("shortcut", Shortcut, measure)

    def imbalance(self) -> Imbalance:
        """Measure many photos of some classes, few of the others."""
        return self._kept.once(
            "imbalance", Imbalance, lambda: imbalance(self.bench("clothes", SHALLOW).probing)
        )

    def pitfalls(self) -> tuple[PitfallRun, ...]:
        """Measure the pitfalls of trainings."""
        return tuple(
            self._kept.once(
                f"pitfall-{pitfall.name.lower()}",
                PitfallRun,
                partial(self.bench(_PITFALL_SETS.get(pitfall, SHIPPED), SHALLOW).pitfall, pitfall),
            )
            for pitfall in TuningPitfall
        )


def write(record: RecordedWays | RecordedCurves | RecordedPitfalls, path: Path) -> None:
    """Write a record, one line for each of its rows."""
    entries = to_record(record)
    rows = ",\n".join(f"  {json.dumps(row)}" for row in entries.pop("rows"))
    head = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in entries.items())
    with atomic_write(path) as unfinished:
        unfinished.write_text(f'{{\n{head} "rows": [\n{rows}\n ]\n}}\n', encoding="utf-8")


def main(root: Path, kept: Path, folder: Path = FOLDER) -> None:
    """Measure everything, and write it: what takes seconds first, trainings last."""
    torch.set_num_threads(1)
    measured, date = Measurement(root, kept), datetime.now(UTC).date().isoformat()
    known = (measured.leakage(), measured.shortcut(), measured.imbalance())
    write(RecordedWays(COMMAND, date, measured.ways()), folder / WAYS_FILE)
    write(RecordedPitfalls(COMMAND, date, *known, measured.pitfalls()), folder / PITFALLS_FILE)
    write(RecordedCurves(COMMAND, date, measured.curves()), folder / CURVES_FILE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
