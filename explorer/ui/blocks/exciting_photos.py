"""The photos that excite a channel most, cropped to what its strongest cell depends on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, overload

import streamlit as st
from PIL import Image

from explorer.features.feature_store import FeatureStore
from explorer.figures.pictures import jpeg
from explorer.paths import PAGES, SHIPPED_CLASSES
from explorer.photos.samples import SAMPLES
from explorer.serving import analysis_log
from explorer.ui.components import packed, pictures
from explorer.ui.components.exciting_crops import exciting_crops
from explorer.ui.explain import explanation_options
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.photos import photo_results, session_photos
from explorer.wording import duration, spoken, times, unbroken, written

if TYPE_CHECKING:
    from explorer.explain.analysis import Analysis
    from explorer.features.exciting_photos import ChannelPeaks, ExcitingPhoto
    from explorer.photos.geometry import Framing
    from explorer.ui.photos.session_photos import Photo

_STORE_LIMIT = 32_000_000  # bytes; the peaks of 224 photos at 2,048 channels take 3.7 MB
_SIDE = 220  # pixels of a crop's longer side: twice what is shown, for dense screens
_WANTED = "exciting_wanted"  # the network, block and framing whose photos the reader asked for


def _forget_one(store: FeatureStore, photo_id: str) -> None:
    store.forget([photo_id])


_OWN = photo_results.declare("exciting_own", _forget_one)


@dataclass(frozen=True)
class Candidate:
    """A photo that may excite a channel.

    Attributes:
        digest: what tells it from all other photos.
        shows: what it shows, for people.
        open: function that opens it as RGB.
        id: id to open it in Explain; "" if it is not among the photos there.
    """

    digest: str
    shows: str
    open: Callable[[], Image.Image]
    id: str = ""


class Opened(Sequence[Image.Image]):
    """The photos of candidates, opened at access."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates = candidates

    def __len__(self) -> int:
        return len(self._candidates)

    @overload
    def __getitem__(self, index: int) -> Image.Image: ...
    @overload
    def __getitem__(self, index: slice) -> list[Image.Image]: ...
    def __getitem__(self, index: int | slice) -> Image.Image | list[Image.Image]:
        if isinstance(index, slice):
            return [candidate.open() for candidate in self._candidates[index]]
        return self._candidates[index].open()


@dataclass(frozen=True, eq=False)
class _Search:
    """The photos to look through with a block of a network, those of the app first."""

    analysis: Analysis
    block: str
    framing: Framing
    parts: tuple[tuple[Sequence[Candidate], FeatureStore], ...]

    @property
    def candidates(self) -> list[Candidate]:
        return [candidate for candidates, _ in self.parts for candidate in candidates]

    @property
    def key(self) -> str:
        from explorer.features.identity import view_identity

        return view_identity(self.analysis.network, self.framing, self.block)

    @property
    def missing(self) -> int:
        """The number of photos that were not looked at yet."""
        from explorer.features.extraction import View, missing

        network = self.analysis.network
        return sum(
            missing(network, _digests(part), View.PEAKS, self.framing, self.block, store)
            for part, store in self.parts
        )

    def peaks(self, on_batch: Callable[[int], object] = lambda done: None) -> ChannelPeaks:
        """Look at the missing photos, with a turn for each batch; a batch that is done is kept."""
        import numpy as np

        from explorer.features.exciting_photos import ChannelPeaks, channel_peaks

        network, before = self.analysis.network, 0
        found: list[ChannelPeaks] = []
        for part, store in self.parts:
            steps = channel_peaks(
                network, Opened(part), _digests(part), self.block, self.framing, store
            )
            seconds = 0.0
            while True:
                try:
                    with compute_turn() as turn:
                        step = next(steps)
                except StopIteration as end:
                    found.append(end.value)
                    break
                seconds += turn.seconds
                on_batch(before + step.done)
            before += len(part)
            if seconds:
                analysis_log.record(network, "peaks", self.block, seconds, len(part))
        return ChannelPeaks(
            self.block,
            np.concatenate([peaks.values for peaks in found]),
            np.concatenate([peaks.cells for peaks in found]),
            found[0].columns,
            self.framing,
        )


def section(analysis: Analysis, block: str, channel: int) -> None:
    """Show the photos that excite a channel most; look through the photos when asked to."""
    st.markdown("**Photos that excite it most**")
    own = session_photos.uploads()
    with_own = bool(own) and st.toggle(
        "And my photos", key="exciting_with_own", persist_state="session"
    )
    parts: list[tuple[Sequence[Candidate], FeatureStore]] = [(shipped(), _shared_store())]
    if with_own:
        parts.append(([_of_reader(photo) for photo in own.values()], _own_store()))
    search = _Search(analysis, block, explanation_options.framing(), tuple(parts))
    missing = search.missing
    if not missing:
        _draw(search, search.peaks(), channel)
    elif st.session_state.get(_WANTED) == search.key:
        _look(search, missing)
    else:
        _offer(search, missing)


