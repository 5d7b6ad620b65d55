"""The network that the reader chose; where it is missing, a notice and the last that worked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import WeightsError, WeightsUnavailableError
from explorer.sources import Source, parse
from explorer.ui import choices, errors, runtime
from explorer.variants import VARIANTS
from explorer.weights import DEFAULT_VARIANT, Availability, availability, fetch

if TYPE_CHECKING:
    from explorer.network import Network
    from explorer.pool import NetworkKey

_WORKING = "working_network"  # the key of the last network that could be loaded
_OFFLINE = "offline"  # whether a download of this session found no internet
DEVICE, PRECISION = "device", "precision"


@dataclass(frozen=True, eq=False)
class Chosen:
    """A shared network, and the key under which it is shared."""

    key: NetworkKey
    network: Network


def chosen() -> Chosen:
    """Load what the reader chose, or say why not and go on with the last network that worked."""
    asked = _asked()
    try:
        found = Chosen(asked, runtime.pool().get(asked))
    except WeightsError as error:
        found = _last_working(asked)
        _notice(asked, found.key, error)
    else:
        st.session_state[_WORKING] = asked
    return found


def mark(weights: str) -> str:
    """Say in a few words whether weights are at hand for the chosen variant."""
    source = parse(weights).source
    if not (runtime.is_loaded() or not source.downloads):
        return "1,000 classes"  # the rest is known as soon as torch is there
    found = availability(choices.get(choices.VARIANT), source)
    if source is Source.UNTRAINED:
        return "1,000 classes, noise"
    classes = "66 categories" if source is Source.BUILTIN else "1,000 classes"
    return f"{classes} · {_whereabouts(found)}" if not found.here else classes


def _asked() -> NetworkKey:
    from explorer.network import Precision
    from explorer.pool import NetworkKey

    return NetworkKey(
        choices.get(choices.VARIANT),
        choices.get(choices.WEIGHTS),
        st.session_state.get(DEVICE, "auto"),
        Precision(st.session_state.get(PRECISION, Precision.FLOAT32)),
    )


def _last_working(asked: NetworkKey) -> Chosen:
    """Return what the session saw last; at its start, what comes with the app."""
    builtin = replace(asked, variant=DEFAULT_VARIANT, weights="builtin")
    key = st.session_state.get(_WORKING, builtin)
    if key == builtin and not availability(builtin.variant, Source.BUILTIN).here:
        key = replace(builtin, weights="random:0")
    return Chosen(key, runtime.pool().get(key))


def _whereabouts(weights: Availability) -> str:
    if not weights.exists and (weights.source.downloads or not _is_plain(weights.variant)):
        return f"none for {VARIANTS[weights.variant].title}"
    if weights.url is None or st.session_state.get(_OFFLINE):
        return "offline: not here"
    return f"download {weights.download_mb:.0f} MB"


def _is_plain(variant: str) -> bool:
    """Whether the app's own networks come in this variant."""
    return VARIANTS[variant].family == "ResNet"


def _notice(asked: NetworkKey, working: NetworkKey, error: WeightsError) -> None:
    """Say that the asked weights are missing, with the two ways on."""
    found = availability(asked.variant, parse(asked.weights).source)
    fetchable = isinstance(error, WeightsUnavailableError) and found.url is not None
    with st.container(border=True, key="missing"):
        st.markdown(f"**{_title(asked)}** {_missing(found, error)}")
        with st.container(horizontal=True):
            if fetchable:
                wanted = st.button(
                    f"Fetch {found.size_mb:.0f} MB", type="primary", icon=":material/download:"
                )
            st.button(f"Back to {_title(working)}", on_click=_go_back, args=(working,))
        if fetchable and wanted:
            _fetch(found)


def _missing(found: Availability, error: WeightsError) -> str:
    if isinstance(error, WeightsUnavailableError):
        return "is not on this machine; below is the network before it."
    return f"cannot be used. {error}"


def _fetch(weights: Availability) -> None:
    bar = st.progress(0.0, f"Fetching {weights.size_mb:.0f} MB")
    try:
        for progress in fetch(weights.variant, weights.source):
            done = progress.bytes_done / (progress.bytes_total or progress.bytes_done)
            bar.progress(done, f"Fetching: {progress.bytes_done / 2**20:.0f} MB")
    except WeightsError as error:
        st.session_state[_OFFLINE] = True
        bar.empty()
        errors.show(str(error))
    else:
        st.session_state[_OFFLINE] = False
        st.rerun()


def _go_back(working: NetworkKey) -> None:
    choices.choose(choices.VARIANT, working.variant)
    choices.choose(choices.WEIGHTS, working.weights)


def _title(key: NetworkKey) -> str:
    return f"{VARIANTS[key.variant].title}, {parse(key.weights).source.heading}"
