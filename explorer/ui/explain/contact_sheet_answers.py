"""The session's contact sheet: the answers of a network for many photos, batch by batch.

A session has one sheet at a time, and one of a second network. Finished answers stay when the
computing run is stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ExplorerError
from explorer.figures.explain.contact_sheet import small_copy
from explorer.serving import analysis_log
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results

if TYPE_CHECKING:
    from PIL import Image

    from explorer.explain.batches import PhotoResult
    from explorer.networks.network import Network
    from explorer.photos.geometry import Framing
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey


@dataclass(frozen=True)
class SheetKey:
    """The question for all photos of a sheet: network, block, class and framing.

    Attributes:
        target: index of the class to explain; None for each photo's own best class.
        signed: whether to keep the evidence against the class, too.
    """

    network: NetworkKey
    block: str
    target: int | None
    signed: bool
    framing: Framing


@dataclass(frozen=True, eq=False)
class PhotoAnswer:
    """The answer for one photo of a sheet.

    Attributes:
        result: the prediction and the map for the photo; None if it could not be explained.
        small: the photo at the size of its card, as JPEG.
        reason: why the photo could not be explained, in a sentence.
    """

    result: PhotoResult | None
    small: bytes = b""
    reason: str = ""


@dataclass(eq=False)
class Sheet:
    """The answers so far.

    Attributes:
        key: the question for all photos.
        done: photo id -> answer for that photo.
        stopped: whether the reader stopped the computation.
        drawn: photo id -> what the card's picture was drawn with, and that picture as JPEG.
    """

    key: SheetKey
    done: dict[str, PhotoAnswer] = field(default_factory=dict)
    stopped: bool = False
    drawn: dict[str, tuple[object, bytes]] = field(default_factory=dict)

    def stop(self) -> None:
        """Stop computing, and keep the answers so far."""
        self.stopped = True

    def go_on(self) -> None:
        """Continue with the missing answers."""
        self.stopped = False

    def drop(self, photo_id: str) -> None:
        """Remove the answer for one photo, and its pictures."""
        self.done.pop(photo_id, None)
        self.drawn.pop(photo_id, None)

    def result(self, photo_id: str) -> PhotoResult | None:
        """Return the answer for a photo; None if there is none, or none yet."""
        answer = self.done.get(photo_id)
        return answer.result if answer is not None else None

    def explain(self, network: Network, photos: Sequence[Photo]) -> Iterator[None]:
        """Explain photos and yield after each batch; only one batch of photos is open at a time."""
        from explorer.explain.batches import BATCH

        for start in range(0, len(photos), BATCH):
            self._explain_batch(network, photos[start : start + BATCH])
            yield

    def _explain_batch(self, network: Network, photos: Sequence[Photo]) -> None:
        from explorer.explain.batches import explain_many

        opened: dict[str, Image.Image] = {}
        for photo in photos:
            try:
                opened[photo.id] = photo.open()
            except ExplorerError as error:
                self.done[photo.id] = PhotoAnswer(None, reason=error.for_visitors)
        if not opened:
            return
        key = self.key
        with compute_turn() as turn:
            openers = [_opener(image) for image in opened.values()]
            batches = explain_many(network, openers, key.block, key.target, key.signed, key.framing)
            results = [result for batch in batches for result in batch]
        for (photo_id, image), result in zip(opened.items(), results, strict=True):
            self.done[photo_id] = PhotoAnswer(result, small_copy(image))
        analysis_log.record(network, "grad-cam", key.block, turn.seconds, len(results))


_LATEST = photo_results.declare("contact_sheet", Sheet.drop)
_BESIDE = photo_results.declare("contact_sheet_beside", Sheet.drop)


def current(key: SheetKey, beside: bool = False) -> Sheet:
    """Return the session's sheet; a new one if the question has changed.

    Args:
        key: the question.
        beside: whether the sheet of the second network is meant.
    """
    slot = _BESIDE if beside else _LATEST
    sheet: Sheet | None = st.session_state.get(slot)
    if sheet is None or sheet.key != key:
        st.session_state[slot] = sheet = Sheet(key)
    return sheet


def _opener(image: Image.Image) -> Callable[[], Image.Image]:
    return lambda: image
