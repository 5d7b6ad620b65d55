"""The cards of many photos: what is known of each, which are shown, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain.evidence_in_words import in_words
from explorer.explain.finding import limit
from explorer.explain.sheet_summary import WRONG, SheetOutcome, choices
from explorer.figures.explain import contact_sheet
from explorer.figures.explain.heatmaps import Scale
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.photos.file_names import folder_of, matching_label
from explorer.ui.explain import shown_settings
from explorer.ui.explain.contact_sheet_answers import PhotoAnswer, Sheet, SheetKey
from explorer.ui.explain.prediction import UNSURE_BELOW
from explorer.ui.frame import torch_runtime
from explorer.weights.availability import availability
from explorer.wording import percent, spoken, written

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.ui.networks.chosen_network import ChosenNetwork
    from explorer.ui.photos.session_photos import Photo

_BESIDE, _SHOWN = "many_beside", "many_shown"
_NONE, _ALL = "", ""
_ALONE = (WeightSource.CHECKPOINT, WeightSource.TAUGHT)  # of one variant only


class Order(StrEnum):
    """The order of the cards."""

    AS_CHOSEN = "Order"
    PROBABILITY = "Probability"
    CLASS = "Class"


def sort_key(sheet: Sheet, photo: Photo, order: Order) -> tuple[int, str, float]:
    """Return by what a photo is sorted; those without an answer come last."""
    answer = sheet.done.get(photo.id)
    if order is Order.AS_CHOSEN:
        return 0, "", 0.0
    if answer is None or answer.result is None:
        return (1 if answer is None else 2), "", 0.0
    label = answer.result.predictions[0].label.casefold() if order is Order.CLASS else ""
    return 0, label, -answer.result.target.probability


def card_data(
    photo: Photo, answer: PhotoAnswer | None, one_class: bool, notes: Sequence[str]
) -> dict[str, object]:
    """Describe a card; one without an answer yet has only a title."""
    if answer is None:
        return {"title": photo.short_caption}
    if answer.result is None:
        return {"title": photo.short_caption, "reason": answer.reason}
    best, target = answer.result.predictions[0], answer.result.target
    unsure = "not sure · " if best.probability < UNSURE_BELOW else ""
    note = f"{spoken(target.label)}: {percent(target.probability)}" if one_class else ""
    prediction = f"{spoken(best.label)}, {percent(best.probability)}"
    said = [f"{photo.caption}: {unsure}{prediction}", *([note] if note else []), *notes]
    return {
        "id": photo.id,
        "title": f"{photo.short_caption}{' · ' if unsure else ''}{unsure.removesuffix(' · ')}",
        "label": spoken(best.label),
        "percent": percent(best.probability),
        "width": 100 * target.probability,
        "asked": note,
        "notes": list(notes),
        "alt": ". ".join([*said, in_words(answer.result.heatmap, answer.result.frame)]),
    }


def notes(known: SheetOutcome | None, other: Network | None) -> list[str]:
    """Say what a photo should be if the answer is another, and what the second network says."""
    found = []
    if known is not None and WRONG in known.traits:
        found.append(f"Should be {spoken(known.expected)}")
    if known is not None and known.beside is not None and other is not None:
        answer = f"{spoken(known.beside.label)}, {percent(known.beside.probability)}"
        found.append(f"{other.variant.title}: {answer}")
    return found


def picture(sheet: Sheet, photo: Photo, high: float | None) -> bytes:
    """Draw a photo with its map, or reuse the stored picture if it would be the same."""
    answer = sheet.done.get(photo.id)
    if answer is None or answer.result is None:
        return b""
    result, signed = answer.result, sheet.key.signed
    end = limit([result.heatmap], signed) if high is None else high
    scale, settings = Scale.up_to(end, signed), shown_settings.current()
    stored = sheet.drawn.get(photo.id)
    if stored is None or stored[0] != (scale, settings):
        card = contact_sheet.card(answer.small, result.heatmap, result.frame, scale, settings)
        sheet.drawn[photo.id] = stored = (scale, settings), card
    return stored[1]


def shared_limit(sheet: Sheet, photos: Sequence[Photo]) -> float:
    """Return the largest value of the maps of all photos so far."""
    results = [sheet.done[photo.id].result for photo in photos if photo.id in sheet.done]
    maps = [result.heatmap for result in results if result is not None]
    return limit(maps, sheet.key.signed) if maps else 0.0


def scale_data(sheet: Sheet, high: float | None) -> dict[str, str]:
    """Describe the colour scale of the cards; `high` is None if each card has its own."""
    if high is None:
        low = "weakest" if not sheet.key.signed else "against"
        note = "Each photo on its own scale: colours do not compare between photos."
        return {"low": low, "high": "strongest", "note": note}
    scale = Scale.up_to(high, sheet.key.signed)
    note = "All photos on one scale: colours compare between photos."
    return {"low": written(scale.low), "high": written(scale.high), "note": note}


def pick_beside(chosen: ChosenNetwork) -> str:
    """Offer a second network, with the same weights source; return its variant, or ""."""
    offered = [] if chosen.network.weights.source in _ALONE else _others(chosen)
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
