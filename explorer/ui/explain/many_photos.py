"""Many photos at once: a contact sheet with a prediction, its probability and a map for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.explain.shared_scale import OF_PHOTOS, SharedScale
from explorer.explain.sheet_summary import SheetOutcome, summary
from explorer.figures.explain.heatmaps import colour_bar
from explorer.figures.pictures import png
from explorer.paths import PAGES
from explorer.photos.samples import IN_TRAY
from explorer.ui.components import packed, pictures
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.components.photo_cards import photo_cards
from explorer.ui.explain import (
    contact_sheet_answers,
    explanation_options,
    export_row,
    sheet_cards,
)
from explorer.ui.explain.contact_sheet_answers import Sheet, SheetKey
from explorer.ui.explain.link_choices import CLASS
from explorer.ui.explain.sheet_cards import Order
from explorer.ui.frame import link_state
from explorer.ui.networks import chosen_network
from explorer.ui.networks.chosen_network import ChosenNetwork
from explorer.ui.photos import session_photos
from explorer.ui.photos.session_photos import Photo
from explorer.wording import spoken

if TYPE_CHECKING:
    from explorer.networks.network import Network

_KEY, _CLASS = "contact_sheet_cards", "many_class"
_SCALE_TITLES = {SharedScale.OWN: "Each photo", SharedScale.PHOTOS: "All photos"}
_OWN_BEST = ""  # the option for each photo's own best class


class Which(StrEnum):
    """The photos of a sheet."""

    SAMPLES = "Samples"
    OWN = "My photos"


@dataclass(frozen=True, eq=False)
class _Sheets:
    """The sheets of the page, with their networks.

    Attributes:
        first: the sheet of the chosen network.
        network: the chosen network.
        second: the sheet of the network beside it; None without one.
        other: that network.
    """

    first: Sheet
    network: Network
    second: Sheet | None = None
    other: Network | None = None

    @property
    def pairs(self) -> list[tuple[Sheet, Network]]:
        """The sheets with their networks."""
        pairs = [(self.first, self.network)]
        if self.second is not None and self.other is not None:
            pairs.append((self.second, self.other))
        return pairs

    def done(self, photos: Sequence[Photo]) -> int:
        """Count the answers of all sheets."""
        return sum(photo.id in sheet.done for sheet, _ in self.pairs for photo in photos)


def page() -> None:
    """Draw the choices and the sheet, and compute the missing answers."""
    chosen = chosen_network.chosen()
    photos, span, order, beside, place = _controls(chosen)
    sheets = _sheets(chosen, beside)
    known = sheet_cards.outcomes(photos, chosen.network, sheets.first, sheets.second)
    with place:
        shown = sheet_cards.pick_shown(known)
    status = st.container(key="many_status")
    st.markdown(summary(list(known.values())) or "Looking at the first photos …")
    picked = [photo for photo in photos if not shown or shown in _traits(known, photo)]
    refused = [] if shown or all(photo.sample for photo in photos) else session_photos.refused()
    opened = _draw(sheets, picked, refused, known, span, order)
    if opened:
        _open(opened, sheets.first)
    with status:
        _status(sheets, photos)
    _offer_downloads(sheets, chosen, photos, known)


def _traits(known: Mapping[str, SheetOutcome], photo: Photo) -> frozenset[str]:
    return known[photo.id].traits if photo.id in known else frozenset()


def _sheets(chosen: ChosenNetwork, beside: str) -> _Sheets:
    key = _key(chosen)
    first = contact_sheet_answers.current(key)
    if not beside:
        return _Sheets(first, chosen.network)
    other_key, other = sheet_cards.network_beside(beside, key)
    second = contact_sheet_answers.current(other_key, beside=True)
    return _Sheets(first, chosen.network, second, other)


def _controls(
    chosen: ChosenNetwork,
) -> tuple[list[Photo], SharedScale, Order, str, DeltaGenerator]:
    """Draw the choices; return them with the place for the choice of what to show."""
    options: dict[str, Any] = {"required": True, "persist_state": "session"}
    own = list(session_photos.uploads().values())
    offered = [Which.OWN, Which.SAMPLES] if own else [Which.SAMPLES]
    with st.container(horizontal=True, gap="medium", key="many_controls"):
        which = st.segmented_control(
            "Photos",
            offered,
            default=offered[0],
            format_func=lambda which: f"{which} ({len(own if which is Which.OWN else IN_TRAY)})",
            key=f"many_which_{len(offered)}",
            **options,
        )
        place = st.container(width="content")
        order = st.segmented_control(
            "Sort by", list(Order), default=Order.AS_CHOSEN, key="many_order", **options
        )
    with st.container(horizontal=True, gap="medium", key="many_networks"):
        beside = sheet_cards.pick_beside(chosen)
        _pick_class(chosen)
        span = st.segmented_control(
            "One scale for",
            OF_PHOTOS,
            default=SharedScale.OWN,
            format_func=_SCALE_TITLES.__getitem__,
            key="many_span",
            **options,
        )
    return (
        (own if which is Which.OWN else session_photos.samples()),
        SharedScale(span),
        Order(order),
        beside,
        place,
    )


def _pick_class(chosen: ChosenNetwork) -> None:
    """Offer each photo's own best class, or one class for all."""
    labels = sorted(set(chosen.network.labels), key=str.casefold)
    if st.session_state.get(_CLASS) not in labels:
        st.session_state[_CLASS] = _OWN_BEST
    st.selectbox(
        "Class to explain",
        [_OWN_BEST, *labels],
        format_func=lambda label: spoken(label) if label else "Each photo's own best",
        key=_CLASS,
        width=240,
        persist_state="session",
    )


