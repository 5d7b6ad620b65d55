"""The reader's own checkpoint: one per session, in no cache that another session sees."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import streamlit as st

from explorer.errors import WeightsError
from explorer.networks.weight_sources import CHECKPOINT_SUFFIXES, WeightSource
from explorer.serving import policy
from explorer.ui.frame import error_messages, link_state, torch_runtime

if TYPE_CHECKING:
    from explorer.networks.devices import Precision
    from explorer.networks.network import Network

_MINE, _PROBLEM, _ROUND = "my_checkpoint", "checkpoint_problem", "checkpoint_round"


class Upload(Protocol):
    """What we need of an uploaded file; its name is not looked at."""

    def getbuffer(self) -> memoryview:
        """Return the content without copying it."""


def mine() -> Network | None:
    """The network that the reader brought, or None."""
    network: Network | None = st.session_state.get(_MINE)
    return network


def is_chosen() -> bool:
    """Whether that network is the one to explain."""
    return link_state.get(link_state.WEIGHTS) == WeightSource.CHECKPOINT and mine() is not None


def on(network: Network, device: str, precision: Precision) -> Network:
    """Move the reader's network to a device; no other session has it."""
    from explorer.networks.devices import choose

    chosen = choose(device)
    if (network.device, network.precision) != (chosen, precision):
        network = replace(network, device=chosen, precision=precision)
        st.session_state[_MINE] = network
    return network


def picker() -> None:
    """Offer to bring a checkpoint, where the one who started the app allows it."""
    if not policy.current().checkpoints:
        return
    problem = st.session_state.get(_PROBLEM, "")
    with st.expander(
        WeightSource.CHECKPOINT.heading, icon=":material/upload_file:", expanded=bool(problem)
    ):
        file = st.file_uploader(
            "My checkpoint",
            type=[suffix.lstrip(".") for suffix in CHECKPOINT_SUFFIXES],
            max_upload_size=policy.CHECKPOINT_MB,
            key=f"checkpoint_{st.session_state.get(_ROUND, 0)}",
            label_visibility="collapsed",
        )
        st.caption(
            f"A ResNet as .safetensors or .pth, up to {policy.CHECKPOINT_MB} MB. Kept in memory "
            "for this session only; a file that wants to run code is refused."
        )
        if problem:
            error_messages.show(problem)
        if mine() is not None:
            st.button("Remove my checkpoint", icon=":material/delete:", on_click=forget)
    if file is not None:
        _take(file)


def forget() -> None:
    """Remove the checkpoint, and go back to the weights that come with the app."""
    for name in (_MINE, _PROBLEM):
        st.session_state.pop(name, None)
    if link_state.get(link_state.WEIGHTS) == WeightSource.CHECKPOINT:
        link_state.choose(link_state.WEIGHTS, WeightSource.BUILTIN.value)


def _take(file: Upload) -> None:
    """Load the file in place of the last one; a new uploader then keeps no file."""
    forget()
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    try:
        with st.spinner("Reading the checkpoint …"):
            torch_runtime.pool()
            network = read(file)
    except WeightsError as error:
        st.session_state[_PROBLEM] = str(error)
    else:
        st.session_state[_MINE] = network
        link_state.choose(link_state.VARIANT, network.variant.name)
        link_state.choose(link_state.WEIGHTS, WeightSource.CHECKPOINT.value)
    st.rerun()


def read(file: Upload) -> Network:
    """Load a checkpoint through a private file that is gone when this returns.

    Raises:
        WeightsError: if it does not fit, or is not safe to open.
    """
    from explorer.weights.loading import load

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "This file")  # sentences about the file begin with its name
        path.write_bytes(file.getbuffer())
        network = load(weights=path)
    title = WeightSource.CHECKPOINT.heading
    weights = replace(network.weights, name=WeightSource.CHECKPOINT.value, title=title)
    return replace(network, weights=weights)
