"""The region of a photo where a map is brightest, and what becomes of a class without it.

Importing this module is cheap: torch is imported by the first call that needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from explorer.array_types import Map
from explorer.blocks.region_occlusion import Fill, HiddenPart, Mask, MaskRegion, Occlusion, occlude
from explorer.explain.evidence_in_words import is_blank
from explorer.photos.geometry import Frame, paint_back
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis, Prediction

AREA = 0.2  # share of what the network sees of the photo that the region takes at most
FAINT = 0.1  # of the strongest value; a fainter place belongs to no region
MOST_CELLS = 20  # of a side; a finer map is averaged over so many, for single pixels are no region
LARGEST = 0.5  # share; if so much of a map is of one value, no region stands out
LEAST = 0.02  # probability below which a class is hardly there, and change that is hardly one
MUCH, LITTLE = 0.8, 0.2  # share of the probability that is left

Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class BrightestRegion:
    """The brightest fifth of a map, or less where the map is dark.

    Attributes:
        painted: the map on the pixels of the network's input, without negative values and 0 beside
            the photo, shape (S, S).
        level: value from which on a pixel belongs to the region.
    """

    painted: Map
    level: float

    @property
    def region(self) -> MaskRegion:
        """The pixels that belong to it."""
        return MaskRegion(self.painted >= self.level)

    def outline(self, frame: Frame) -> tuple[Line, ...]:
        """Return the lines around the region: points (x, y) in fractions of the photo's sides."""
        from skimage.measure import approximate_polygon, find_contours

        lines = find_contours(np.pad(self.painted, 1), self.level)
        return tuple(_on_photo(approximate_polygon(line, 0.3) - 0.5, frame) for line in lines)

    def as_much_elsewhere(self, frame: Frame) -> MaskRegion:
        """Return as many pixels where the map is darkest; of equally dark ones the farthest."""
        rows, columns = np.nonzero(self.region.inside)
        down, across = np.indices(self.painted.shape)
        distance = np.hypot(down - rows.mean(), across - columns.mean())
        order = np.lexsort((-distance.ravel(), self.painted.ravel(), ~on_photo(frame).ravel()))
        inside = np.zeros(self.painted.size, bool)
        inside[order[: len(rows)]] = True
        return MaskRegion(inside.reshape(self.painted.shape))


def brightest_region(heatmap: Map, frame: Frame) -> BrightestRegion | None:
    """Find the brightest fifth of a map; of two maps of one order, it is the same.

    Args:
        heatmap: a map of the network's input, shape (h, w); negative values do not count.
        frame: where the input lies in the photo.

    Returns:
        The region, without faint places; None if the map is blank, or so flat that nothing stands
        out.
    """
    if is_blank(heatmap):
        return None
    values, side = _averaged(np.clip(heatmap, 0, None)), frame.input_size
    seen = on_photo(frame)
    painted = np.where(seen, paint_back(values, Frame(side, side, side, 0, 0, side, side)), 0)
    level = max(float(np.quantile(painted[seen], 1 - AREA)), FAINT * float(painted.max()))
    bright = BrightestRegion(painted, level)
    return bright if bright.region.inside.sum() <= LARGEST * seen.sum() else None


def on_photo(frame: Frame) -> Mask:
    """Return which pixels of the input show the photo, by their centres, and not the padding."""
    centres = np.arange(frame.input_size) + 0.5
    top, left = frame.to_input(0, 0)
    bottom, right = frame.to_input(frame.photo_height, frame.photo_width)
    rows, columns = (centres > top) & (centres < bottom), (centres > left) & (centres < right)
    return np.outer(rows, columns)


def _averaged(values: Map) -> Map:
    height, width = (min(side, MOST_CELLS) for side in values.shape)
    if (height, width) == values.shape:
        return values
    return np.asarray(Image.fromarray(values).resize((width, height), Image.Resampling.BOX))


def _on_photo(line: Map, frame: Frame) -> Line:
    """Return a line in pixels of the input as points (x, y) in fractions of the photo."""
    points = (frame.to_photo(*point) for point in np.clip(line, 0, frame.input_size).tolist())
    return tuple(
        (round(column / frame.photo_width, 4), round(row / frame.photo_height, 4))
        for row, column in points
    )


@dataclass(frozen=True, eq=False)
class RegionTest:
    """What becomes of a class when the brightest region is hidden, or alone is left.

    Attributes:
        before: the class with its probability for the whole photo.
        after: its probability after the change, 0..1.
        elsewhere: its probability if as much is hidden, or left, where the map is darkest.
        occlusion: the photo with the hidden part, and what the network answers.
    """

    before: Prediction
    after: float
    elsewhere: float
    occlusion: Occlusion

    @property
    def sentence(self) -> str:
        """The probabilities before and after, and what they say of the region."""
        label, before, after = spoken(self.before.label), self.before.probability, self.after
        moved = f"{percent(before)} \N{RIGHTWARDS ARROW} {percent(after)}"
        return f"{label} {moved}: {self._verdict}."

    @property
    def comparison(self) -> str:
        """The first guess, if it is another now, and the same test where the map is darkest."""
        best = self.occlusion.predictions[0]
        guess = (
            ""
            if best.index == self.before.index
            else f"The first guess is now {spoken(best.label)}, {percent(best.probability)}. "
        )
        darkest = f"{self._verb} as much where the map is darkest"
        return f"{guess}{darkest} leaves {spoken(self.before.label)} at {percent(self.elsewhere)}."

    @property
    def _verb(self) -> str:
        return "Hiding" if self.occlusion.hides is HiddenPart.REGION else "Keeping only"

    @property
    def _verdict(self) -> str:
        if self.before.probability < LEAST:
            return "the network hardly saw it before, so this says little"
        hides = self.occlusion.hides is HiddenPart.REGION
        return self._if_hidden if hides else self._if_kept

    @property
    def _if_hidden(self) -> str:
        before, lost = self.before.probability, self.before.probability - self.after
        if lost < -LEAST:
            return "it counted against the class"
        if lost < LEAST or self.after > MUCH * before:
            return "the class hardly needs it"
        if before - self.elsewhere > lost / 2:
            return "it matters, and so does the rest"
        return "it matters"

    @property
    def _if_kept(self) -> str:
        share = self.after / self.before.probability
        if share <= LITTLE:
            return "it is not enough on its own"
        if share < MUCH:
            return "it is a part of the evidence"
        if self.elsewhere >= MUCH * self.before.probability:
            return "it is enough, and so is as much of the rest"
        return "it is enough on its own"


def try_region(
    analysis: Analysis,
    explained: int,
    bright: BrightestRegion,
    hides: HiddenPart,
    fill: Fill = Fill.MEAN,
) -> RegionTest:
    """Hide the brightest region of a map, or all but it, and as much where the map is darkest.

    Args:
        analysis: the analysis of the whole photo; only read.
        explained: index of the class that the map explains.
        bright: the brightest region of the map.
        hides: whether the region or everything else is hidden.
        fill: what the hidden part is filled with.
    """
    occlusion, control = (
        occlude(analysis, region, fill, hides)
        for region in (bright.region, bright.as_much_elsewhere(analysis.frame))
    )
    return RegionTest(
        analysis.prediction(explained),
        float(occlusion.probabilities[explained]),
        float(control.probabilities[explained]),
        occlusion,
    )
