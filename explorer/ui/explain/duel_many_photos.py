"""A duel over several photos: how far the networks agree, and where they disagree most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.components.sortable_table import TableCell, TableColumn, TableRow, sortable_table
from explorer.ui.explain import duel_answers, duel_networks
from explorer.ui.explain.duel_answers import DuelQuestion
from explorer.ui.explain.duel_networks import DuelNetwork
from explorer.ui.frame.cancellable_steps import run_steps
from explorer.ui.photos import session_photos
from explorer.wording import duration

if TYPE_CHECKING:
    from explorer.explain.agreement import Agreement
    from explorer.ui.photos.session_photos import Photo

MOST_PHOTOS = 40  # of the reader's own: fewer answers, with all networks, than are kept
_GO = "duel_go_all"
_ANSWERING = 3  # passes: a forward, and a backward, which takes twice as long


def several(chosen: Sequence[DuelNetwork], asked: DuelQuestion) -> None:
    """Sum up the reader's photos, or the samples, and name the one that is disputed most.

    Args:
        chosen: who takes part; the first is the reference.
        asked: what all are asked.
    """
    if len(chosen) < 2:
        return
    own = list(session_photos.uploads().values())[:MOST_PHOTOS]
    shown, keys = own if len(own) > 1 else session_photos.samples(), [one.key for one in chosen]
    st.subheader(f"On {len(shown)} photos", anchor=False)
    found = duel_answers.rounds(shown, keys, asked)
    if found is not None:
        _summary(chosen, found)
        _most_disputed(shown, found)
        return
    wanted = (tuple(photo.id for photo in shown), tuple(keys), asked)
    if st.session_state.get(_GO) == wanted:
        run_steps(duel_answers.missing(shown, keys, asked), "Asking about all photos", _GO)
        return
    seconds = len(shown) * _ANSWERING * duel_networks.estimate(chosen) / duel_networks.PASSES
    st.button(
        f"Ask them about all {len(shown)} ({duration(seconds)})",
        icon=":material/photo_library:",
        on_click=_go,
        args=(wanted,),
    )


def _go(wanted: object) -> None:
    st.session_state[_GO] = wanted


def _summary(chosen: Sequence[DuelNetwork], found: list[list[Agreement]]) -> None:
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
                TableCell(one.title, one.title),
                TableCell(
                    f"{standing.same_class} of {standing.photos}",
                    standing.same_class,
                    standing.same_class / standing.photos,
                ),
                _mean(standing.rank_correlation, 1, 2),
                _mean(standing.overlap, 100, 0),
            )
        )
        for one, standing in zip(chosen[1:], summarise(found), strict=True)
    ]
    sortable_table("duel_summary", f"Agreement with {reference} on several photos", columns, rows)


def _mean(value: float | None, factor: float, digits: int) -> TableCell:
    """Write a mean of -1..1 or 0..1; a negative one has no bar."""
    if value is None:
        return TableCell("every map is blank", None)
    text = f"{factor * value:.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return TableCell(text, value, max(0.0, value))


def _most_disputed(shown: Sequence[Photo], found: list[list[Agreement]]) -> None:
    """Name the photo on which the networks disagree most, and offer to open it."""
    from explorer.explain.duel import most_disputed

    at = most_disputed(found)
    if at is None:
        return
    photo, others = shown[at], sum(not agreement.same_class for agreement in found[at])
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.image(photo.thumbnail, width=64, alt="")
        if others:
            told = f"{others} of {len(found[at])} answer otherwise than the reference."
            st.markdown(f"They disagree most on **{photo.title}**: {told}", width="content")
        else:
            told = "there their maps overlap least."
            st.markdown(f"All answer alike. They differ most on **{photo.title}**: {told}")
        if photo.id != session_photos.chosen().id:
            st.button("Show that duel", on_click=session_photos.choose, args=(photo.id,))
