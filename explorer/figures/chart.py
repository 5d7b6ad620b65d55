"""What a chart shows, before anybody draws it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        heading: title and unit.
        multiples: equal distances mean equal ratios.
        ticks: values with their names, where numbers would not do.
        limit: of the reader's budget; None for none.
    """

    heading: str
    multiples: bool = False
    ticks: tuple[tuple[float, str], ...] = ()
    limit: float | None = None


@dataclass(frozen=True)
class Mark:
    """One network on a chart.

    Attributes:
        x: where it stands.
        y: likewise.
        title: its name.
        label: written beside it.
        detail: what pointing at it says further.
        x_span: the quartiles of `x`; None where there are none.
        y_span: of `y`, likewise.
        hollow: it has no value on the y axis and stands at its foot.
        best: the advisor's choice.
        below: its label stands under it, where another one would be hit above.
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
    below: bool = False


@dataclass(frozen=True)
class Series:
    """Marks of one colour.

    Attributes:
        title: in the legend.
        marks: in the order in which a line joins them.
        joined: whether one does.
    """

    title: str
    marks: tuple[Mark, ...]
    joined: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        heading: what it shows, for a file that stands alone.
        x: the axis across.
        y: the axis upwards.
        series: what is drawn.
        front: the marks that no other beats, in order.
        reading: how to read it, in a sentence.
        alt: what it shows, for those who do not see it.
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
        """All marks of all series."""
        return tuple(mark for series in self.series for mark in series.marks)
