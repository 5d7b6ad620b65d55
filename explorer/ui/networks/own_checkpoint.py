"""The reader's own checkpoint: one per session, never in a cache shared between sessions."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import streamlit as st

from explorer.errors import WeightsError
from explorer.networks.weight_sources import CHECKPOINT_SUFFIXES, WeightSource
from explorer.serving import policy
from explorer.ui.frame import error_messages, link_state, torch_runtime
from explorer.ui.networks import checkpoint_reading
from explorer.ui.networks.link_choices import MY_CHECKPOINT, VARIANT, WEIGHTS
from explorer.wording import unbroken

if TYPE_CHECKING:
    from explorer.networks.devices import Precision
    from explorer.networks.network import Network
    from explorer.weights.checkpoint_options import CheckpointOptions

_PROBLEM, _UPLOADER = "checkpoint_problem", "checkpoint_round"
_FILE = "checkpoint_file"  # the file's content, only if it holds further networks
_MENU_WIDTH = 320  # pixels


class Upload(Protocol):
    """The part of an uploaded file's interface that is used here; its name is ignored."""

    def getbuffer(self) -> memoryview:
        """Return the content without copying it."""


def mine() -> Network | None:
    """Return the network of the reader's checkpoint, or None."""
    network: Network | None = st.session_state.get(MY_CHECKPOINT)
    return network


def is_chosen() -> bool:
    """Whether the reader's checkpoint is the network to explain."""
    return link_state.get(WEIGHTS) == WeightSource.CHECKPOINT and mine() is not None


def on(network: Network, device: str, precision: Precision) -> Network:
    """Move the reader's network, which no other session uses, to a device."""
    from explorer.networks.devices import choose

    moved = network.on(choose(device), precision)
    st.session_state[MY_CHECKPOINT] = moved
    return moved


def picker() -> None:
    """Offer to upload a checkpoint if the app was started with permission to."""
    if not policy.current().checkpoints:
        return
    heading, icon = WeightSource.CHECKPOINT.heading, ":material/upload_file:"
    with (
        st.popover(heading, icon=icon, type="tertiary", key="checkpoint_menu"),
        st.container(width=_MENU_WIDTH),
    ):
        _how_it_is_read()
        file = st.file_uploader(
            "My checkpoint",
            type=[suffix.lstrip(".") for suffix in CHECKPOINT_SUFFIXES],
            max_upload_size=policy.CHECKPOINT_MB,
            key=f"checkpoint_{st.session_state.get(_UPLOADER, 0)}",
            label_visibility="collapsed",
        )
        st.caption(
            unbroken(
                f"A ResNet as .safetensors or .pth, up to {policy.CHECKPOINT_MB} MB. Kept in "
                "memory for this session only; a file that wants to run code is refused."
            )
        )
    if file is not None:
        _load(file)


def _how_it_is_read() -> None:
    """Say how the checkpoint is read, and offer to read it otherwise or to remove it."""
    network = mine()
    if network is None:
        return
    checkpoint_reading.remarks(network.weights)
    with error_messages.reported():
        options = checkpoint_reading.form(network.weights)
        if options is not None:
            _read_otherwise(network, options)
    st.button("Remove my checkpoint", icon=":material/delete:", on_click=forget)


def _read_otherwise(network: Network, options: CheckpointOptions) -> None:
    """Read the checkpoint as the reader says; only another network in the file is loaded anew."""
    if options.part is not None:
        network = read(io.BytesIO(st.session_state[_FILE]), options.part)
    network = replace(network, weights=options.applied_to(network.weights))
    st.session_state[MY_CHECKPOINT] = network
    st.session_state.pop(_PROBLEM, None)
    checkpoint_reading.reset()
    link_state.choose(VARIANT, network.variant.name)
    link_state.choose(WEIGHTS, WeightSource.CHECKPOINT.value)
    st.rerun()


def refusal() -> None:
    """Say why the reader's latest checkpoint was refused, where the line is long enough."""
    if _PROBLEM in st.session_state:
        error_messages.show(st.session_state[_PROBLEM])


def forget() -> None:
    """Remove the checkpoint, and return to the weights that ship with the app."""
    for key in (MY_CHECKPOINT, _PROBLEM, _FILE):
        st.session_state.pop(key, None)
    checkpoint_reading.reset()
    if link_state.get(WEIGHTS) == WeightSource.CHECKPOINT:
        link_state.choose(WEIGHTS, WeightSource.BUILTIN.value)


def _load(file: Upload) -> None:
    """Load the file in place of the previous one; replace the uploader to free the file."""
    forget()
    st.session_state[_UPLOADER] = st.session_state.get(_UPLOADER, 0) + 1
    try:
        with st.spinner("Reading the checkpoint …"):
            torch_runtime.pool()
            network = read(file)
    except WeightsError as error:
        st.session_state[_PROBLEM] = error_messages.sentence(error)
    else:
        st.session_state[MY_CHECKPOINT] = network
        if network.weights.other_parts:
            st.session_state[_FILE] = bytes(file.getbuffer())
        link_state.choose(VARIANT, network.variant.name)
        link_state.choose(WEIGHTS, WeightSource.CHECKPOINT.value)
    st.rerun()


def read(file: Upload, part: str | None = None) -> Network:
    """Load a checkpoint through a private temporary file, deleted before this returns.

    Args:
        file: the uploaded file.
        part: which of several networks in the file; None for the one that is usual.

    Raises:
        WeightsError: if the checkpoint fits no variant, or is not safe to open.
    """
    from explorer.weights.loading import load

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "This file")  # error messages begin with the name of the file
        path.write_bytes(file.getbuffer())
        network = load(weights=path, part=part)
    title = WeightSource.CHECKPOINT.heading
    weights = replace(network.weights, name=WeightSource.CHECKPOINT.value, title=title)
    return replace(network, weights=weights)
