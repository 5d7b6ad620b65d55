"""The network that the reader chose; if it is missing, a notice and the last one that worked."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import DeviceError, WeightsError, WeightsUnavailableError
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource, parse_weights
from explorer.ui.frame import error_messages, link_state, torch_runtime
from explorer.ui.networks import my_network, own_checkpoint
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.weights.availability import MEGABYTE, Availability, availability, fetch
from explorer.weights.builtin import path_of
from explorer.weights.loading import DEFAULT_VARIANT
from explorer.wording import unbroken

if TYPE_CHECKING:
    from explorer.networks.devices import Precision
    from explorer.networks.network import Network
    from explorer.weights.pool import NetworkKey

OWN = (WeightSource.CHECKPOINT, WeightSource.TAUGHT)  # of one reader, in one session
_WORKING = "working_network"  # the key of the last network that could be loaded
_FAILED = "failed_download"  # the key of the network that could not be fetched, when, and why
_OFFLINE = 60  # seconds after a failed download in which there is no connection, as far as we know
DEVICE, PRECISION = "device", "precision"


@dataclass(frozen=True, eq=False)
class ChosenNetwork:
    """A network and its key, under which the sessions share it."""

    key: NetworkKey
    network: Network


@dataclass(frozen=True)
class Offer:
    """What a variant with weights from a source would be.

    Attributes:
        caption: number of classes and size of the download, or the reason why it is not there.
        is_available: whether it can be chosen.
        is_here: whether it can be shown at once.
    """

    caption: str
    is_available: bool = True
    is_here: bool = True


def chosen() -> ChosenNetwork:
    """Load the chosen network, or say why it fails and return the last one that worked."""
    my_network.leave_if_gone()
    key = _chosen_key()
    mine = own(key.weights)
    if mine is not None:
        return mine
    try:
        with st.spinner(f"Loading {_title(key)} …"):
            loaded = ChosenNetwork(key, torch_runtime.pool().get(key))
    except WeightsError as error:
        loaded = _last_working(key)
        _notice(key, loaded.key, error)
    else:
        st.session_state[_WORKING] = key
    return loaded


def own(weights: str) -> ChosenNetwork | None:
    """Return the reader's checkpoint or taught network, under a key that no other network has.

    Args:
        weights: the source that is asked for; None is returned for those that are shared.

    Raises:
        DeviceError: if the network does not fit on the chosen device.
    """
    from explorer.networks.devices import unless_out_of_memory
    from explorer.weights.pool import NO_ROOM, NetworkKey

    network, (device, precision) = _mine(weights), compute()
    if network is None:
        return None
    move = my_network.on if weights == WeightSource.TAUGHT else own_checkpoint.on
    moved = unless_out_of_memory(lambda: move(network, device, precision))
    if moved is None:
        raise DeviceError(NO_ROOM)
    reading = hash(moved.weights)  # labels and preprocessing are the reader's to change
    name = f"{moved.weights.source}:{moved.weights.sha256}:{reading}"
    return ChosenNetwork(NetworkKey(moved.variant.name, name, device, precision), moved)


def network_of(key: NetworkKey) -> Network:
    """Return the network of a key: the reader's own, or the shared one, loaded if necessary."""
    for source in OWN:
        mine = own(source)
        if mine is not None and mine.key == key:
            return mine.network
    return torch_runtime.pool().get(key)


def _mine(weights: str) -> Network | None:
    """Return the reader's own network that weights name; None if they name none."""
    if weights == WeightSource.CHECKPOINT:
        return own_checkpoint.mine()
    return my_network.mine() if weights == WeightSource.TAUGHT else None


def offer(variant: str, weights: str) -> Offer:
    """Say what choosing a variant with weights would bring; the reader's own are of one variant."""
    own = _mine(weights)
    if own is not None:
        classes = f"{len(own.labels)} classes" if own.labels else "no classes"
        return Offer(f"{own.variant.title}, {classes}")
    source = parse_weights(weights).source
    classes = "66 categories" if source is WeightSource.BUILTIN else "1,000 classes"
    if source is WeightSource.UNTRAINED:
        return Offer(f"{classes}, noise")
    if source.downloads and not torch_runtime.is_loaded():
        return Offer(classes)  # availability is added once torch is imported
    if source is WeightSource.BUILTIN and path_of(VARIANTS[variant]).is_file():
        return Offer(classes)  # without reading the card in the file
    available = availability(variant, source)
    return Offer(classes) if available.here else _absence(available, classes)


