"""Upload of the reader's own photos: files, a folder, or the camera.

Streamlit would keep every uploaded file until the session ends. So each file is released as soon as
it is read, and a new uploader replaces the used one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.photos.file_formats import ENDINGS
from explorer.photos.photo_archive import is_archive
from explorer.serving.network_addresses import is_loopback
from explorer.serving.policy import PHOTO_MB, ZIP_MB
from explorer.serving.streamlit_internals import drop_upload
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.photos import session_photos
from explorer.ui.photos.link_choices import UPLOAD
from explorer.wording import unbroken

PROMISE = (
    "Pixels and file names stay in the server's memory while this page is open, and up to two "
    "minutes longer for a reload. Nothing is written to its disk, logged, or part of a link; only "
    "what you download has the names. Metadata is dropped, and large photos are kept at "
    "1.5 megapixels."
)
_UPLOADER = "upload_round"


def ways() -> None:
    """Draw the uploaders and the camera; add what was uploaded, and redraw the page.

    Any file may be chosen: what is no photo gets a sentence of ours, where Streamlit would only
    repeat the ending.
    """
    number = st.session_state.setdefault(_UPLOADER, 0)
    files = st.file_uploader(
        "Add your photos",
        accept_multiple_files=True,
        max_upload_size=ZIP_MB,
        key=f"photo_files_{number}",
        label_visibility="collapsed",
    )
    st.caption(
        unbroken(
            f"Choose, drop or paste up to {session_photos.MOST_UPLOADS} photos of {PHOTO_MB} MB, "
            "or a ZIP of them. Only this session sees them."
        ),
        help=with_glossary(PROMISE),
    )
    with st.popover("Folder or camera", type="tertiary", icon=":material/add_a_photo:"):
        folder = _folder(number)
        shot = _camera(number)
        st.caption(PROMISE)
    uploaded = [*files, *folder, *([shot] if shot else [])]
    if uploaded:
        _add(uploaded, shot)
        st.session_state[_UPLOADER] = number + 1
        st.rerun()


def _folder(number: int) -> list[UploadedFile]:
    return st.file_uploader(
        "All photos of a folder",
        type=list(ENDINGS),
        accept_multiple_files="directory",
        max_upload_size=PHOTO_MB,
        key=f"photo_folder_{number}",
    )


def _camera(number: int) -> UploadedFile | None:
    """Offer the camera where browsers allow it, and switch it on only on request."""
    if not may_use_camera(st.context.url or ""):
        st.caption("For the camera, open the app over HTTPS or on the machine that runs it.")
        return None
    if not st.toggle("Use the camera", key=f"photo_camera_on_{number}"):
        return None
    return st.camera_input("Take a photo", key=f"photo_camera_{number}")


def may_use_camera(url: str) -> bool:
    """Whether browsers let a page at this address use the camera."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def _add(files: Sequence[UploadedFile], shot: UploadedFile | None) -> None:
    """Add the files one by one, and choose the first that is accepted; a shot has no name.

    Each call of Streamlit may end the script run; the next run adds the files left in the uploader.
    """
    bar, chosen = st.progress(0.0), False
    for done, file in enumerate(files):
        bar.progress(done / len(files), f"Reading photo {done + 1} of {len(files)}")
        for share, photo_id in _added(file, "" if file is shot else file.name):
            if photo_id and not chosen:
                link_state.choose(UPLOAD, photo_id)
                chosen = True
            bar.progress((done + share) / len(files))
        drop_upload(file)


def _added(file: UploadedFile, name: str) -> Iterator[tuple[float, str | None]]:
    content = file.getvalue()
    if is_archive(content):
        yield from session_photos.add_archive(content, name)
    else:
        yield 1, session_photos.add(content, name)
