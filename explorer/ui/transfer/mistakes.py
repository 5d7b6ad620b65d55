"""Mistakes: which class is taken for which, on which photos, where it looked, and how certain."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from explorer.figures.plotly_chart import CONFIG
from explorer.figures.transfer import accuracy_charts
from explorer.ui import mapped_photos
from explorer.ui.components.confusion_matrix import Cell, confusion_matrix
from explorer.ui.components.sortable_table import TableCell, TableColumn, TableRow, sortable_table
from explorer.ui.mapped_photos import AnsweredPhoto
from explorer.ui.photos import photo_results
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.transfer.answered_photos import Answer, AnsweredPhotos, ClassRecord
    from explorer.transfer.labelled_photos import LabelledPhotos

_OPEN = photo_results.declare("teach_confusion", photo_results.of_other_photos)
_COLUMNS = (
    TableColumn("class", "Class", text=True),
    TableColumn("photos", "Photos", low=False),
    TableColumn("right", "Recognised, 95 % interval", "of the photos of this class", low=True),
    TableColumn("precision", "Right when named", "of the photos that are taken for this class"),
    TableColumn("taken", "Most often taken for", text=True),
)


def draw(
    answered: AnsweredPhotos,
    photos: LabelledPhotos,
    network: Network | None,
    in_turn: bool = False,
) -> None:
    """Draw what became of the photos to check with.

    Args:
        answered: what was said about them.
        photos: all photos.
        network: network whose maps are shown; None if only its answers are known.
        in_turn: whether each photo was checked by a network that had not learned from it, while
            `network` learned from all.
    """
    cell = _chosen(answered)
    left, right = st.columns((3, 2), gap="large")
    with left:
        clicked = confusion_matrix("confusion_teach", answered.confusion, answered.labels, cell)
        if clicked is not None:
            st.session_state[_OPEN] = (answered.labels, None if clicked == cell else clicked)
            st.rerun()
        st.caption("Click a number to see its photos, or a class to see all of its photos.")
    with right:
        _calibration(answered)
    _photos(answered, photos, network, cell, in_turn)
    st.markdown("**Class by class**")
    sortable_table(
        "teach_classes_table", "Accuracy of each class", _COLUMNS, _rows(answered.by_class())
    )


def _chosen(answered: AnsweredPhotos) -> Cell | None:
    """Return the cell that is open; none if it is empty for this network, or of other classes."""
    labels, cell = st.session_state.get(_OPEN, ((), None))
    if labels != answered.labels or cell is None:
        return None
    return cell if answered.found(cell.true, cell.predicted) else None


def _calibration(answered: AnsweredPhotos) -> None:
    bins = answered.reliability()
    summary = "; ".join(
        f"certain {percent(own.probability)}: right {percent(own.accuracy.value)} of {own.photos}"
        for own in bins
    )
    st.plotly_chart(
        accuracy_charts.reliability(bins), key="calibration", config=CONFIG, alt=summary
    )
    st.caption(
        "On the dotted line, answers are right as often as their probability says; below it the "
        "network is too sure of itself. Larger marks stand for more photos."
    )


def _photos(
    answered: AnsweredPhotos,
    photos: LabelledPhotos,
    network: Network | None,
    cell: Cell | None,
    in_turn: bool,
) -> None:
    """Draw the photos of the open cell, or else the most confident mistakes."""
    answers = answered.mistakes if cell is None else answered.found(cell.true, cell.predicted)
    st.markdown(f"**{_heading(answered.labels, cell, len(answers))}**")
    if not answers:
        return
    maps = False
    if network is not None:
        maps = st.toggle("Show where the network looks", value=True, key="mistakes_maps")
    mapped_photos.draw(
        "teach_cards", _cards(answers, answered.labels, photos), network if maps else None
    )
    if network is None:
        st.caption("As recorded. Run it here, and each photo shows where the network looks.")
    elif maps:
        st.caption(_reading(in_turn))


def _heading(labels: Sequence[str], cell: Cell | None, count: int) -> str:
    if cell is None:
        return f"The most confident mistakes, of {count}" if count else "No photo is mistaken"
    own = spoken(labels[cell.true])
    if cell.predicted is None:
        return f"All photos of {own} ({count})"
    if cell.predicted == cell.true:
        return f"{own}, recognised ({count})"
    return f"{own}, taken for {spoken(labels[cell.predicted])} ({count})"


def _reading(in_turn: bool) -> str:
    kept = (
        " Each photo was judged by a network that had not learned from it; the maps are those of "
        "the network that is kept, which learned from all."
        if in_turn
        else ""
    )
    return f"Grad-CAM at the last block: bright cells speak for the class that is named.{kept}"


def _cards(
    answers: Sequence[Answer], labels: Sequence[str], photos: LabelledPhotos
) -> list[AnsweredPhoto]:
    return [
        AnsweredPhoto(
            id=photos.digests[answer.photo],
            title=photos.names[answer.photo] if photos.names else f"photo {answer.photo + 1}",
            open=partial(photos.photos.__getitem__, answer.photo),
            answer=answer.predicted,
            label=labels[answer.predicted],
            probability=answer.probability,
            note="" if answer.right else f"Should be {spoken(labels[answer.true])}",
        )
        for answer in answers
    ]


def _rows(records: Sequence[ClassRecord]) -> list[TableRow]:
    return [
        TableRow(
            (
                TableCell(spoken(own.label), spoken(own.label)),
                TableCell(f"{own.photos}", own.photos),
                _accuracy(own),
                _precision(own.precision),
                TableCell(spoken(own.taken_for) or "\N{EM DASH}", spoken(own.taken_for) or None),
            )
        )
        for own in records
    ]


def _accuracy(own: ClassRecord) -> TableCell:
    share = own.accuracy
    if share is None:
        return TableCell("not checked", None)
    interval = f"{100 * share.low:.0f} to {100 * share.high:.0f}\N{NO-BREAK SPACE}%"
    return TableCell(f"{percent(share.value)} ({interval})", share.value, share.value)


def _precision(share: float | None) -> TableCell:
    return TableCell("never named", None) if share is None else TableCell(percent(share), share)
