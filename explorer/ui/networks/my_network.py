"""The network that the reader taught: one per session, never in a cache shared between sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.networks.weight_sources import WeightSource
from explorer.ui.frame import link_state
from explorer.ui.networks.link_choices import MY_NETWORK, VARIANT, WEIGHTS
from explorer.ui.photos import photo_results

if TYPE_CHECKING:
    from explorer.networks.devices import Precision
    from explorer.networks.network import Network

_MINE = photo_results.declare(MY_NETWORK, photo_results.of_other_photos)


def mine() -> Network | None:
    """Return the network that the reader taught and took into the app, or None."""
    network: Network | None = st.session_state.get(_MINE)
    return network


def is_chosen() -> bool:
    """Whether it is the network to explain."""
    return link_state.get(WEIGHTS) == WeightSource.TAUGHT and mine() is not None


def take(network: Network) -> None:
    """Make a network that was taught the one to explain, on every page of this session."""
    st.session_state[_MINE] = network
    choose()


def choose() -> None:
    """Choose it again, if there is one; it brings its variant with it."""
    network = mine()
    if network is not None:
        link_state.choose(WEIGHTS, WeightSource.TAUGHT.value)
        link_state.choose(VARIANT, network.variant.name)


def on(network: Network, device: str, precision: Precision) -> Network:
    """Move it to a device."""
    from explorer.networks.devices import choose

    moved = network.on(choose(device), precision)
    st.session_state[_MINE] = moved
    return moved


def leave_if_gone() -> None:
    """Return to the built-in weights if the network was chosen, and went with the photos."""
    if link_state.get(WEIGHTS) == WeightSource.TAUGHT and mine() is None:
        link_state.choose(WEIGHTS, WeightSource.BUILTIN.value)


def is_mine(network: Network) -> bool:
    """Whether a network is the one that was taken, on whatever device."""
    own = mine()
    return own is not None and own.weights == network.weights
