"""The session's contact sheet: what a network makes of many photos, batch by batch.

A session has one sheet at a time. What is done stays done when the run that computes it is stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import ExplorerError
from explorer.figures.explain.contact_sheet import small_copy
from explorer.serving import analysis_log
from explorer.ui.frame.compute_turn import compute_turn

if TYPE_CHECKING:
    from PIL import Image

    from explorer.explain.batches import PhotoResult
    from explorer.networks.network import Network
    from explorer.photos.geometry import Framing
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey

_LATEST = "contact_sheet"


@dataclass(frozen=True)
class SheetKey:
    """What all photos of a sheet are asked: which network, block, class and view of the photo.

    Attributes:
        target: the index of the class to explain; None for each photo's own best one.
        signed: keep the evidence against the class, too.
    """

    network: NetworkKey
    block: str
    target: int | None
    signed: bool
    framing: Framing


@dataclass(frozen=True, eq=False)
class PhotoAnswer:
    """One photo of a sheet.

    Attributes:
        result: what the network makes of it; None if it failed.
        small: the photo at the size of its card, as JPEG.
        reason: why it failed, in a sentence.
    """

    result: PhotoResult | None
    small: bytes = b""
    reason: str = ""


@dataclass(eq=False)
class Sheet:
    """The answers so far.

    Attributes:
        key: what was asked.
        done: photo id -> its answer.
        stopped: the reader stopped it.
        drawn: photo id -> the end of the scale, and the card's picture drawn on it.
    """

    key: SheetKey
    done: dict[str, PhotoAnswer] = field(default_factory=dict)
    stopped: bool = False
    drawn: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def stop(self) -> None:
        """Keep what is done and compute no more."""
        self.stopped = True

    def go_on(self) -> None:
        """Compute what is missing."""
        self.stopped = False

    def explain(self, network: Network, photos: Sequence[Photo]) -> Iterator[None]:
        """Explain photos, and pause after each batch; one batch of them is open at a time."""
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
                self.done[photo.id] = PhotoAnswer(None, reason=str(error))
        if not opened:
            return
        key = self.key
        with compute_turn():
            started = time.perf_counter()
            openers = [_opener(image) for image in opened.values()]
            batches = explain_many(network, openers, key.block, key.target, key.signed, key.framing)
            results = [result for batch in batches for result in batch]
            seconds = (time.perf_counter() - started) / len(results)
        for (photo_id, image), result in zip(opened.items(), results, strict=True):
            self.done[photo_id] = PhotoAnswer(result, small_copy(image))
            analysis_log.record(network, "grad-cam", key.block, seconds)


def current(key: SheetKey) -> Sheet:
    """Return the session's sheet; a new one if something else is asked now."""
    sheet: Sheet | None = st.session_state.get(_LATEST)
    if sheet is None or sheet.key != key:
        st.session_state[_LATEST] = sheet = Sheet(key)
    return sheet


def drop(photo_id: str) -> None:
    """Take one photo off the sheet."""
    sheet: Sheet | None = st.session_state.get(_LATEST)
    if sheet is not None:
        sheet.done.pop(photo_id, None)
        sheet.drawn.pop(photo_id, None)


def forget() -> None:
    """Drop the sheet, and with it all pictures made of its photos."""
    st.session_state.pop(_LATEST, None)


def _opener(image: Image.Image) -> Callable[[], Image.Image]:
    return lambda: image
