"""A description of a chart, independent of the library that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Side(Enum):
    """Side of a mark at which its label stands, as steps to the right and upwards."""

    ABOVE = (0, 1)
    BELOW = (0, -1)
    RIGHT = (1, 0)
    LEFT = (-1, 0)
    ABOVE_RIGHT = (1, 1)
    ABOVE_LEFT = (-1, 1)
    BELOW_RIGHT = (1, -1)
    BELOW_LEFT = (-1, -1)


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        heading: the title of the axis with its unit.
        multiples: whether the axis is logarithmic.
        ticks: pairs of a value and its label; empty for automatic ticks.
        limit: the limit of the reader's budget, in the axis's unit; None for none.
        ends: the values at the ends of the axis; None for ends that fit what is drawn.
    """

    heading: str
    multiples: bool = False
    ticks: tuple[tuple[float, str], ...] = ()
    limit: float | None = None
    ends: tuple[float, float] | None = None


@dataclass(frozen=True)
class Mark:
    """One network on a chart.

    Attributes:
        x: position along the horizontal axis, in the axis's unit.
        y: position along the vertical axis, in the axis's unit.
        title: the name of the network.
        label: the text beside the mark.
        detail: the further text of the tooltip, as HTML.
        x_span: the first and third quartile of `x`; None if it has none.
        y_span: the first and third quartile of `y`; None if it has none.
        hollow: whether the network has no value on the y axis and is drawn at its lower end.
        best: whether the network is the advisor's choice.
        side: the side of the mark at which its label stands.
    """

    x: float
    y: float
    title: str
    label: str = ""
    detail: str = ""
    x_span: tuple[float, float] | None = None
    y_span: tuple[float, float] | None = None
    hollow: bool = False
    best: bool = False
    side: Side = Side.ABOVE


@dataclass(frozen=True)
class Series:
    """Marks of one colour.

    Attributes:
        title: the name in the legend.
        marks: the marks, in the order in which a line joins them.
        joined: whether a line joins the marks.
    """

    title: str
    marks: tuple[Mark, ...]
    joined: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        heading: the title of the chart, for files.
        x: the horizontal axis.
        y: the vertical axis.
        series: the series of marks.
        front: the marks on the Pareto front, in the order of a line through them.
        reading: one sentence on how to read the chart.
        alt: a text alternative of the chart.
    """

    heading: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    front: tuple[Mark, ...] = ()
    reading: str = ""
    alt: str = ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all series."""
        return tuple(mark for series in self.series for mark in series.marks)
