"""A file that is made when a reader asks for it, and kept until that reader moves on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.serving.streamlit_internals import hold_download


def deferred_download(
    label: str, icon: str, name: str, mime: str, make: Callable[[], bytes], key: str = ""
) -> None:
    """Offer a file that a thread of the server makes when the reader asks for it.

    Args:
        label: text of the button.
        icon: Material icon in front of the label.
        name: name of the file.
        mime: MIME type of the file.
        make: function that returns its content.
        key: key of the button on the page; "" for one that ends with the kind of the file.
    """
    hold = hold_download()

    def content() -> bytes:
        encoded = make()
        hold(encoded, mime, name)
        return encoded

    st.download_button(
        label,
        data=content,
        file_name=name,
        mime=mime,
        key=key or f"take_{name.rpartition('.')[2]}",
        icon=icon,
        on_click="ignore",
    )
