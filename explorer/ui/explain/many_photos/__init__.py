"""Many photos at once: a contact sheet with the prediction, its probability and a map for each."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import streamlit as st

from explorer.explain.evidence import in_words
from explorer.explain.finding import limit
from explorer.figures.explain import contact_sheet
from explorer.figures.explain.heatmaps import Scale, colour_bar
from explorer.figures.pictures import png
from explorer.paths import PAGES
from explorer.photos.samples import SAMPLES
from explorer.ui.components import component, packed, pictures
from explorer.ui.components.block_strip import chosen_block
from explorer.ui.explain import contact_sheet_answers, explanation_options, export_row
from explorer.ui.explain.contact_sheet_answers import PhotoAnswer, Sheet, SheetKey
from explorer.ui.explain.prediction import UNSURE_BELOW
from explorer.ui.frame import link_state
from explorer.ui.networks import chosen_network
from explorer.ui.networks.chosen_network import ChosenNetwork
from explorer.ui.photos import session_photos
from explorer.ui.photos.session_photos import Photo
from explorer.wording import percent, spoken, written

_KEY, _CLASS = "contact_sheet_cards", "many_class"
_OWN_BEST = ""  # the class that is asked for when it is each photo's own best one


class Which(StrEnum):
    """The photos of a sheet."""

    SAMPLES = "Samples"
    OWN = "My photos"


class PhotoScale(StrEnum):
    """What one scale of colours covers."""

    OWN = "Each photo"
    SHARED = "All photos"


class Order(StrEnum):
    """How the cards are sorted."""

    AS_CHOSEN = "Order"
    PROBABILITY = "Probability"
    CLASS = "Class"


_cards = component(
    __file__,
    """
<div class="scale" hidden>
  <span class="low"></span><img class="ramp" alt="to"><span class="high"></span>
  <span class="note"></span>
</div>
<div class="sheet" role="radiogroup" aria-label="Photos, to open in Explain"></div>
""",
    "grid_keys",
)


def page() -> None:
    """Draw the choices and the sheet, and compute what is missing."""
    found = chosen_network.chosen()
    shown, span, order = _controls(found)
    sheet = contact_sheet_answers.current(_key(found))
    missing = [photo for photo in shown if photo.id not in sheet.done]
    status = st.container(key="many_status")
    opened = _draw(sheet, shown, span, order)
    if opened:
        _open(opened, sheet)
    with status:
        _status(sheet, found, shown, missing)
    _take_along(sheet, found, shown)


def _controls(found: ChosenNetwork) -> tuple[list[Photo], PhotoScale, Order]:
    kept: dict[str, Any] = {"required": True, "persist_state": "session"}
    own = list(session_photos.uploads().values())
    offered = [Which.OWN, Which.SAMPLES] if own else [Which.SAMPLES]
    with st.container(horizontal=True, gap="medium", key="many_controls"):
        which = st.segmented_control(
            "Photos",
            offered,
            default=offered[0],
            format_func=lambda which: f"{which} ({len(own if which is Which.OWN else SAMPLES)})",
            key=f"many_which_{len(offered)}",
            **kept,
        )
        _pick_class(found)
        span = st.segmented_control(
            "One scale for", list(PhotoScale), default=PhotoScale.OWN, key="many_span", **kept
        )
        order = st.segmented_control(
            "Sort by", list(Order), default=Order.AS_CHOSEN, key="many_order", **kept
        )
    return (own if which is Which.OWN else session_photos.samples()), PhotoScale(span), Order(order)


def _pick_class(found: ChosenNetwork) -> None:
    """Offer each photo's own best class, or one class for all."""
    labels = sorted(set(found.network.labels), key=str.casefold)
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


def _key(found: ChosenNetwork) -> SheetKey:
    label = st.session_state[_CLASS]
    return SheetKey(
        found.key,
        chosen_block(found.network.blocks),
        found.network.find_class(label) if label else None,
        explanation_options.signed(),
        explanation_options.framing(),
    )


def _status(
    sheet: Sheet, found: ChosenNetwork, shown: Sequence[Photo], missing: Sequence[Photo]
) -> None:
    """Say how far it is; go on with what is missing, unless the reader stopped it."""
    done, total = len(shown) - len(missing), len(shown)
    if not missing:
        failed = sum(sheet.done[photo.id].result is None for photo in shown) + _refused(shown)
        trouble = f" {failed} could not be explained." if failed else ""
        st.caption(f"Grad-CAM at {sheet.key.block}. A click opens a photo in Explain.{trouble}")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if sheet.stopped:
            st.markdown(f"Stopped: {done} of {total} photos are explained.", width="stretch")
            st.button(f"Explain the other {len(missing)}", on_click=sheet.go_on)
            return
        bar = st.progress(done / total, f"{done} of {total}", width="stretch")
        st.button("Stop", icon=":material/stop:", on_click=sheet.stop)
    # The sheet is drawn again each time it has doubled, so that little is drawn twice.
    now = missing[: max(done, _first())]
    with st.empty():
        for _ in sheet.explain(found.network, now):
            done = sum(photo.id in sheet.done for photo in shown)
            bar.progress(done / total, f"{done} of {total}")
    st.rerun()


