"""The network that the reader chose; where it is missing, a notice and the last that worked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import DeviceError, WeightsError, WeightsUnavailableError
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource, parse_weights
from explorer.ui.frame import error_messages, link_state, torch_runtime
from explorer.ui.networks import own_checkpoint
from explorer.weights.availability import MEBIBYTE, Availability, availability, fetch
from explorer.weights.loading import DEFAULT_VARIANT

if TYPE_CHECKING:
    from explorer.networks.devices import Precision
    from explorer.networks.network import Network
    from explorer.weights.pool import NetworkKey

_WORKING = "working_network"  # the key of the last network that could be loaded
_FAILED = "failed_download"  # the key of the network that could not be fetched, and why
DEVICE, PRECISION = "device", "precision"


@dataclass(frozen=True, eq=False)
class ChosenNetwork:
    """A shared network, and the key under which it is shared."""

    key: NetworkKey
    network: Network


def chosen() -> ChosenNetwork:
    """Load what the reader chose, or say why not and go on with the last network that worked."""
    asked, own = _asked(), own_checkpoint.mine()
    if own is not None and own_checkpoint.is_chosen():
        return _own(asked, own)
    try:
        with st.spinner(f"Loading {_title(asked)} …"):
            found = ChosenNetwork(asked, torch_runtime.pool().get(asked))
    except WeightsError as error:
        found = _last_working(asked)
        _notice(asked, found.key, error)
    else:
        st.session_state[_WORKING] = asked
    return found


def _own(asked: NetworkKey, network: Network) -> ChosenNetwork:
    """The reader's checkpoint, under a key that no other network has."""
    from explorer.networks.devices import unless_out_of_memory
    from explorer.weights.pool import NO_ROOM

    moved = unless_out_of_memory(lambda: own_checkpoint.on(network, asked.device, asked.precision))
    if moved is None:
        network.module.to(network.device)  # brings back the part that did fit
        raise DeviceError(NO_ROOM)
    weights = f"{WeightSource.CHECKPOINT}:{moved.weights.sha256}"
    return ChosenNetwork(replace(asked, variant=moved.variant.name, weights=weights), moved)


def mark(weights: str) -> str:
    """Say in a few words what weights know, and whether they are here for the chosen variant."""
    own = own_checkpoint.mine()
    if weights == WeightSource.CHECKPOINT and own is not None:
        return f"{own.variant.title}, {len(own.labels)} classes"
    source = parse_weights(weights).source
    known = "66 categories" if source is WeightSource.BUILTIN else "1,000 classes"
    if source is WeightSource.UNTRAINED:
        return f"{known}, noise"
    if source.downloads and not torch_runtime.is_loaded():
        return known  # the rest is said as soon as torch is there
    found = availability(link_state.get(link_state.VARIANT), source)
    return known if found.here else _whereabouts(found, known)


def _asked() -> NetworkKey:
    from explorer.weights.pool import NetworkKey

    device, precision = compute()
    return NetworkKey(
        link_state.get(link_state.VARIANT),
        link_state.get(link_state.WEIGHTS),
        device,
        precision,
    )


def compute() -> tuple[str, Precision]:
    """Return the device and the precision that the reader chose, or the best device there is."""
    from explorer.networks import devices
    from explorer.networks.devices import Precision

    device = st.session_state.get(DEVICE) or devices.available()[0]
    return device, Precision(st.session_state.get(PRECISION) or Precision.FLOAT32)


def _last_working(asked: NetworkKey) -> ChosenNetwork:
    """Return what the session saw last; at its start, what comes with the app."""
    builtin = replace(asked, variant=DEFAULT_VARIANT, weights="builtin")
    key = st.session_state.get(_WORKING, builtin)
    if key == builtin and not availability(builtin.variant, WeightSource.BUILTIN).here:
        key = replace(builtin, weights="random:0")
    return ChosenNetwork(key, torch_runtime.pool().get(key))


def _whereabouts(weights: Availability, known: str) -> str:
    variant = VARIANTS[weights.variant]
    if not weights.exists and (weights.source.downloads or variant.family != "ResNet"):
        return f"none for {variant.title}"
    if weights.url is None or st.session_state.get(_FAILED):
        return f"{known} · offline: not here"
    return f"{known} · download {weights.download_mb:.0f} MB"


def _notice(asked: NetworkKey, working: NetworkKey, error: WeightsError) -> None:
    """Say that the asked weights are missing, with two ways on."""
    found, failed = (
        availability(asked.variant, parse_weights(asked.weights).source),
        _failure(asked),
    )
    fetchable = isinstance(error, WeightsUnavailableError) and found.url is not None
    why = f"**{_title(asked)}** is not on this machine yet." if fetchable else str(error)
    with st.container(border=True, key="missing"):
        st.markdown(f"{why} What you see is still {_title(working)}.")
        if failed:
            error_messages.show(failed)
        with st.container(horizontal=True):
            label = "Try again" if failed else f"Fetch {found.size_mb or 0:.0f} MB"
            wanted = fetchable and st.button(label, type="primary", icon=":material/download:")
            if not fetchable:
                _offer_other(asked)
            st.button(f"Back to {_title(working)}", on_click=_choose, args=(working,))
        if wanted:
            _fetch(asked, found)


def _offer_other(asked: NetworkKey) -> None:
    """Offer weights that this variant has."""
    for source in (WeightSource.IMAGENET_NEW, WeightSource.IMAGENET_CLASSIC):
        if source != asked.weights and availability(asked.variant, source).exists:
            other = replace(asked, weights=source.value)
            st.button(f"Take {_title(other)}", type="primary", on_click=_choose, args=(other,))
            return


def _failure(asked: NetworkKey) -> str:
    """Why the last download of these weights failed, or ""."""
    key, sentence = st.session_state.get(_FAILED, (None, ""))
    return sentence if key == asked else ""


def _fetch(asked: NetworkKey, weights: Availability) -> None:
    bar = st.progress(0.0, f"Fetching {weights.size_mb:.0f} MB")
    try:
        for progress in fetch(weights.variant, weights.source):
            done = progress.bytes_done / MEBIBYTE
            bar.progress(min(1.0, done / (weights.size_mb or done)), f"Fetching: {done:.0f} MB")
    except WeightsError as error:
        st.session_state[_FAILED] = (asked, str(error))
    else:
        st.session_state.pop(_FAILED, None)
    st.rerun()


def _choose(key: NetworkKey) -> None:
    link_state.choose(link_state.VARIANT, key.variant)
    link_state.choose(link_state.WEIGHTS, key.weights)


def _title(key: NetworkKey) -> str:
    return f"{VARIANTS[key.variant].title} ({parse_weights(key.weights).source.heading})"
