"""A duel over several photos: how far the networks agree, and where they disagree most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.components.sortable_table import TableCell, TableColumn, TableRow, sortable_table
from explorer.ui.duel import duel_answers, duel_networks
from explorer.ui.duel.duel_answers import DuelQuestion
from explorer.ui.duel.duel_networks import DuelNetwork
from explorer.ui.frame.cancellable_steps import run_steps
from explorer.ui.photos import photo_results, session_photos
from explorer.wording import duration, verbatim

if TYPE_CHECKING:
    from explorer.explain.agreement import Agreement
    from explorer.ui.photos.session_photos import Photo

MOST_PHOTOS = 40  # of the reader's own: fewer answers, over all networks, than a session keeps
_STARTED = photo_results.declare("duel_go_all")  # the duels that the reader started
_PASSES_PER_ANSWER = 3  # one forward, and one backward, which takes twice as long


def several(chosen: Sequence[DuelNetwork], question: DuelQuestion) -> None:
    """Sum up the reader's photos, or the samples, and name the most disputed one.

    The reader's own networks know other classes, so that they neither agree nor disagree.

    Args:
        chosen: the networks of the duel; the first is the reference.
        question: the question put to all networks.
    """
    chosen = [network for network in chosen if not network.is_own]
    if len(chosen) < 2:
        return
    own = list(session_photos.uploads().values())[:MOST_PHOTOS]
    photos, keys = (
        own if len(own) > 1 else session_photos.samples(),
        [network.key for network in chosen],
    )
    st.subheader(f"On {len(photos)} photos", anchor=False)
    agreements = duel_answers.rounds(photos, keys, question)
    if agreements is not None:
        _summary(chosen, agreements)
        _most_disputed(photos, agreements)
        return
    request = (tuple(photo.id for photo in photos), tuple(keys), question)
    if st.session_state.get(_STARTED) == request:
        run_steps(duel_answers.missing(photos, keys, question), "Asking about all photos", _STARTED)
        return
    seconds = (
        len(photos) * _PASSES_PER_ANSWER * duel_networks.estimate(chosen) / duel_networks.PASSES
    )
    st.button(
        f"Ask them about all {len(photos)} ({duration(seconds)})",
        icon=":material/photo_library:",
        on_click=_start,
        args=(request,),
    )


def _start(request: object) -> None:
    st.session_state[_STARTED] = request


def _summary(chosen: Sequence[DuelNetwork], agreements: list[list[Agreement]]) -> None:
    from explorer.explain.duel import summarise

    reference = chosen[0].title
    columns = [
        TableColumn("network", "Network", text=True),
        TableColumn("same", f"Same answer as {reference} (photos)", low=False),
        TableColumn("correlation", "Rank correlation of the maps (mean)", low=False),
        TableColumn("overlap", "Evidence in the same places (mean, %)", low=False),
    ]
    rows = [
        TableRow(
            (
                TableCell(network.title, network.title),
                TableCell(
                    f"{summary.same_class} of {summary.photos}",
                    summary.same_class,
                    summary.same_class / summary.photos,
                ),
                _mean(summary.rank_correlation, 1, 2),
                _mean(summary.overlap, 100, 0),
            )
        )
        for network, summary in zip(chosen[1:], summarise(agreements), strict=True)
    ]
    sortable_table("duel_summary", f"Agreement with {reference} on several photos", columns, rows)


def _mean(value: float | None, factor: float, digits: int) -> TableCell:
    """Write a mean of -1..1 or 0..1; a negative one has no bar."""
    if value is None:
        return TableCell("every map is blank", None)
    text = f"{factor * value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return TableCell(text, value, max(0.0, value))


def _most_disputed(photos: Sequence[Photo], agreements: list[list[Agreement]]) -> None:
    """Name the photo on which the networks disagree most, and offer to open it."""
    from explorer.explain.duel import most_disputed

    index = most_disputed(agreements)
    if index is None:
        return
    photo, differing = (
        photos[index],
        sum(not agreement.same_class for agreement in agreements[index]),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.image(photo.thumbnail, width=64, alt="")
        name = verbatim(photo.caption)
        if differing:
            sentence = f"{differing} of {len(agreements[index])} differ from the reference."
            st.markdown(f"They disagree most on **{name}**: {sentence}", width="content")
        else:
            st.markdown(f"All give the same answer. Their maps overlap least on **{name}**.")
        if photo.id != session_photos.chosen().id:
            st.button("Show that duel", on_click=session_photos.choose, args=(photo.id,))
