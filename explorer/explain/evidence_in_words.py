"""A heatmap in words: where in the photo it is strongest, and how concentrated it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.photos.geometry import Frame

BLANK_BELOW = 0.01  # share of the cells that are positive
COARSE = 8  # cells of a side; a finer map is averaged over so many before its places are named
AS_STRONG = 0.8  # share of the peak from which on another place is strong, too
EVEN = 1.25  # peak divided by mean, up to which no place stands out
WIDE = 0.4  # share of the area beyond which evidence is spread widely
LONG = 0.65  # share of a side beyond which a strong place is a band
NEAR, FAR = 0.125, 0.25  # distance from the centre, in sides: still the centre; already the edge
_SLACK = 1e-6
_ALL_OVER = "over a wide area"

Mask = NDArray[np.bool_]
Extents = NDArray[np.float64]


@dataclass(frozen=True)
class Concentration:
    """Where the positive values of a map are strongest, and how concentrated they are.

    Attributes:
        places: the places where the map is strongest or about as strong, strongest first, each as a
            phrase, e.g. "just above the centre"; empty if no place stands out.
        half_area: smallest share of the area that holds half of the positive values, in whole
            cells, 0..1.
        averaged: whether the map is so fine that the places are those of averages over its cells.
    """

    places: tuple[str, ...]
    half_area: float
    averaged: bool


def concentration(heatmap: Map, frame: Frame | None = None) -> Concentration | None:
    """Find where the positive values of a map are strongest, and how concentrated they are.

    Args:
        heatmap: a map of the network's input, shape (h, w); negative values do not count.
        frame: where the input lies in the photo, so that padding around it does not count; None
            for an input without padding.

    Returns:
        The concentration; None if the photo has no positive value.
    """
    values, rows, columns = _on_photo(np.clip(heatmap, 0, None).astype(np.float64), frame)
    if not values.any():
        return None
    coarse, coarse_rows, coarse_columns = _averaged(values, rows, columns)
    mean = float(rows @ values @ columns)
    stands_out = coarse.max() > EVEN * mean
    return Concentration(
        _places(coarse, coarse_rows, coarse_columns) if stands_out else (),
        _half_area(values, np.outer(rows, columns)),
        coarse.shape != values.shape,
    )


def is_blank(heatmap: Map) -> bool:
    """Return whether fewer than one cell in a hundred has evidence for the class."""
    return bool((heatmap > 0).mean() < BLANK_BELOW)


def in_words(heatmap: Map, frame: Frame | None = None, quantity: str = "evidence") -> str:
    """Describe a map in a sentence, e.g. as the text alternative of a picture.

    Args:
        heatmap: a map of the network's input, shape (h, w).
        frame: where the input lies in the photo; None for an input without padding.
        quantity: what the values are: "evidence", or "sensitivity" for magnitudes.
    """
    is_evidence = quantity == "evidence"
    if is_evidence and (heatmap < 0).any():
        quantity = "evidence for the class"
    sentence = "" if is_blank(heatmap) else strongest_in_words(heatmap, frame, quantity)
    verb = "supports" if is_evidence else "matters for"
    return sentence or f"Hardly anything in the photo {verb} this class."


def strongest_in_words(values: Map, frame: Frame | None, quantity: str) -> str:
    """Say in a sentence where a quantity is strongest; "" if it is nowhere positive.

    Args:
        values: the quantity over the network's input, shape (h, w).
        frame: where the input lies in the photo; None for an input without padding.
        quantity: name of the quantity, e.g. "activation".
    """
    found = concentration(values, frame)
    if found is None:
        return ""
    return _sentence(quantity, found)


def _sentence(quantity: str, found: Concentration) -> str:
    if not found.places:
        return f"The {quantity} is spread evenly; no place stands out."
    area = "less than 1 %" if found.half_area < 0.005 else f"{100 * found.half_area:.0f} %"
    half = f"half of it lies in {area} of the area."
    if found.places == (_ALL_OVER,):
        return f"The {quantity} is spread {_ALL_OVER}; {half}"
    # A single cell of a fine map may be stronger than all cells of the densest place.
    where = _where(found.places, "dense" if found.averaged else "strong")
    if found.half_area > WIDE:
        return f"The {quantity} is spread widely; it is {where}. {half[0].upper()}{half[1:]}"
    return f"The {quantity} is {where}; {half}"


def longest_sentence(quantity: str) -> str:
    """Return a sentence as long as any of `in_words`, e.g. to hold its space."""
    places = (_spot(0.9, 0.3), _spot(0.1, 0.3))
    return _sentence(f"{quantity} for the class", Concentration(places, 0.44, averaged=False))


def _where(places: tuple[str, ...], adjective: str) -> str:
    first = f"{adjective.removesuffix('e')}est"
    if len(places) > 2:
        return f"{first} in several places, above all {places[0]}"
    also = f", and nearly as {adjective} {places[1]}" if len(places) > 1 else ""
    return f"{first} {places[0]}{also}"


def _on_photo(values: Extents, frame: Frame | None) -> tuple[Extents, Extents, Extents]:
    """Return the cells that show the photo, and which share of its height and width each takes."""
    if frame is None:
        height, width = values.shape
        return values, np.full(height, 1 / height), np.full(width, 1 / width)
    rows = _extents(values.shape[0], frame.top, frame.bottom, frame.photo_height)
    columns = _extents(values.shape[1], frame.left, frame.right, frame.photo_width)
    seen_rows, seen_columns = rows > _SLACK, columns > _SLACK
    return values[np.ix_(seen_rows, seen_columns)], rows[seen_rows], columns[seen_columns]


def _extents(cells: int, start: float, end: float, pixels: int) -> Extents:
    """Return each cell's share of what is seen of one side of the photo, shape (cells,)."""
    edges = np.clip(np.linspace(start, end, cells + 1), 0, pixels)
    extents: Extents = np.diff(edges) / (edges[-1] - edges[0])
    return extents