def _key(chosen: ChosenNetwork) -> SheetKey:
    label = st.session_state[_CLASS]
    return SheetKey(
        chosen.key,
        chosen_block(chosen.network.blocks),
        chosen.network.find_class(label) if label else None,
        explanation_options.signed(),
        explanation_options.framing(),
    )


def _status(sheets: _Sheets, photos: Sequence[Photo]) -> None:
    """Show the progress; compute the missing answers, unless the reader stopped."""
    done, total = sheets.done(photos), len(photos) * len(sheets.pairs)
    sheet = sheets.first
    if done == total:
        failed = sum(sheet.result(photo.id) is None for photo in photos) + _count_refused(photos)
        failures = f" {failed} could not be explained." if failed else ""
        st.caption(f"Grad-CAM at {sheet.key.block}. A click opens a photo in Explain.{failures}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if sheet.stopped:
            st.markdown(f"Stopped: {done} of {total} photos are explained.", width="stretch")
            st.button(f"Explain the other {total - done}", on_click=sheet.go_on)
            return
        bar = st.progress(done / total, f"{done} of {total}", width="stretch")
        st.button("Stop", icon=":material/stop:", on_click=sheet.stop)
    # The sheet is drawn again each time it has doubled, so few cards are drawn twice.
    budget = max(done, _first_batch())
    with st.empty():
        for each, network in sheets.pairs:
            missing = [photo for photo in photos if photo.id not in each.done][:budget]
            budget -= len(missing)
            for _ in each.explain(network, missing):
                bar.progress(sheets.done(photos) / total, f"{sheets.done(photos)} of {total}")
    st.rerun()


def _offer_downloads(
    sheets: _Sheets,
    chosen: ChosenNetwork,
    photos: Sequence[Photo],
    known: Mapping[str, SheetOutcome],
) -> None:
    """Offer the answers so far for download."""
    key = sheets.first.key
    answers = [
        _answer(sheets.first, photo, known.get(photo.id))
        for photo in photos
        if photo.id in sheets.first.done
    ]
    if answers:
        export_row.of_many(chosen.network, key.block, key.framing, key.signed, answers)


def _answer(sheet: Sheet, photo: Photo, known: SheetOutcome | None) -> export_row.SheetAnswer:
    answer, (_, picture) = sheet.done[photo.id], sheet.drawn.get(photo.id, (0.0, b""))
    if known is None:
        return export_row.SheetAnswer(photo, answer.result, picture, answer.reason)
    return export_row.SheetAnswer(
        photo, answer.result, picture, answer.reason, known.expected, known.beside
    )


def _first_batch() -> int:
    from explorer.explain.batches import BATCH

    return BATCH


def _count_refused(photos: Sequence[Photo]) -> int:
    return len(session_photos.refused()) if any(not photo.sample for photo in photos) else 0


def _draw(
    sheets: _Sheets,
    photos: Sequence[Photo],
    refused: Sequence[session_photos.Refused],
    known: Mapping[str, SheetOutcome],
    span: SharedScale,
    order: Order,
) -> str:
    """Draw the cards; return the id of the one that was clicked, or ""."""
    sheet = sheets.first
    high = sheet_cards.shared_limit(sheet, photos) if span is SharedScale.PHOTOS else None
    cards: list[dict[str, object]] = []
    encoded: list[bytes] = []
    for photo in sorted(photos, key=lambda photo: sheet_cards.sort_key(sheet, photo, order)):
        notes = sheet_cards.notes(known.get(photo.id), sheets.other)
        one_class = sheet.key.target is not None
        card = sheet_cards.card_data(photo, sheet.done.get(photo.id), one_class, notes)
        picture = sheet_cards.picture(sheet, photo, high)
        if picture:
            card["picture"] = len(encoded)
            encoded.append(picture)
        cards.append(card)
    cards += [{"title": upload.title, "reason": upload.reason} for upload in refused]
    clicked = photo_cards(
        key=_KEY,
        data=packed(
            {
                "pictures": pictures(*encoded),
                "cards": cards,
                "chosen": session_photos.chosen().id,
                "scale": sheet_cards.scale_data(sheet, high),
                "bar": pictures(png(colour_bar(sheet.key.signed))),
            }
        ),
        on_chosen_change=_ignore,
    )
    return str(clicked.chosen or "")


def _ignore() -> None:
    """Do nothing: `page` reads the click where it can switch pages."""


def _open(photo_id: str, sheet: Sheet) -> None:
    """Open a photo in Explain, with the class that the sheet explains."""
    session_photos.choose(photo_id)
    answer = sheet.done.get(photo_id)
    if sheet.key.target is not None and answer is not None and answer.result is not None:
        link_state.choose(CLASS, answer.result.target.label)
    st.switch_page(PAGES / "explain.py")
