"""Take it home: the taught network as files, made on request and checked on the spot."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.photos import photo_results
from explorer.wording import unbroken

if TYPE_CHECKING:
    from explorer.figures.transfer.take_home import TakeHome
    from explorer.transfer.labelled_photos import LabelledPhotos
    from explorer.transfer.taught_network import Taught

ASKED = 100  # photos that the ONNX file is asked about, at most
_MADE = photo_results.declare("take_home", photo_results.of_other_photos)
_TITLES = {  # ending -> text of the button, icon, MIME type
    ".safetensors": ("Network (safetensors)", ":material/neurology:", "application/octet-stream"),
    ".onnx": ("ONNX", ":material/deployed_code:", "application/octet-stream"),
    ".py": ("predict.py", ":material/terminal:", "text/x-python"),
    ".html": ("Card (HTML)", ":material/id_card:", "text/html"),
}


def draw(taught: Taught, photos: LabelledPhotos) -> None:
    """Offer to make the files, or the files.

    Args:
        taught: the network.
        photos: the photos that it was taught and checked with.
    """
    st.markdown(
        "Weights with their card inside, which this app and `resnet-explorer explain --weights` "
        "open again; an ONNX file for any runtime, with labels and preprocessing in it, and a "
        "short program that needs only onnxruntime, numpy and pillow."
    )
    made: tuple[Taught, TakeHome] | None = st.session_state.get(_MADE)
    if made is None or made[0] is not taught:
        count = min(ASKED, len(taught.held_back))
        st.button(
            "Make the files",
            type="primary",
            icon=":material/package_2:",
            help=with_glossary(f"The ONNX file is asked about {count} of the photos held back."),
            key="make_files",
            on_click=_ask,
        )
        if not st.session_state.pop(_ASKED, False):
            return
        made = (taught, _make(taught, photos))
        st.session_state[_MADE] = made
        st.rerun()
    _files(taught, made[1])


_ASKED = "take_home_asked"


def _ask() -> None:
    st.session_state[_ASKED] = True


def _make(taught: Taught, photos: LabelledPhotos) -> TakeHome:
    from explorer.figures.transfer.take_home import take_home

    held_back = taught.held_back
    asked = held_back[:: -(-len(held_back) // ASKED)]
    with st.spinner("Writing the files, and asking both about the same photos …"), compute_turn():
        return take_home(taught, (photos.photos[index] for index in asked))


def _files(taught: Taught, taken: TakeHome) -> None:
    """Offer the files, and say how the ONNX file compares."""
    with st.container(horizontal=True, gap="small", key="take_home_files"):
        for name, content in taken.files.items():
            title, icon, mime = _TITLES[PurePath(name).suffix]
            st.download_button(
                f"{title}, {_size(len(content))}",
                data=content,
                file_name=name,
                mime=mime,
                icon=icon,
                on_click="ignore",
                key=f"take_home_{PurePath(name).suffix[1:]}",
            )
        st.download_button(
            "Everything (ZIP)",
            data=taken.archive,
            file_name=f"{taught.record.variant}-taught.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
            key="take_home_zip",
        )
    st.caption(f"Network and ONNX file, {taken.onnx.in_words}.")
    st.code(f"python predict.py {taught.record.variant}-taught.onnx photo.jpg", language="bash")


def _size(count: int) -> str:
    return unbroken(f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, count // 1000)} kB")
