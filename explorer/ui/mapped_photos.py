"""Photos with what a network takes them for, each with the map of where it looked for that."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
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
KEPT = 120  # maps of a session
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
        photo: RGB photo.
        answer: index of the class that it is taken for, which the map explains.
        label: label of that class.
        probability: probability of that class, 0..1.
        note: what else the card says, e.g. which class it should be.
    """

    id: str
    title: str
    photo: Image.Image
    answer: int
    label: str
    probability: float
    note: str = ""


@dataclass(frozen=True)
class _Mapped:
    """A photo with its map.

    Attributes:
        picture: the map over the photo, as JPEG.
        words: where the map is strongest.
    """

    picture: bytes
    words: str


@dataclass(eq=False)
class _Maps:
    """The maps of a session for one network, the latest last.

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

        opened = [each.photo.copy for each in batch]
        with compute_turn() as turn:
            results = [
                result
                for some in explain_many(self.network, opened, target=answer)
                for result in some
            ]
        for each, result in zip(batch, results, strict=True):
            scale = Scale.up_to(limit([result.heatmap], False), False)
            small = contact_sheet.small_copy(each.photo)
            self.done[each.id, answer] = _Mapped(
                contact_sheet.card(small, result.heatmap, result.frame, scale),
                in_words(result.heatmap, result.frame),
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
    maps = None if network is None else _explained(network, shown)
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


def _explained(network: Network, photos: Sequence[AnsweredPhoto]) -> _Maps:
    """Compute the maps that are missing, and show how far that is."""
    maps: _Maps | None = st.session_state.get(_MAPS)
    if maps is None or maps.network is not network:
        st.session_state[_MAPS] = maps = _Maps(network)
    missing = [each for each in photos if (each.id, each.answer) not in maps.done]
    if missing:
        with st.empty():
            for done in maps.explain(missing):
                st.progress(done / len(missing), f"Where it looks: {done} of {len(missing)}")
            st.empty()
    return maps


def _cards(key: str, photos: Sequence[AnsweredPhoto], maps: _Maps | None) -> None:
    encoded, cards = [], []
    for each in photos:
        mapped = None if maps is None else maps.done.get((each.id, each.answer))
        encoded.append(contact_sheet.small_copy(each.photo) if mapped is None else mapped.picture)
        cards.append(_card(each, len(cards), "" if mapped is None else mapped.words))
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


def _card(each: AnsweredPhoto, picture: int, words: str) -> dict[str, object]:
    answer = f"{spoken(each.label)}, {percent(each.probability)}"
    return {
        "picture": picture,
        "title": each.title,
        "label": spoken(each.label),
        "percent": percent(each.probability),
        "width": 100 * each.probability,
        "notes": [each.note] if each.note else [],
        "alt": ". ".join(filter(None, (f"{each.title}: {answer}", each.note, words))),
    }


def _answer(each: AnsweredPhoto) -> int:
    return each.answer


def _batches(photos: list[AnsweredPhoto]) -> Iterator[list[AnsweredPhoto]]:
    from explorer.explain.batches import BATCH

    return (photos[start : start + BATCH] for start in range(0, len(photos), BATCH))
