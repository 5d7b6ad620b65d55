"""The network bar: depth, family, weights, device and link, in one row that stays in sight."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.networks.variants import VARIANTS, Variant
from explorer.networks.weight_sources import WeightSource, parse_weights
from explorer.serving.streamlit_internals import as_entry_script
from explorer.ui.components import copy_link, network_bar, packed
from explorer.ui.frame import error_messages, link_state, torch_runtime
from explorer.ui.networks import chosen_network, device_line, my_network, own_checkpoint
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS, WEIGHTS_OFFERED

FAMILIES = ("ResNet", "ResNeXt", "Wide ResNet")
_KEY = "network_choice"
_OWN = (WeightSource.CHECKPOINT.value, WeightSource.TAUGHT.value)


@dataclass(eq=False)
class HeldBar:
    """A bar whose place is taken, to be drawn once the browser has the picture.

    Attributes:
        row: the empty row at the top of the page.
        in_lesson: whether the link, and on a phone the foot of the page, belong to a lesson.
        is_drawn: whether the row is filled.
    """

    row: DeltaGenerator
    in_lesson: bool = False
    is_drawn: bool = False

    def draw(self) -> None:
        """Fill the row unless it is filled already; this never waits for torch."""
        if self.is_drawn:
            return
        self.is_drawn = True
        with as_entry_script(), error_messages.reported(), self.row:
            _choices()
            with st.container(horizontal=True, vertical_alignment="center", key="network_more"):
                own_checkpoint.picker()
                device_line.menu()
            if not self.in_lesson:
                copy_link.copy(in_bar=True)


def bar(in_lesson: bool = False) -> None:
    """Draw the bar at once.

    Args:
        in_lesson: leave the link, and on a phone the foot of the page, to the lesson's controls.
    """
    _take_row(in_lesson).draw()


def held() -> HeldBar:
    """Take the row of the bar; it is drawn at once where torch is still to be imported."""
    held_bar = _take_row()
    if not torch_runtime.is_loaded():
        held_bar.draw()
    return held_bar


def _take_row(in_lesson: bool = False) -> HeldBar:
    with as_entry_script(), error_messages.reported():
        row = _row("_of_lesson" if in_lesson else "")
        own_checkpoint.refusal()
        my_network.leave_if_gone()
        return HeldBar(row, in_lesson)


def hold_place() -> None:
    """Take the place of a bar that the next run may draw: what follows is not drawn anew then."""
    st.empty()


def without_choice(reason: str) -> None:
    """Draw the bar of a page on which the choice of a network changes nothing, and say why."""
    with as_entry_script(), error_messages.reported(), _row():
        st.caption(reason)
        device_line.menu()
        copy_link.copy(in_bar=True)


def _row(place: str = "") -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", key=f"network_bar{place}")


def _choices() -> None:
    network_bar.network_bar(
        key=_KEY,
        data=packed(_data()),
        on_depth_change=_choose_depth,
        on_family_change=_choose_family,
        on_weights_change=_choose_weights,
    )


def depths_here() -> list[str]:
    """Return the variants of the chosen family, by depth, that can be shown at once."""
    weights = _kept_weights()
    return [name for name in _members() if chosen_network.offer(name, weights).is_here]


def _members() -> dict[str, Variant]:
    family = VARIANTS[link_state.get(VARIANT)].family
    return {name: member for name, member in VARIANTS.items() if member.family == family}


def _kept_weights() -> str:
    """Return the weights that another depth would come with."""
    weights = link_state.get(WEIGHTS)
    return WeightSource.BUILTIN.value if weights in _OWN else weights


def _data() -> dict[str, object]:
    """Describe what is chosen and what is offered; a depth comes with the weights chosen."""
    variant, weights = VARIANTS[link_state.get(VARIANT)], link_state.get(WEIGHTS)
    kept = _kept_weights()
    held = (own_checkpoint.mine(), my_network.mine())
    own = tuple(name for name, network in zip(_OWN, held, strict=True) if network is not None)
    return {
        "depth": variant.name,
        "depths": [_depth(member, kept) for member in _members().values()],
        "family": _select(variant.family, [_option(name, name) for name in FAMILIES]),
        "weights": _select(weights, [_weights(variant, each) for each in WEIGHTS_OFFERED + own]),
    }


def _select(chosen: str, offered: list[dict[str, object]]) -> dict[str, object]:
    return {"chosen": chosen, "offered": offered}


def _option(name: str, title: str, available: bool = True) -> dict[str, object]:
    return {"id": name, "title": title, "available": available}


def _depth(variant: Variant, weights: str) -> dict[str, object]:
    """Describe a depth by the part of the title that distinguishes it within its family."""
    offer, heading = (
        chosen_network.offer(variant.name, weights),
        parse_weights(weights).source.heading,
    )
    title = variant.title.removeprefix(variant.family).lstrip("-")
    caption = {"caption": f"{heading}: {offer.caption}"}
    return _option(variant.name, title, offer.is_available) | caption


def _weights(variant: Variant, weights: str) -> dict[str, object]:
    """Describe weights by their source and what it offers for the variant."""
    source = WeightSource(weights) if weights in _OWN else parse_weights(weights).source
    offer = chosen_network.offer(variant.name, weights)
    return _option(weights, f"{source.heading} · {offer.caption}", offer.is_available)


def _choose_depth() -> None:
    choose_variant(str(st.session_state[_KEY].depth or ""))


def _choose_family() -> None:
    choose_family(str(st.session_state[_KEY].family or ""))


def _choose_weights() -> None:
    choose_weights(str(st.session_state[_KEY].weights or ""))


def choose_family(family: str) -> None:
    """Choose the variant of a family whose depth is closest to the current one."""
    depth = _layers(VARIANTS[link_state.get(VARIANT)])
    members = [variant for variant in VARIANTS.values() if variant.family == family]
    if members:
        choose_variant(min(members, key=lambda variant: abs(_layers(variant) - depth)).name)


def choose_variant(name: str) -> None:
    """Choose a variant; leave the reader's own weights, which belong to one variant only."""
    if name not in VARIANTS:
        return
    link_state.choose(VARIANT, name)
    if link_state.get(WEIGHTS) in _OWN:
        link_state.choose(WEIGHTS, WeightSource.BUILTIN.value)


def choose_weights(weights: str) -> None:
    """Choose weights; the reader's own bring their variant with them."""
    own = own_checkpoint.mine()
    if weights == WeightSource.CHECKPOINT and own is not None:
        link_state.choose(WEIGHTS, weights)
        link_state.choose(VARIANT, own.variant.name)
    elif weights == WeightSource.TAUGHT:
        my_network.choose()
    elif weights in WEIGHTS_OFFERED:
        link_state.choose(WEIGHTS, weights)


def _layers(variant: Variant) -> int:
    """Return the number of layers in a variant's name."""
    digits = "".join(char if char.isdigit() else " " for char in variant.name)
    return int(digits.split()[0])
