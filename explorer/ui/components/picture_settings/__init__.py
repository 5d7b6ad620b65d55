"""How the figures of a page draw their maps, in the browser: it shows nothing itself.

The figures apply a change at once and without a message. The app hears of it when the control is
let go, and sends the settings apart from the figures, which stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from explorer.figures.palettes import BY_NAME
from explorer.figures.picture_settings import PictureSettings
from explorer.ui.components import component

_KEY, _HEARD = "picture_settings", "picture_settings_heard"

_settings = component(__file__, "<span></span>", "picture_view")


def picture_settings(
    settings: PictureSettings, choose: Callable[[Mapping[object, object]], None]
) -> None:
    """Send the settings to the browser, and take over what the reader sets there.

    Args:
        settings: the settings as the app knows them.
        choose: function that is called with what the reader has set, before the next script run:
            "palette", a name; "opacity" in percent; "cells" and "frame", true or false. It comes
            from the browser and is not to be trusted.
    """

    def hear() -> None:
        heard = st.session_state[_KEY].chosen
        if isinstance(heard, Mapping):
            st.session_state[_HEARD] = heard.get("number")
            choose(heard)

    palettes = list(BY_NAME)
    _settings(
        key=_KEY,
        data={
            "palettes": palettes,
            "palette": palettes.index(settings.palette.name),
            "opacity": round(100 * settings.opacity),
            "cells": settings.cells,
            "frame": settings.frame,
            "heard": st.session_state.get(_HEARD),  # number of the latest change
        },
        on_chosen_change=hear,
    )
