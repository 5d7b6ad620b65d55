"""Measure finer maps against outlines that people drew, and by erasing what they mark.

`python -m explorer.training.sharpness.records DATA [DEPTH ...]` measures and records it again. DATA
holds `outlines/outlines_dev.jsonl.gz` and the photos in `caltech66/val`. The class that is
explained is the photo's own category, whatever the network answers. All means are over photos of a
category, then over categories; a difference is to the single map on the same photos. Nothing is
fitted, and no network was trained on these photos.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from explorer.array_types import Map
from explorer.blocks.region_occlusion import Fill
from explorer.explain.analysis import Analysis, analyze
from explorer.explain.target_score import Target
from explorer.json_records import to_record
from explorer.paths import ASSETS
from explorer.photos.geometry import Frame, paint_back
from explorer.photos.outlines import Outline, read_outlines
from explorer.photos.reading import read_image
from explorer.training.sharpness.candidates import CANDIDATES, ERASING, SINGLE, PhotoMaps
from explorer.training.sharpness.erasing import erasing_area
from explorer.training.sharpness.fine_maps import surroundings
from explorer.training.sharpness.measures import (
    Interval,
    macro_mean,
    pixel_average_precision,
    share_inside,
)

if TYPE_CHECKING:
    from explorer.networks.network import Network

FOLDER = ASSETS / "explain" / "sharpness"
COMMAND = "python -m explorer.training.sharpness.records DATA"
DEPTHS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
ERASED = 3  # photos of a category at most that are erased step by step
MARGIN = 12  # pixels: the farthest of the shifts
TIMED = 12  # photos whose maps are timed, about
FILLS = (Fill.MEAN, Fill.BLUR)
_PRECISION, _INSIDE = "precision", "inside"


@dataclass(frozen=True)
class Figure:
    """A measure of one kind of map.

    Attributes:
        mean: its macro mean.
        difference: difference to the single map's, of the same photos, with its interval.
    """

    mean: float
    difference: Interval


@dataclass(frozen=True)
class MapFigures:
    """What was measured of one kind of map.

    Attributes:
        precision: pixel average precision against the outlines, 0..1.
        erased: fill -> mean probability of the class while the photo is erased from the brightest
            place on, 0..1, lower is better; empty if it was not measured.
        inside: share of the evidence inside the outline, 0..1; shown, and used for nothing.
        cost: time of the forward pass and the map, in times of that of the single map.
    """

    precision: Figure
    erased: Mapping[str, Figure]
    inside: float
    cost: float


@dataclass(frozen=True)
class SharpnessRecord:
    """All maps of one network.

    Attributes:
        variant: name of the variant.
        sha256: SHA-256 of the weights' file, in hexadecimal.
        photos: category -> number of photos with an outline.
        erased_photos: category -> number of those that were erased step by step.
        maps: name of a map -> what was measured of it.
        command: command that measures it again.
    """

    variant: str
    sha256: str
    photos: Mapping[str, int]
    erased_photos: Mapping[str, int]
    maps: Mapping[str, MapFigures]
    command: str


class Measurement:
    """The measures of every kind of map, photo by photo.

    Args:
        network: a built-in network.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._outlined = _Values()
        self._erased = _Values()
        self._seconds: dict[str, list[float]] = {}

    def outline(self, photo: Image.Image, outline: Outline) -> None:
        """Compare every kind of map of one photo with the outline."""
        analysis, maps = self._asked(photo, outline)
        mask = outline.mask(analysis.frame)
        self._outlined.categories.append(outline.category)
        for name, compute in CANDIDATES.items():
            painted = on_input(compute(maps).numpy(), maps.side)
            self._outlined.add(_PRECISION, name, pixel_average_precision(painted, mask))
            self._outlined.add(_INSIDE, name, share_inside(painted, mask))

    def erase(self, photo: Image.Image, outline: Outline) -> None:
        """Erase one photo step by step, as the maps of `ERASING` say."""
        analysis, maps = self._asked(photo, outline)
        index = maps.target.index
        self._erased.categories.append(outline.category)
        for name in ERASING:
            painted = on_input(CANDIDATES[name](maps).numpy(), maps.side)
            for fill in FILLS:
                self._erased.add(fill, name, erasing_area(analysis, painted, index, fill))

    def time(self, photo: Image.Image, outline: Outline) -> None:
        """Time every kind of map of one photo, each from its own beginning."""
        analysis, maps = self._asked(photo, outline)
        for name, compute in CANDIDATES.items():
            started = time.perf_counter()
            compute(replace(maps))  # knows nothing yet
            spent = analysis.seconds + time.perf_counter() - started
            self._seconds.setdefault(name, []).append(spent)

    def _asked(self, photo: Image.Image, outline: Outline) -> tuple[Analysis, PhotoMaps]:
        analysis = analyze(self.network, photo)
        target = Target(self.network.find_class(outline.category))
        around = surroundings(photo, self.network.weights.preprocessing, MARGIN)
        return analysis, PhotoMaps(analysis.forward_pass, target, around)

    def record(self) -> SharpnessRecord:
        """Return the means, the differences and their intervals."""
        single = np.median(self._seconds[SINGLE])
        return SharpnessRecord(
            variant=self.network.variant.name,
            sha256=self.network.weights.sha256 or "",
            photos=self._outlined.counts,
            erased_photos=self._erased.counts,
            maps={
                name: MapFigures(
                    precision=self._outlined.figure(_PRECISION, name),
                    erased={fill: self._erased.figure(fill, name) for fill in FILLS}
                    if name in ERASING
                    else {},
                    inside=self._outlined.figure(_INSIDE, name).mean,
                    cost=float(np.median(self._seconds[name]) / single),
                )
                for name in CANDIDATES
            },
            command=COMMAND,
        )


