"""Tests of explorer/ui/explain/shown_settings.py."""

from __future__ import annotations

import pytest

from explorer.figures.palettes import CIVIDIS
from explorer.figures.picture_settings import STANDARD, PictureSettings
from explorer.ui.explain import shown_settings
from explorer.ui.frame import link_state


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ({}, STANDARD),
        ({"palette": "inferno", "opacity": "70", "cells": "", "frame": "yes"}, STANDARD),
        (
            {"palette": "cividis", "opacity": "0", "cells": "yes", "frame": "no"},
            PictureSettings(CIVIDIS, opacity=0.0, cells=True, frame=False),
        ),
    ],
)
def test_settings_are_what_the_link_says(
    link: dict[str, str], expected: PictureSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_state.st, "session_state", link)
    assert shown_settings.current() == expected


@pytest.mark.parametrize("opacity", ["-1", "101", "07", "7.5", "", "\N{SUPERSCRIPT TWO}"])
def test_an_opacity_that_is_no_percentage_is_refused(opacity: str) -> None:
    assert not link_state.accepts("opacity", opacity)
