"""The link that restores the page, and the notice about what it cannot restore."""

from __future__ import annotations

import streamlit as st

from explorer.ui.components import component, packed
from explorer.ui.frame import link_state
from explorer.ui.photos.link_choices import UPLOAD
from explorer.wording import listed, verbatim

_ICON = (
    '<svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M10 14a5 5 0 0 0 7 0l3-3a5 5 0 0 0-7-7l-1 1"/>'
    '<path d="M14 10a5 5 0 0 0-7 0l-3 3a5 5 0 0 0 7 7l1-1"/></svg>'
)
_NO_PHOTO = (
    "This link meant an uploaded photo, which is not here: photos stay with the tab they were "
    "added in, and for two minutes after it is closed. Here is a sample with the same settings."
)
_MOST_SHOWN = 40  # characters of an unknown value
_link = component(
    __file__,
    f'<div class="link"><button type="button">{_ICON}<span class="label"></span></button>'
    '<div class="said"><span role="status"></span>'
    '<input hidden readonly aria-label="Link"></div></div>',
)


def copy(in_bar: bool = False) -> None:
    """Draw the button that copies the link; its message says that an upload is not included.

    Args:
        in_bar: draw it as one of the buttons of the network bar.
    """
    omission = ", without your photo" if link_state.get(UPLOAD) else ""
    _link(
        key="copy_link",
        data=packed(
            {
                "label": "Share" if in_bar else "Copy link",
                "in_bar": in_bar,
                "copied": f"Link copied{omission}",
                "refused": "Your browser does not let us copy: take it from here",
            }
        ),
    )


def notice() -> None:
    """Write what the link meant that is not here, and what is shown instead."""
    sentences = link_state.made_elsewhere()
    if link_state.left_behind(UPLOAD):
        sentences.append(_NO_PHOTO)
    if unknown := link_state.unknown():
        asked = listed([f"{name}={value[:_MOST_SHOWN]}" for name, value in unknown.items()])
        sentences.append(
            f"This link asks for what is not known here ({verbatim(asked)}); "
            "the usual choice is shown instead."
        )
    if sentences:
        with st.container(key="left_behind", gap="xsmall"):
            for sentence in sentences:
                st.caption(sentence)
