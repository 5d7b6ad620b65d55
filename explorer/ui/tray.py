"""The photo tray: thumbnails with the chosen one ringed, and the way to add one's own."""

from __future__ import annotations

import streamlit as st

from explorer.house import PHOTO_MB
from explorer.samples import SAMPLES
from explorer.ui import choices, errors, explanations, photos
from explorer.ui.browser import component, pictures

FORMATS = ["png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "bmp", "avif"]
_KEY, _ROUND = "photo_tray", "upload_round"

_tray = component("tray", '<div class="tray" role="radiogroup" aria-label="Photos"></div>')


def tray() -> None:
    """Show the photos to choose from, the reader's own first, and the uploader under them."""
    own = list(photos.uploads().values())
    shown = [*own, *(photos.of_sample(name) for name in SAMPLES)]
    _tray(
        key=_KEY,
        data={
            "pictures": pictures(*(photo.thumbnail for photo in shown)),
            "photos": [_entry(photo) for photo in shown],
            "chosen": photos.chosen().id,
        },
        on_chosen_change=_choose,
    )
    _uploader()
    st.caption(f"Up to {PHOTO_MB} MB each. Kept in memory for this session only.")
    for problem in photos.problems():
        errors.show(problem)
    if own:
        st.button("Remove my photos", type="tertiary", icon=":material/delete:", on_click=_forget)


def _entry(photo: photos.Photo) -> dict[str, str]:
    badge = "" if photo.sample else photo.title.removeprefix("Photo ")
    return {"id": photo.id, "title": photo.title, "badge": badge}


def _choose() -> None:
    photo_id = st.session_state[_KEY].chosen
    if photo_id in SAMPLES:
        choices.choose(choices.SAMPLE, photo_id)
    elif photo_id in photos.uploads():
        choices.choose(choices.UPLOAD, photo_id)


def _uploader() -> None:
    """Offer the uploader; a new one takes its place after each use, so that it keeps no file."""
    key = f"{_KEY}_files_{st.session_state.get(_ROUND, 0)}"
    st.file_uploader(
        "Add your photos",
        type=FORMATS,
        accept_multiple_files=True,
        max_upload_size=PHOTO_MB,
        key=key,
        on_change=_take,
        args=(key,),
        label_visibility="collapsed",
    )


def _take(key: str) -> None:
    files = st.session_state[key]
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    photos.add(files)


def _forget() -> None:
    explanations.forget()
    photos.forget()