def _chosen_key() -> NetworkKey:
    from explorer.weights.pool import NetworkKey

    device, precision = compute()
    return NetworkKey(
        link_state.get(VARIANT),
        link_state.get(WEIGHTS),
        device,
        precision,
    )


def compute() -> tuple[str, Precision]:
    """Return the chosen device, or else the best one available, and the chosen precision."""
    from explorer.networks import devices
    from explorer.networks.devices import Precision

    device = st.session_state.get(DEVICE) or devices.available()[0]
    return device, Precision(st.session_state.get(PRECISION) or Precision.FLOAT32)


def _last_working(chosen_key: NetworkKey) -> ChosenNetwork:
    """Return the session's last network that worked; at first, one that ships with the app."""
    builtin = replace(chosen_key, variant=DEFAULT_VARIANT, weights="builtin")
    key = st.session_state.get(_WORKING, builtin)
    if key == builtin and not availability(builtin.variant, WeightSource.BUILTIN).here:
        key = replace(builtin, weights="random:0")
    return ChosenNetwork(key, torch_runtime.pool().get(key))


def _absence(weights: Availability, classes: str) -> Offer:
    """Describe weights that are not on this machine."""
    if not weights.exists:
        return Offer(f"none for {VARIANTS[weights.variant].title}", False, is_here=False)
    if _is_offline():
        return Offer(f"{classes} · offline: not here", False, is_here=False)
    return Offer(unbroken(f"{classes} · download {weights.download_mb:.0f} MB"), is_here=False)


def _is_offline() -> bool:
    """Whether a download failed just now."""
    _, when, _ = st.session_state.get(_FAILED, (None, -_OFFLINE, ""))
    return bool(time.monotonic() - when < _OFFLINE)


def _notice(missing: NetworkKey, working: NetworkKey, error: WeightsError) -> None:
    """Say that weights are missing; offer to fetch them or to choose others."""
    weights, failure = (
        availability(missing.variant, parse_weights(missing.weights).source),
        _failure(missing),
    )
    fetchable = isinstance(error, WeightsUnavailableError) and weights.url is not None
    why = (
        f"**{_title(missing)}** is not on this machine yet."
        if fetchable
        else error_messages.sentence(error)
    )
    with st.container(border=True, key="missing"):
        st.markdown(f"{why} What you see is still {_title(working)}.")
        if failure:
            error_messages.show(failure)
        with st.container(horizontal=True):
            label = "Try again" if failure else unbroken(f"Fetch {weights.size_mb or 0:.0f} MB")
            pressed = fetchable and st.button(label, type="primary", icon=":material/download:")
            if not fetchable:
                _offer_other(missing)
            st.button(f"Back to {_title(working)}", on_click=_choose, args=(working,))
        if pressed:
            _fetch(missing, weights)


def _offer_other(missing: NetworkKey) -> None:
    """Offer other weights that exist for this variant."""
    for source in (WeightSource.IMAGENET_NEW, WeightSource.IMAGENET_CLASSIC):
        if source != missing.weights and availability(missing.variant, source).exists:
            other = replace(missing, weights=source.value)
            st.button(f"Take {_title(other)}", type="primary", on_click=_choose, args=(other,))
            return


def _failure(missing: NetworkKey) -> str:
    """Return why the last download of these weights failed, or ""."""
    key, _, sentence = st.session_state.get(_FAILED, (None, 0.0, ""))
    return sentence if key == missing else ""


def _fetch(missing: NetworkKey, weights: Availability) -> None:
    bar = st.progress(0.0, unbroken(f"Fetching {weights.size_mb:.0f} MB"))
    try:
        for progress in fetch(weights.variant, weights.source):
            done = progress.bytes_done / MEGABYTE
            bar.progress(
                min(1.0, done / (weights.size_mb or done)), unbroken(f"Fetching: {done:.0f} MB")
            )
    except WeightsError as error:
        problem = error_messages.sentence(error)
        st.session_state[_FAILED] = (missing, time.monotonic(), problem)
    else:
        st.session_state.pop(_FAILED, None)
    st.rerun()


def _choose(key: NetworkKey) -> None:
    link_state.choose(VARIANT, key.variant)
    link_state.choose(WEIGHTS, key.weights)


def _title(key: NetworkKey) -> str:
    return f"{VARIANTS[key.variant].title} ({parse_weights(key.weights).source.heading})"
