"""Photos with what a network takes them for, each with the map of where it looked for that."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain.evidence_in_words import in_words
from explorer.explain.finding import limit
from explorer.figures.explain import contact_sheet
from explorer.figures.explain.heatmaps import Scale, colour_bar
from explorer.figures.pictures import png
from explorer.serving import analysis_log
from explorer.ui.components import packed, pictures
from explorer.ui.components.photo_cards import photo_cards
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from PIL import Image

    from explorer.networks.network import Network

MOST = 12  # photos that are shown before a reader asks for more
KEPT = 120  # maps of each place on a page
OWN_SCALES = {
    "low": "weakest",
    "high": "strongest",
    "note": "Each photo on its own scale: colours do not compare between photos.",
}


@dataclass(frozen=True, eq=False)
class AnsweredPhoto:
    """A photo and what it is taken for.

    Attributes:
        id: what tells the photo from others, e.g. its digest.
        title: name of the photo, for people.
        open: function that returns the RGB photo.
        answer: index of the class that it is taken for, which the map explains.
        label: label of that class.
        probability: probability of that class, 0..1; None takes what the network says now.
        note: what else the card says, e.g. which class it should be.
    """

    id: str
    title: str
    open: Callable[[], Image.Image]
    answer: int
    label: str
    probability: float | None
    note: str = ""


@dataclass(frozen=True)
class _Mapped:
    """A photo with its map.

    Attributes:
        picture: the map over the photo, as JPEG.
        words: where the map is strongest.
        probability: probability of the explained class, 0..1.
    """

    picture: bytes
    words: str
    probability: float


@dataclass(eq=False)
class _Maps:
    """The maps of one place on a page for one network, the latest last.

    Attributes:
        network: the network.
        done: id of a photo and index of the explained class -> the photo with its map.
    """

    network: Network
    done: OrderedDict[tuple[str, int], _Mapped] = field(default_factory=OrderedDict)

    def explain(self, photos: Sequence[AnsweredPhoto]) -> Iterator[int]:
        """Explain photos, and yield how many are done; those of one class are computed together."""
        done = 0
        for answer, group in groupby(sorted(photos, key=_answer), key=_answer):
            for batch in _batches(list(group)):
                self._explain(answer, batch)
                done += len(batch)
                yield done

    def _explain(self, answer: int, batch: Sequence[AnsweredPhoto]) -> None:
        from explorer.explain.batches import explain_many

        opened = [each.open for each in batch]
        with compute_turn() as turn:
            results = [
                result
                for some in explain_many(self.network, opened, target=answer)
                for result in some
            ]
        for each, result in zip(batch, results, strict=True):
            scale = Scale.up_to(limit([result.heatmap], False), False)
            small = contact_sheet.small_copy(each.open())
            self.done[each.id, answer] = _Mapped(
                contact_sheet.card(small, result.heatmap, result.frame, scale),
                in_words(result.heatmap, result.frame),
                result.target.probability,
            )
        while len(self.done) > KEPT:
            self.done.popitem(last=False)
        block = self.network.blocks[-1]
        analysis_log.record(self.network, "grad-cam", block, turn.seconds, len(results))


_MAPS = photo_results.declare("mapped_photos")


def draw(key: str, photos: Sequence[AnsweredPhoto], network: Network | None) -> None:
    """Draw the photos as cards, some at first and more on request.

    Args:
        key: key of the cards on the page.
        photos: the photos, those to show first in front.
        network: network whose maps are laid over the photos; None shows the photos as they are.
    """
    more = f"{key}_more"
    asked, shown_count = st.session_state.get(more, ((), MOST))
    ids = tuple(each.id for each in photos)
    count = shown_count if asked == ids else MOST
    shown = photos[:count]
    maps = None if network is None else _explained(key, network, shown)
    _cards(key, shown, maps)
    if count < len(photos):
        st.button(
            f"Show {min(MOST, len(photos) - count)} more of {len(photos):,}",
            key=f"{key}_button",
            on_click=_show_more,
            args=(more, ids, count + MOST),
        )


def _show_more(key: str, ids: tuple[str, ...], count: int) -> None:
    st.session_state[key] = (ids, count)


def _explained(key: str, network: Network, photos: Sequence[AnsweredPhoto]) -> _Maps:
    """Compute the maps that are missing, and show how far that is."""
    every: dict[str, _Maps] = st.session_state.setdefault(_MAPS, {})
    maps = every.get(key)
    if maps is None or maps.network is not network:
        every[key] = maps = _Maps(network)
    missing = [each for each in photos if (each.id, each.answer) not in maps.done]
    if missing:
        with st.empty():
            for done in maps.explain(missing):
                st.progress(done / len(missing), f"Where it looks: {done} of {len(missing)}")
            st.empty()
    return maps


def _cards(key: str, photos: Sequence[AnsweredPhoto], maps: _Maps | None) -> None:
    found = [None if maps is None else maps.done.get((each.id, each.answer)) for each in photos]
    encoded = [
        contact_sheet.small_copy(each.open()) if mapped is None else mapped.picture
        for each, mapped in zip(photos, found, strict=True)
    ]
    cards = [
        {"picture": number, **_card(each, mapped)}
        for number, (each, mapped) in enumerate(zip(photos, found, strict=True))
    ]
    photo_cards(
        key=key,
        data=packed(
            {
                "label": "Photos with what they are taken for",
                "pictures": pictures(*encoded),
                "cards": cards,
                "chosen": "",
                "scale": OWN_SCALES if maps is not None else None,
                "bar": pictures(png(colour_bar(False))),
            }
        ),
    )


def _card(each: AnsweredPhoto, mapped: _Mapped | None) -> dict[str, object]:
    sure = each.probability
    if sure is None:
        sure = 0.0 if mapped is None else mapped.probability
    answer, words = f"{spoken(each.label)}, {percent(sure)}", "" if mapped is None else mapped.words
    return {
        "title": each.title,
        "label": spoken(each.label),
        "percent": percent(sure),
        "width": 100 * sure,
        "notes": [each.note] if each.note else [],
        "alt": ". ".join(filter(None, (f"{each.title}: {answer}", each.note, words))),
    }


def _answer(each: AnsweredPhoto) -> int:
    return each.answer


def _batches(photos: list[AnsweredPhoto]) -> Iterator[list[AnsweredPhoto]]:
    from explorer.explain.batches import BATCH

    return (photos[start : start + BATCH] for start in range(0, len(photos), BATCH))
