"""Many photos at once: a contact sheet with a prediction, its probability and a map for each."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import streamlit as st

from explorer.explain.evidence_in_words import in_words
from explorer.explain.finding import limit
from explorer.explain.shared_scale import OF_PHOTOS, SharedScale
from explorer.figures.explain import contact_sheet
from explorer.figures.explain.heatmaps import Scale, colour_bar
from explorer.figures.pictures import png
from explorer.paths import PAGES
from explorer.photos.samples import IN_TRAY
from explorer.ui.components import packed, pictures
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.components.photo_cards import photo_cards
from explorer.ui.explain import contact_sheet_answers, explanation_options, export_row
from explorer.ui.explain.contact_sheet_answers import PhotoAnswer, Sheet, SheetKey
from explorer.ui.explain.link_choices import CLASS
from explorer.ui.explain.prediction import UNSURE_BELOW
from explorer.ui.frame import link_state
from explorer.ui.networks import chosen_network
from explorer.ui.networks.chosen_network import ChosenNetwork
from explorer.ui.photos import session_photos
from explorer.ui.photos.session_photos import Photo
from explorer.wording import percent, spoken, written

_KEY, _CLASS = "contact_sheet_cards", "many_class"
_SCALE_TITLES = {SharedScale.OWN: "Each photo", SharedScale.PHOTOS: "All photos"}
_OWN_BEST = ""  # the option for each photo's own best class


class Which(StrEnum):
    """The photos of a sheet."""

    SAMPLES = "Samples"
    OWN = "My photos"


class Order(StrEnum):
    """The order of the cards."""

    AS_CHOSEN = "Order"
    PROBABILITY = "Probability"
    CLASS = "Class"


def page() -> None:
    """Draw the choices and the sheet, and compute the missing answers."""
    chosen = chosen_network.chosen()
    photos, span, order = _controls(chosen)
    sheet = contact_sheet_answers.current(_key(chosen))
    missing = [photo for photo in photos if photo.id not in sheet.done]
    status = st.container(key="many_status")
    opened = _draw(sheet, photos, span, order)
    if opened:
        _open(opened, sheet)
    with status:
        _status(sheet, chosen, photos, missing)
    _offer_downloads(sheet, chosen, photos)


def _controls(chosen: ChosenNetwork) -> tuple[list[Photo], SharedScale, Order]:
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
        _pick_class(chosen)
        span = st.segmented_control(
            "One scale for",
            OF_PHOTOS,
            default=SharedScale.OWN,
            format_func=_SCALE_TITLES.__getitem__,
            key="many_span",
            **options,
        )
        order = st.segmented_control(
            "Sort by", list(Order), default=Order.AS_CHOSEN, key="many_order", **options
        )
    return (
        (own if which is Which.OWN else session_photos.samples()),
        SharedScale(span),
        Order(order),
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


def _status(
    sheet: Sheet, chosen: ChosenNetwork, photos: Sequence[Photo], missing: Sequence[Photo]
) -> None:
    """Show the progress; compute the missing answers, unless the reader stopped."""
    done, total = len(photos) - len(missing), len(photos)
    if not missing:
        failed = sum(sheet.done[photo.id].result is None for photo in photos) + _count_refused(
            photos
        )
        failures = f" {failed} could not be explained." if failed else ""
        st.caption(f"Grad-CAM at {sheet.key.block}. A click opens a photo in Explain.{failures}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if sheet.stopped:
            st.markdown(f"Stopped: {done} of {total} photos are explained.", width="stretch")
            st.button(f"Explain the other {len(missing)}", on_click=sheet.go_on)
            return
        bar = st.progress(done / total, f"{done} of {total}", width="stretch")
        st.button("Stop", icon=":material/stop:", on_click=sheet.stop)
    # The sheet is drawn again each time it has doubled, so few cards are drawn twice.
    next_photos = missing[: max(done, _first_batch())]
    with st.empty():
        for _ in sheet.explain(chosen.network, next_photos):
            done = sum(photo.id in sheet.done for photo in photos)
            bar.progress(done / total, f"{done} of {total}")
    st.rerun()


def _offer_downloads(sheet: Sheet, chosen: ChosenNetwork, photos: Sequence[Photo]) -> None:
    """Offer the answers so far for download."""
    key, done = sheet.key, [photo for photo in photos if photo.id in sheet.done]
    if done:
        answers = [_answer(sheet, photo) for photo in done]
        export_row.of_many(chosen.network, key.block, key.framing, key.signed, answers)


def _answer(sheet: Sheet, photo: Photo) -> export_row.SheetAnswer:
    answer, (_, picture) = sheet.done[photo.id], sheet.drawn.get(photo.id, (0.0, b""))
    return export_row.SheetAnswer(photo, answer.result, picture, answer.reason)


def _first_batch() -> int:
    from explorer.explain.batches import BATCH

    return BATCH


def _count_refused(photos: Sequence[Photo]) -> int:
    return len(session_photos.refused()) if any(not photo.sample for photo in photos) else 0


def _draw(sheet: Sheet, photos: Sequence[Photo], span: SharedScale, order: Order) -> str:
    """Draw the cards; return the id of the one that was clicked, or ""."""
    high = _shared_limit(sheet, photos) if span is SharedScale.PHOTOS else None
    cards: list[dict[str, object]] = []
    encoded: list[bytes] = []
    for photo in sorted(photos, key=lambda photo: _sort_key(sheet, photo, order)):
        card = _card_data(photo, sheet.done.get(photo.id), sheet.key.target is not None)
        picture = _picture(sheet, photo, high)
        if picture:
            card["picture"] = len(encoded)
            encoded.append(picture)
        cards.append(card)
    if any(not photo.sample for photo in photos):
        refused = session_photos.refused()
        cards += [{"title": upload.title, "reason": upload.reason} for upload in refused]
    clicked = photo_cards(
        key=_KEY,
        data=packed(
            {
                "pictures": pictures(*encoded),
                "cards": cards,
                "chosen": session_photos.chosen().id,
                "scale": _scale(sheet, high),
                "bar": pictures(png(colour_bar(sheet.key.signed))),
            }
        ),
        on_chosen_change=_ignore,
    )
    return str(clicked.chosen or "")


def _ignore() -> None:
    """Do nothing: `page` reads the click where it can switch pages."""


def _sort_key(sheet: Sheet, photo: Photo, order: Order) -> tuple[int, str, float]:
    answer = sheet.done.get(photo.id)
    if order is Order.AS_CHOSEN:
        return 0, "", 0.0
    if answer is None or answer.result is None:
        return (1 if answer is None else 2), "", 0.0
    label = answer.result.predictions[0].label.casefold() if order is Order.CLASS else ""
    return 0, label, -answer.result.target.probability


def _card_data(photo: Photo, answer: PhotoAnswer | None, one_class: bool) -> dict[str, object]:
    """Describe a card; one without an answer yet has only a title."""
    if answer is None:
        return {"title": photo.title}
    if answer.result is None:
        return {"title": photo.title, "reason": answer.reason}
    best, target = answer.result.predictions[0], answer.result.target
    unsure = "not sure · " if best.probability < UNSURE_BELOW else ""
    note = f"{spoken(target.label)}: {percent(target.probability)}" if one_class else ""
    prediction = f"{spoken(best.label)}, {percent(best.probability)}"
    where = in_words(answer.result.heatmap, answer.result.frame)
    return {
        "id": photo.id,
        "title": f"{photo.title}{' · ' if unsure else ''}{unsure.removesuffix(' · ')}",
        "label": spoken(best.label),
        "percent": percent(best.probability),
        "width": 100 * target.probability,
        "asked": note,
        "alt": f"{photo.title}: {unsure}{prediction}. {note}{'. ' if note else ''}{where}",
    }


def _picture(sheet: Sheet, photo: Photo, high: float | None) -> bytes:
    """Draw a photo with its map, or reuse the stored picture if the scale is the same."""
    answer = sheet.done.get(photo.id)
    if answer is None or answer.result is None:
        return b""
    result, signed = answer.result, sheet.key.signed
    end = limit([result.heatmap], signed) if high is None else high
    stored = sheet.drawn.get(photo.id)
    if stored is None or stored[0] != end:
        scale = Scale.up_to(end, signed)
        stored = end, contact_sheet.card(answer.small, result.heatmap, result.frame, scale)
        sheet.drawn[photo.id] = stored
    return stored[1]


def _shared_limit(sheet: Sheet, photos: Sequence[Photo]) -> float:
    results = [sheet.done[photo.id].result for photo in photos if photo.id in sheet.done]
    maps = [result.heatmap for result in results if result is not None]
    return limit(maps, sheet.key.signed) if maps else 0.0


def _scale(sheet: Sheet, high: float | None) -> dict[str, str]:
    if high is None:
        low = "weakest" if not sheet.key.signed else "against"
        note = "Each photo on its own scale: colours do not compare between photos."
        return {"low": low, "high": "strongest", "note": note}
    scale = Scale.up_to(high, sheet.key.signed)
    note = "All photos on one scale: colours compare between photos."
    return {"low": written(scale.low), "high": written(scale.high), "note": note}


def _open(photo_id: str, sheet: Sheet) -> None:
    """Open a photo in Explain, with the class that the sheet explains."""
    session_photos.choose(photo_id)
    answer = sheet.done.get(photo_id)
    if sheet.key.target is not None and answer is not None and answer.result is not None:
        link_state.choose(CLASS, answer.result.target.label)
    st.switch_page(PAGES / "explain.py")