def _take_along(sheet: Sheet, found: ChosenNetwork, shown: Sequence[Photo]) -> None:
    """Offer what is done so far."""
    key, done = sheet.key, [photo for photo in shown if photo.id in sheet.done]
    if done:
        answers = [_answer(sheet, photo) for photo in done]
        export_row.of_many(found.network, key.block, key.framing, key.signed, answers)


def _answer(sheet: Sheet, photo: Photo) -> export_row.SheetAnswer:
    done, (_, picture) = sheet.done[photo.id], sheet.drawn.get(photo.id, (0.0, b""))
    return export_row.SheetAnswer(photo, done.result, picture, done.reason)


def _first() -> int:
    from explorer.explain.batches import BATCH

    return BATCH


def _refused(shown: Sequence[Photo]) -> int:
    return len(session_photos.refused()) if any(not photo.sample for photo in shown) else 0


def _draw(sheet: Sheet, shown: Sequence[Photo], span: PhotoScale, order: Order) -> str:
    """Draw the cards; return the id of the one that was clicked, or ""."""
    high = _shared_limit(sheet, shown) if span is PhotoScale.SHARED else None
    cards: list[dict[str, object]] = []
    drawn: list[bytes] = []
    for photo in sorted(shown, key=lambda photo: _rank(sheet, photo, order)):
        entry = _entry(photo, sheet.done.get(photo.id), sheet.key.target is not None)
        picture = _picture(sheet, photo, high)
        if picture:
            entry["picture"] = len(drawn)
            drawn.append(picture)
        cards.append(entry)
    if any(not photo.sample for photo in shown):
        refused = session_photos.refused()
        cards += [{"title": upload.title, "reason": upload.reason} for upload in refused]
    clicked = _cards(
        key=_KEY,
        data=packed(
            {
                "pictures": pictures(*drawn),
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
    """The click is handled where the result is returned, where a page can be switched."""


def _rank(sheet: Sheet, photo: Photo, order: Order) -> tuple[int, str, float]:
    done = sheet.done.get(photo.id)
    if order is Order.AS_CHOSEN:
        return 0, "", 0.0
    if done is None or done.result is None:
        return (1 if done is None else 2), "", 0.0
    label = done.result.predictions[0].label.casefold() if order is Order.CLASS else ""
    return 0, label, -done.result.target.probability


def _entry(photo: Photo, done: PhotoAnswer | None, fixed: bool) -> dict[str, object]:
    """Describe a card; one that is not computed yet has a title only."""
    if done is None:
        return {"title": photo.title}
    if done.result is None:
        return {"title": photo.title, "reason": done.reason}
    best, target = done.result.predictions[0], done.result.target
    unsure = "not sure · " if best.probability < UNSURE_BELOW else ""
    asked = f"{spoken(target.label)}: {percent(target.probability)}" if fixed else ""
    said = f"{spoken(best.label)}, {percent(best.probability)}"
    where = in_words(done.result.heatmap)
    return {
        "id": photo.id,
        "title": f"{photo.title}{' · ' if unsure else ''}{unsure.removesuffix(' · ')}",
        "label": spoken(best.label),
        "percent": percent(best.probability),
        "width": 100 * target.probability,
        "asked": asked,
        "alt": f"{photo.title}: {unsure}{said}. {asked}{'. ' if asked else ''}{where}",
    }


def _picture(sheet: Sheet, photo: Photo, high: float | None) -> bytes:
    """Draw a photo with its map, or take the drawing from before if the scale is the same."""
    done = sheet.done.get(photo.id)
    if done is None or done.result is None:
        return b""
    result, signed = done.result, sheet.key.signed
    end = limit([result.heatmap], signed) if high is None else high
    known = sheet.drawn.get(photo.id)
    if known is None or known[0] != end:
        scale = Scale.up_to(end, signed)
        known = end, contact_sheet.card(done.small, result.heatmap, result.frame, scale)
        sheet.drawn[photo.id] = known
    return known[1]


def _shared_limit(sheet: Sheet, shown: Sequence[Photo]) -> float:
    found = [sheet.done[photo.id].result for photo in shown if photo.id in sheet.done]
    maps = [result.heatmap for result in found if result is not None]
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
    """Go to Explain with a photo, and with the class that the sheet explains."""
    session_photos.choose(photo_id)
    done = sheet.done.get(photo_id)
    if sheet.key.target is not None and done is not None and done.result is not None:
        link_state.choose(link_state.CLASS, done.result.target.label)
    st.switch_page(PAGES / "explain.py")
