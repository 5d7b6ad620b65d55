"""Widgets for the choices in the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from explorer.ui.frame import link_state


def link_widget(
    widget: Callable[..., object],
    label: str,
    name: str,
    options: Mapping[Any, str],
    **settings: Any,
) -> None:
    """Draw a widget for a choice.

    Args:
        widget: function of Streamlit that draws a widget for one of several options.
        label: label of the widget.
        name: name of the choice in `explorer.ui.frame.link_state`.
        options: value of the choice -> its title for readers.
        **settings: further arguments of the widget.
    """
    key = f"pick_{name}"
    titles = {str(option): title for option, title in options.items()}
    st.session_state[key] = link_state.get(name)
    widget(
        label,
        list(titles),
        format_func=titles.__getitem__,
        key=key,
        on_change=_choose,
        args=(name,),
        **settings,
    )


def _choose(name: str) -> None:
    link_state.choose(name, st.session_state[f"pick_{name}"])
