"""How many photos are enough: accuracy over photos of each class, recorded and measured here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ResultError
from explorer.figures.plotly_chart import CONFIG
from explorer.figures.transfer import accuracy_charts
from explorer.figures.transfer.accuracy_charts import CurveLine
from explorer.networks.variants import VARIANTS
from explorer.transfer.recorded import results
from explorer.transfer.recorded.results import SHIPPED, RecordedCurve, Way
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results
from explorer.ui.transfer.teaching_run import TeachingRun
from explorer.wording import duration, percent

if TYPE_CHECKING:
    from explorer.transfer.learning_curve import CurvePoint

_MEASURED = photo_results.declare("learning_curve", photo_results.of_other_photos)
_ASKED = "learning_curve_asked"
_RECORDED = {Way.PROBE: "new head on features", Way.SCRATCH: "from scratch"}


@dataclass(frozen=True, eq=False)
class _Measured:
    """A learning curve of this session.

    Attributes:
        run: what it belongs to.
        points: its points.
    """

    run: TeachingRun
    points: tuple[CurvePoint, ...]


def draw(run: TeachingRun | None) -> None:
    """Draw the recorded curves of the example, and the one of this session.

    Args:
        run: what the session learned; None for the example as it was recorded.
    """
    lines = recorded_lines() if run is None or run.is_example else []
    classes = 8 if run is None else len(run.photos.labels)
    if run is not None:
        lines += _of_session(run)
    if lines:
        summary = _in_words(lines)
        st.plotly_chart(
            accuracy_charts.over_photos(lines, 1 / classes),
            key="learning_curve",
            config=CONFIG,
            alt=summary,
        )
        st.caption(
            f"{summary} Bands reach from the worst draw of photos to the best; the dotted line is "
            "guessing."
        )


def recorded_lines() -> list[CurveLine]:
    """Return the recorded curves of the example; none if they are missing."""
    try:
        rows = results.curves().rows
    except ResultError:
        return []
    return [_recorded_line(row) for row in rows if row.data == SHIPPED]


def _recorded_line(row: RecordedCurve) -> CurveLine:
    title = f"{VARIANTS[row.variant].title}, {_RECORDED.get(row.way, row.way.value)}, recorded"
    return CurveLine(
        title,
        tuple(float(point.per_class) for point in row.points),
        tuple(point.accuracies for point in row.points),
    )


def _of_session(run: TeachingRun) -> list[CurveLine]:
    """Return the curve of this session; without one, offer to measure it."""
    measured: _Measured | None = st.session_state.get(_MEASURED)
    if measured is None or measured.run is not run:
        if Way.PROBE not in run.outcomes:
            st.caption("The curve can be drawn once the probe is done.")
            return []
        st.button(
            f"Draw the curve of these photos ({duration(_seconds(run))})",
            icon=":material/show_chart:",
            key="draw_learning_curve",
            on_click=_ask,
        )
        if not st.session_state.pop(_ASKED, False):
            return []
        st.session_state[_MEASURED] = _Measured(run, _measure(run))
        st.rerun()
    classes, title = len(run.photos.labels), run.chosen.network.variant.title
    return [
        CurveLine(
            f"{title}, new head on features, here",
            tuple(point.per_class or point.learned / classes for point in measured.points),
            tuple(point.accuracies for point in measured.points),
        )
    ]


def _ask() -> None:
    st.session_state[_ASKED] = True


def _seconds(run: TeachingRun) -> float:
    """Estimate the time: fits of the probe, of which the smaller ones take about half as long."""
    from explorer.transfer.learning_curve import DRAWS

    fits = len(run.plan.splits) + run.plan.crosses
    return 0.5 * len(_counts(run)) * DRAWS * run.outcomes[Way.PROBE].seconds / fits


def _counts(run: TeachingRun) -> list[int]:
    from explorer.transfer.learning_curve import OWN_COUNTS

    most = int(run.photos.counts.max())
    return [count for count in OWN_COUNTS if count <= most]


def _measure(run: TeachingRun) -> tuple[CurvePoint, ...]:
    """Measure the curve point by point, with a turn to compute for each."""
    from explorer.transfer.learning_curve import learning_curve, probing

    vectors, photos = run.outcomes[Way.PROBE].vectors, run.photos
    assert vectors is not None  # the probe has them
    curve = learning_curve(
        probing(vectors, photos.classes, photos.groups), photos.classes, run.plan
    )
    points: list[CurvePoint] = []
    most = len(_counts(run)) + 1
    bar = st.progress(0.0, "Learning from one photo of each class …")
    while True:
        with compute_turn():
            point = next(curve, None)
        if point is None:
            bar.empty()
            return tuple(points)
        points.append(point)
        bar.progress(min(1.0, len(points) / most), f"{len(points)} of about {most} points")


def _in_words(lines: Sequence[CurveLine]) -> str:
    return " ".join(
        f"{line.title}: {percent(line.means[0] / 100)} right with {line.photos[0]:g} a class, "
        f"{percent(line.means[-1] / 100)} with {line.photos[-1]:.3g}."
        for line in lines
    )