@dataclass(eq=False)
class _Values:
    """The values of some measures of the same photos."""

    categories: list[str] = field(default_factory=list)
    _values: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def add(self, measure: str, name: str, value: float) -> None:
        self._values.setdefault((measure, name), []).append(value)

    def figure(self, measure: str, name: str) -> Figure:
        values, single = (np.array(self._values[measure, each]) for each in (name, SINGLE))
        difference = macro_mean(values - single, self.categories)
        return Figure(macro_mean(values, self.categories).value, difference)

    @property
    def counts(self) -> dict[str, int]:
        return {name: self.categories.count(name) for name in sorted(set(self.categories))}


def on_input(heatmap: Map, side: int) -> Map:
    """Enlarge a map to the pixels of the network's input, as the app draws it."""
    return paint_back(heatmap, Frame(side, side, side, 0, 0, side, side))


def outlined_photos(root: Path) -> list[tuple[Path, Outline]]:
    """Return the validation photos that people drew an outline of, with the outlines."""
    outlines = read_outlines(root / "outlines" / "outlines_dev.jsonl.gz")
    folder = root / "caltech66" / "val"
    return [(folder / o.file, o) for o in outlines if o.split == "val" and o.outline]


def measure(network: Network, photos: Sequence[tuple[Path, Outline]]) -> SharpnessRecord:
    """Measure every kind of map on every photo, and erase a few photos of each category."""
    measurement, seen = Measurement(network), Counter[str]()
    for path, outline in photos:
        measurement.outline(read_image(path), outline)
    for path, outline in photos:
        seen[outline.category] += 1
        if seen[outline.category] <= ERASED:
            measurement.erase(read_image(path), outline)
    for path, outline in photos[:: max(len(photos) // TIMED, 1)]:
        measurement.time(read_image(path), outline)
    return measurement.record()


def main(root: Path, depths: Sequence[str] = DEPTHS, folder: Path = FOLDER) -> None:
    """Measure and record all depths, and print them."""
    import torch

    from explorer.weights.loading import load

    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    photos = outlined_photos(root)
    for depth in depths:
        record = measure(load(depth), photos)
        text = json.dumps(to_record(record), indent=1)
        (folder / f"{depth}.json").write_text(f"{text}\n", encoding="utf-8")
        print(f"{depth}: {sum(record.photos.values())} photos", flush=True)
        for name, figures in record.maps.items():
            print(_line(name, figures), flush=True)


def _line(name: str, figures: MapFigures) -> str:
    columns = " ".join(
        f"{each.mean:.3f} ({each.difference.value:+.3f}, {each.difference.low:+.3f} to "
        f"{each.difference.high:+.3f})"
        for each in (figures.precision, *figures.erased.values())
    )
    return f"  {columns} inside {figures.inside:.2f} cost {figures.cost:4.1f}  {name}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or DEPTHS)
