"""Weights that are not on this machine: a list with sizes, and a button to fetch them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from explorer.errors import ExplorerError
from explorer.networks.variants import find_variant
from explorer.ui.frame import error_messages
from explorer.ui.frame.help_texts import with_glossary
from explorer.weights.availability import MEGABYTE, Availability, fetch
from explorer.wording import unbroken


def absent(weights: Sequence[Availability]) -> None:
    """List weights that are not on this machine, with sizes in MB, and offer to fetch one."""
    if not weights:
        return
    titles = {missing.name: _title(missing) for missing in weights}
    st.pills(
        "Not on this machine",
        list(titles),
        format_func=titles.__getitem__,
        disabled=True,
        key="absent_weights",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox(
            "Fetch", list(titles), format_func=titles.__getitem__, key="fetch_which", width=300
        )
        pressed = st.button("Fetch", icon=":material/download:", key="fetch_weights")
    st.caption(f"Or in a terminal: `resnet-explorer weights fetch {name}`")
    if pressed:
        _fetch(next(missing for missing in weights if missing.name == name))


def fetch_and_take(weights: Availability, what: str, take: Callable[[], None]) -> None:
    """Draw a button that chooses weights, and fetches them first if they are not here.

    Args:
        weights: the weights.
        what: what the reader gets, in a sentence; the glossary says more of it.
        take: function that chooses them.
    """
    title = find_variant(weights.variant).title
    if weights.here:
        label, icon = f"Take {title}", ":material/arrow_forward:"
        st.button(
            label,
            type="tertiary",
            icon=icon,
            help=with_glossary(what),
            key="take_weights",
            on_click=take,
        )
        return
    label, icon = f"Fetch {_title(weights)}", ":material/download:"
    if st.button(label, type="tertiary", icon=icon, help=with_glossary(what), key="fetch_and_take"):
        _fetch(weights, take)


def _title(weights: Availability) -> str:
    return unbroken(f"{find_variant(weights.variant).title}, {weights.size_mb or 0:.0f} MB")


def _fetch(weights: Availability, take: Callable[[], None] = lambda: None) -> None:
    bar = st.progress(0.0, f"Fetching {_title(weights)}")
    try:
        for progress in fetch(weights.variant, weights.source):
            done = progress.bytes_done / MEGABYTE
            share = min(1.0, done / (weights.size_mb or done or 1.0))
            bar.progress(share, unbroken(f"Fetching {_title(weights)}: {done:.0f} MB"))
    except ExplorerError as error:
        error_messages.show(error_messages.sentence(error))
    else:
        take()
        st.rerun()
