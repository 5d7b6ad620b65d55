"""The sidebar of every page: choice of photo, network, weights and device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st

from explorer.errors import ExplorerError
from explorer.networks.variants import VARIANTS, Variant
from explorer.networks.weight_sources import WeightSource, parse_weights
from explorer.serving.streamlit_internals import as_entry_script
from explorer.ui.components import tooltip_links
from explorer.ui.frame import error_messages, link_state
from explorer.ui.networks import chosen_network, device_line, own_checkpoint
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS, WEIGHTS_OFFERED
from explorer.ui.photo_tray import keep_room, tray

FAMILIES = {"ResNet": "ResNet", "ResNeXt": "ResNeXt", "Wide ResNet": "Wide"}
_DRAWN = "sidebar_drawn"  # whether this script run has drawn the sidebar
_FAMILY, _DEPTH, _WEIGHTS = "pick_family", "pick_depth", "pick_weights"


@contextmanager
def around(after_picture: bool) -> Iterator[None]:
    """Draw the sidebar exactly once, before, within or after the block that draws the page.

    Args:
        after_picture: let the page draw the sidebar itself once its picture is sent. In a new
            session the sidebar comes first nevertheless, however long the picture takes.
    """
    is_new = _DRAWN not in st.session_state
    st.session_state[_DRAWN] = False
    with suppress(ExplorerError):  # the page reports a problem with the photo
        keep_room()
    if is_new or not after_picture:
        sidebar()
    try:
        yield
    except Exception:
        sidebar()  # if the page fails, the reader can still choose something else
        raise
    sidebar()


def sidebar() -> None:
    """Draw the sidebar unless this script run has already done so; it never waits for torch."""
    if st.session_state[_DRAWN]:
        return
    st.session_state[_DRAWN] = True
    with as_entry_script(), st.sidebar, error_messages.reported():
        tray()
        _network()
        _weights()
        own_checkpoint.picker()
        device_line.line()
        tooltip_links.enable()


def _network() -> None:
    variant = VARIANTS[link_state.get(VARIANT)]
    st.session_state[_FAMILY], st.session_state[_DEPTH] = variant.family, variant.name
    st.segmented_control(
        "Network",
        list(FAMILIES),
        required=True,
        format_func=FAMILIES.__getitem__,
        key=_FAMILY,
        on_change=_choose_family,
        width="stretch",
    )
    st.segmented_control(
        "Depth",
        [member.name for member in VARIANTS.values() if member.family == variant.family],
        required=True,
        format_func=_depth_title,
        key=_DEPTH,
        on_change=_choose_depth,
        width="stretch",
    )


def _weights() -> None:
    st.session_state[_WEIGHTS] = link_state.get(WEIGHTS)
    own = (WeightSource.CHECKPOINT.value,) if own_checkpoint.mine() is not None else ()
    sources = WEIGHTS_OFFERED + own
    st.radio(
        "Weights",
        sources,
        format_func=_heading,
        captions=[chosen_network.mark(weights) for weights in sources],
        key=_WEIGHTS,
        on_change=_choose_weights,
    )


def _heading(weights: str) -> str:
    source = (
        WeightSource.CHECKPOINT
        if weights == WeightSource.CHECKPOINT
        else parse_weights(weights).source
    )
    return source.heading


def _depth_title(name: str) -> str:
    """Return the part of a variant's title that distinguishes it within its family."""
    variant = VARIANTS[name]
    rest = variant.title.removeprefix(variant.family).lstrip("-")
    return rest.replace(" ", " · ")


def _choose_family() -> None:
    """Choose the variant of the new family whose depth is closest to the current one."""
    family, depth = st.session_state[_FAMILY], _layers(VARIANTS[link_state.get(VARIANT)])
    members = [variant for variant in VARIANTS.values() if variant.family == family]
    closest = min(members, key=lambda variant: abs(_layers(variant) - depth))
    _choose_variant(closest.name)


def _choose_depth() -> None:
    _choose_variant(st.session_state[_DEPTH])


def _choose_variant(name: str) -> None:
    """Choose a variant; leave the checkpoint, which belongs to one variant only."""
    link_state.choose(VARIANT, name)
    if own_checkpoint.is_chosen():
        link_state.choose(WEIGHTS, WeightSource.BUILTIN.value)


def _choose_weights() -> None:
    weights, own = st.session_state[_WEIGHTS], own_checkpoint.mine()
    link_state.choose(WEIGHTS, weights)
    if weights == WeightSource.CHECKPOINT and own is not None:
        link_state.choose(VARIANT, own.variant.name)


def _layers(variant: Variant) -> int:
    """Return the number of layers in a variant's name."""
    digits = "".join(char if char.isdigit() else " " for char in variant.name)
    return int(digits.split()[0])
