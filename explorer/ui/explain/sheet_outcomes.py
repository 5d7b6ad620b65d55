"""What the page of many photos knows beyond each answer: the truth, a second network, a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain.sheet_summary import SheetOutcome, choices
from explorer.networks.variants import VARIANTS
from explorer.photos.file_names import folder_of, matching_label
from explorer.ui.explain.contact_sheet_answers import Sheet, SheetKey
from explorer.ui.explain.prediction import UNSURE_BELOW
from explorer.ui.frame import torch_runtime
from explorer.ui.networks import own_checkpoint
from explorer.weights.availability import availability

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.ui.networks.chosen_network import ChosenNetwork
    from explorer.ui.photos.session_photos import Photo

_BESIDE, _SHOWN = "many_beside", "many_shown"
_NONE, _ALL = "", ""


def pick_beside(chosen: ChosenNetwork) -> str:
    """Offer a second network, with the same weights source; return its variant, or ""."""
    offered = [] if own_checkpoint.is_chosen() else _others(chosen)
    if st.session_state.get(_BESIDE) not in offered:
        st.session_state[_BESIDE] = _NONE
    return str(
        st.selectbox(
            "Second network",
            [_NONE, *offered],
            format_func=lambda name: VARIANTS[name].title if name else "None",
            key=_BESIDE,
            width=165,
            persist_state="session",
        )
    )


def _others(chosen: ChosenNetwork) -> list[str]:
    family, source = chosen.network.variant.family, chosen.network.weights.source
    return [
        name
        for name, variant in VARIANTS.items()
        if variant.family == family
        and name != chosen.key.variant
        and availability(name, source).here
    ]


def network_beside(variant: str, key: SheetKey) -> tuple[SheetKey, Network]:
    """Load the second network; return it with the question of the sheet, put to its last block."""
    network_key = replace(key.network, variant=variant)
    network = torch_runtime.pool().get(network_key)
    return replace(key, network=network_key, block=network.find_block(None)), network


def expected(photo: Photo, network: Network) -> str:
    """Return the label that a photo should have: its sample's category, or its folder's name."""
    if photo.sample is not None:
        return matching_label(photo.sample.category or "", network.labels)
    return matching_label(folder_of(photo.file), network.labels)


def outcomes(
    photos: Sequence[Photo], network: Network, sheet: Sheet, beside: Sheet | None
) -> dict[str, SheetOutcome]:
    """Return what is known of each photo that has an answer, by id."""
    found = {}
    for photo in photos:
        result = sheet.result(photo.id)
        if result is not None:
            second = beside.result(photo.id) if beside is not None else None
            best = second.predictions[0] if second is not None else None
            found[photo.id] = SheetOutcome(
                result.predictions[0], expected(photo, network), best, UNSURE_BELOW
            )
    return found


def pick_shown(known: dict[str, SheetOutcome]) -> str:
    """Offer to show only some of the photos; return the trait that they have, or ""."""
    titles = choices(list(known.values()))
    if st.session_state.get(_SHOWN) not in titles:
        st.session_state[_SHOWN] = _ALL
    return str(
        st.selectbox(
            "Show",
            [_ALL, *titles],
            format_func=lambda trait: titles[trait] if trait else "All",
            key=_SHOWN,
            width=165,
            persist_state="session",
        )
    )
