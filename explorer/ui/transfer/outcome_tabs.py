"""What came of teaching, below the table of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ResultError
from explorer.transfer.recorded import results
from explorer.transfer.recorded.results import SHIPPED, Way, WayResult
from explorer.ui.frame import error_messages
from explorer.ui.transfer import (
    break_it,
    class_cards,
    fine_tuning,
    how_many_photos,
    mistakes,
    object_evidence,
    recorded_ways,
    session_classes,
    take_home,
    what_changed,
)
from explorer.ui.transfer.teaching_run import Outcome, TeachingRun
from explorer.ui.transfer.ways_table import TITLES

if TYPE_CHECKING:
    from explorer.transfer.answered_photos import AnsweredPhotos
    from explorer.transfer.labelled_photos import LabelledPhotos

PHOTOS, MISTAKES, CHANGED, BREAK, HOME = (
    "How many photos",
    "Mistakes",
    "What changed",
    "Break it",
    "Take it home",
)


def draw(run: TeachingRun | None) -> None:
    """Draw the tabs below the table.

    Args:
        run: what the session learned; None for the example as it was recorded, with nothing
            learned in this session.
    """
    if (run is None and class_cards.is_own()) or (run is not None and not run.outcomes):
        return
    if run is not None:
        with error_messages.reported():
            fine_tuning.draw(run)
    outcome = None if run is None else _picked(run)
    names = [PHOTOS, MISTAKES, CHANGED, BREAK, HOME]
    tabs = dict(zip(names, st.tabs(names, key="teach_tabs", on_change="rerun"), strict=True))
    for name, tab in tabs.items():
        if tab.open:  # only the open tab is computed
            with tab, error_messages.reported():
                _draw_tab(name, run, outcome)


def _picked(run: TeachingRun) -> Outcome | None:
    """Let the reader choose which of several networks the tabs are about; the latest at first."""
    taught = {outcome.way: outcome for outcome in run.taught}
    if len(taught) < 2:
        return next(iter(taught.values()), None)
    way = st.segmented_control(
        "The network below",
        list(taught),
        default=list(taught)[-1],
        format_func=lambda way: TITLES[way][0],
        required=True,
        key=f"outcome_{len(taught)}",
    )
    return taught[Way(way)]


def _draw_tab(name: str, run: TeachingRun | None, outcome: Outcome | None) -> None:
    if name == PHOTOS:
        how_many_photos.draw(run)
    elif name == BREAK:
        break_it.draw(run)
    elif run is None:
        _of_record(name)
    elif outcome is None or outcome.taught is None:
        st.caption("Nothing was taught yet.")
    elif name == MISTAKES:
        _mistakes(run, outcome)
    elif name == HOME:
        take_home.draw(outcome.taught, run.photos)
    elif outcome.before is None:
        st.caption(_NOTHING_CHANGED[outcome.way])
    else:
        what_changed.draw(run, outcome)


_NOTHING_CHANGED = {
    Way.PROBE: "The probe changes nothing but the last layer. Train on from it, and here you see "
    "which blocks moved, where the network looks now, and what it forgot.",
    Way.SCRATCH: "From scratch, nothing is left of the network that was there before.",
}


def _mistakes(run: TeachingRun, outcome: Outcome) -> None:
    if outcome.taught is None:
        return
    in_turn = len(outcome.check.answers) > 1
    mistakes.draw(outcome.check.answered, run.photos, outcome.taught.network, in_turn)
    object_evidence.draw(run, outcome)


def _of_record(name: str) -> None:
    """Draw what is known of the example without anything learned in this session."""
    if name != MISTAKES:
        st.caption("Run it here first: this is about a network that was taught in this session.")
        return
    record = _recorded_probe()
    if record is None:
        st.caption("Run it here to see which photos are mistaken.")
        return
    photos = session_classes.shipped()
    mistakes.draw(_answered(record, photos), photos, None)


def _recorded_probe() -> WayResult | None:
    try:
        return results.ways().find(SHIPPED, recorded_ways.chosen_variant(), Way.PROBE)
    except ResultError:
        return None


def _answered(record: WayResult, photos: LabelledPhotos) -> AnsweredPhotos:
    from explorer.transfer.answered_photos import answered_photos
    from explorer.transfer.splits import plan

    checked = plan(photos).final.check
    return answered_photos(
        photos.labels, photos.classes, checked, record.predicted, record.probabilities
    )