def _half_area(values: Extents, areas: Extents) -> float:
    """Return the area of the strongest cells that together hold half of the sum."""
    order = np.argsort(values, axis=None)[::-1]
    held = np.cumsum((values * areas).flat[order])
    cells = int(np.searchsorted(held, (0.5 - _SLACK) * held[-1])) + 1
    return float(areas.flat[order][:cells].sum())


def _averaged(values: Extents, rows: Extents, columns: Extents) -> tuple[Extents, Extents, Extents]:
    """Average a map over at most `COARSE` cells of each side."""
    down, across = _averages(rows), _averages(columns)
    coarse = down @ values @ across.T
    return coarse, _coarse_extents(rows), _coarse_extents(columns)


def _coarse_extents(extents: Extents) -> Extents:
    return extents if len(extents) <= COARSE else np.full(COARSE, 1 / COARSE)


def _averages(extents: Extents) -> Extents:
    """Return the share of each cell in each coarser one, shape (coarser cells, cells)."""
    if len(extents) <= COARSE:
        return np.eye(len(extents))
    edges, coarse = np.r_[0, np.cumsum(extents)], np.linspace(0, 1, COARSE + 1)
    starts = np.maximum.outer(coarse[:-1], edges[:-1])
    ends = np.minimum.outer(coarse[1:], edges[1:])
    overlap: Extents = np.clip(ends - starts, 0, None) * COARSE
    return overlap


def _places(values: Extents, rows: Extents, columns: Extents) -> tuple[str, ...]:
    strong = values >= AS_STRONG * values.max()
    centres = np.cumsum(rows) - rows / 2, np.cumsum(columns) - columns / 2
    groups = sorted(_groups(strong), key=lambda group: -values[group].max())
    phrases = [_phrase(values, group, centres, (rows, columns)) for group in groups]
    return tuple(dict.fromkeys(phrases))


def _groups(strong: Mask) -> list[Mask]:
    """Split cells into groups that touch each other, also at a corner."""
    groups, left = [], strong.copy()
    while left.any():
        group = np.zeros_like(left)
        group.flat[left.argmax()] = True
        while (grown := _grown(group) & left).sum() > group.sum():
            group = grown
        groups.append(group)
        left &= ~group
    return groups


def _grown(cells: Mask, corners: bool = True) -> Mask:
    """Add the neighbours of cells: beside, above and below them, and at their corners."""
    padded = np.pad(cells, 1)
    down = padded[:-2] | padded[1:-1] | padded[2:]
    across = down if corners else padded[1:-1]
    grown: Mask = across[:, :-2] | across[:, 1:-1] | across[:, 2:] | down[:, 1:-1]
    return grown


def _phrase(
    values: Extents, group: Mask, centres: tuple[Extents, Extents], sides: tuple[Extents, Extents]
) -> str:
    """Name the place of a group of strong cells: a spot, a band, a ring, or a wide area."""
    spans = [group.any(axis=1 - axis) for axis in (0, 1)]
    tall, wide = (float(side[span].sum()) for side, span in zip(sides, spans, strict=True))
    middle_row, middle_column = (
        float(centre[span][[0, -1]].mean()) for centre, span in zip(centres, spans, strict=True)
    )
    if _encloses(group):
        around = _spot(middle_row, middle_column)
        return "in a ring around the centre" if around == "in the centre" else f"in a ring {around}"
    if tall > LONG and wide > LONG:
        return _ALL_OVER
    if wide > LONG:
        return f"in a band across the {_level(middle_row, 'top', 'middle', 'bottom')}"
    if tall > LONG:
        return f"in a band down the {_level(middle_column, 'left', 'middle', 'right')}"
    rows, columns = np.nonzero(group & (values == values[group].max()))
    return _spot(float(centres[0][rows].mean()), float(centres[1][columns].mean()))


def _encloses(group: Mask) -> bool:
    """Return whether cells outside the group cannot be reached from the edge of the map."""
    free = ~np.pad(group, 1)
    outside = np.zeros_like(free)
    outside[0, 0] = True
    while (grown := _grown(outside, corners=False) & free).sum() > outside.sum():
        outside = grown
    return bool((free & ~outside).any())


def _level(position: float, first: str, middle: str, last: str) -> str:
    return middle if abs(position - 0.5) < FAR - _SLACK else first if position < 0.5 else last


def _spot(row: float, column: float) -> str:
    """Name a point of the picture; its coordinates are shares of height and width."""
    down, across = row - 0.5, column - 0.5
    is_low, is_right = down > 0, across > 0
    far_down, far_across = (abs(d) >= FAR - _SLACK for d in (down, across))
    near_down, near_across = (abs(d) <= NEAR + _SLACK for d in (down, across))
    upright, sideways = "below" if is_low else "above", "right" if is_right else "left"
    if far_down and far_across:
        return f"in the {'lower' if is_low else 'upper'} {sideways} corner"
    if far_down:
        aside = "" if near_across else f", just {sideways} of the middle"
        return f"near the {'bottom' if is_low else 'top'}{aside}"
    if far_across:
        return f"on the {sideways}{'' if near_down else f', just {upright} the middle'}"
    if near_down and near_across:
        return "in the centre"
    if near_across:
        return f"just {upright} the centre"
    return f"just {sideways if near_down else f'{upright} and {sideways}'} of the centre"