@cache
def shipped() -> tuple[Candidate, ...]:
    """Return the photos that come with the app: those of the page Teach, and the samples."""
    files = sorted(SHIPPED_CLASSES.glob("*/*/*.jpg"))
    taught = (
        Candidate(
            f"shipped {path.relative_to(SHIPPED_CLASSES).as_posix()}",
            path.parent.name.replace("_", " "),
            _opener(str(path)),
        )
        for path in files
    )
    samples = (
        Candidate(f"sample {name}", spoken(sample.category or sample.title), sample.open, name)
        for name, sample in SAMPLES.items()
    )
    return (*taught, *samples)


def _opener(path: str) -> Callable[[], Image.Image]:
    def opened() -> Image.Image:
        with Image.open(path) as image:
            return image.convert("RGB")

    return opened


def _of_reader(photo: Photo) -> Candidate:
    return Candidate(photo.id, photo.short_caption, photo.open, photo.id)


def _digests(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.digest for candidate in candidates]


@st.cache_resource(show_spinner=False)
def _shared_store() -> FeatureStore:
    """Return what all sessions share: it holds nothing of a reader's photos."""
    return FeatureStore(limit=_STORE_LIMIT)


def _own_store() -> FeatureStore:
    store: FeatureStore = st.session_state.setdefault(_OWN, FeatureStore(limit=_STORE_LIMIT))
    return store


def _offer(search: _Search, missing: int) -> None:
    total, seconds = len(search.candidates), missing * search.analysis.seconds
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            "Find them",
            icon=":material/image_search:",
            key="exciting_start",
            on_click=_want,
            args=(search.key,),
        )
        seen = f"{total - missing} of {total} photos are done; " if missing < total else ""
        rest = f"the other {missing}" if seen else f"Looks through {total} photos"
        st.caption(f"{seen}{rest}: {duration(seconds)}, once for every channel.", width="content")


def _look(search: _Search, missing: int) -> None:
    """Look through the photos with a progress bar; another click only interrupts it."""
    total = len(search.candidates)
    # Emptied first: the button of the offer would stay beside the bar until all is done.
    with st.empty().container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress((total - missing) / total, "Looking through photos", width="stretch")
        st.button("Cancel", icon=":material/stop_circle:", key="exciting_stop", on_click=_stop)
    with st.container():
        search.peaks(lambda done: bar.progress(done / total, f"{done} of {total} photos"))
    st.rerun()


def _want(key: str) -> None:
    st.session_state[_WANTED] = key


def _stop() -> None:
    st.session_state.pop(_WANTED, None)


def _draw(search: _Search, peaks: ChannelPeaks, channel: int) -> None:
    from explorer.features.exciting_photos import exciting_photos

    network, candidates = search.analysis.network, search.candidates
    photos = Opened(candidates)
    found = exciting_photos(network, peaks, photos, channel)
    if not found:
        st.caption(f"None: channel {channel} is dead on all {len(candidates)} photos.")
        return
    clicked = exciting_crops(
        key="exciting_crops",
        data=packed(
            {
                "label": f"Photos that excite channel {channel} of {search.block} most",
                "pictures": pictures(*(_crop(photos[one.index], one) for one in found)),
                "crops": [_crop_data(candidates[one.index], one, peaks.columns) for one in found],
            }
        ),
        on_chosen_change=_ignore,
    )
    st.caption(_how_to_read(search, len(found)))
    if clicked.chosen:
        session_photos.choose(str(clicked.chosen))
        st.switch_page(PAGES / "explain.py")


def _ignore() -> None:
    """Do nothing: `_draw` reads the click where it can switch pages."""


def _crop(photo: Image.Image, one: ExcitingPhoto) -> bytes:
    crop = photo.crop(one.box)
    factor = _SIDE / max(crop.size)
    width, height = (max(round(factor * side), 1) for side in crop.size)
    return jpeg(crop.resize((width, height), Image.Resampling.BICUBIC))


def _crop_data(candidate: Candidate, one: ExcitingPhoto, cells: int) -> dict[str, object]:
    left, top, right, bottom = one.cell
    width, height = one.box[2] - one.box[0], one.box[3] - one.box[1]
    opens = ". Opens in Explain" if candidate.id else ""
    return {
        "id": candidate.id,
        "shows": candidate.shows,
        "value": written(one.activation),
        "ratio": width / height,
        "cell": {"left": left, "top": top, "right": right, "bottom": bottom},
        "said": f"{candidate.shows}, activation {written(one.activation)} in row {one.row + 1} of "
        f"{cells}, column {one.column + 1} of {cells}{opens}",
    }


def _how_to_read(search: _Search, shown: int) -> str:
    from explorer.features.exciting_photos import MOST
    from explorer.networks.layer_summary import layer_summary

    network, total = search.analysis.network, len(search.candidates)
    own = total - len(shipped())
    of = "that come with the app" if not own else f"({own} of them yours)"
    few = "" if shown == MOST else " All others leave it at zero."
    summary = layer_summary(network)
    side = summary.links[search.block].field.size
    if side >= summary.input_size:
        crop = "Here a cell can depend on the whole input, so look at the box first"
    else:
        crop = (
            f"Each crop is all that its strongest cell can depend on ({times((side, side))} pixels)"
        )
    return unbroken(
        f"Out of {total} photos {of}, with the activation.{few} {crop}; the box marks the cell. "
        "Underlined ones open in Explain. What they share is a hint at what the channel detects, "
        "not a proof."
    )
