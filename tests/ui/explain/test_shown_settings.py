"""Tests of explorer/ui/explain/shown_settings.py."""

from __future__ import annotations

import pytest

from explorer.figures.palettes import CIVIDIS, VIRIDIS
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


def test_what_the_browser_reports_is_taken_over_and_nonsense_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session: dict[str, str] = {}
    monkeypatch.setattr(link_state.st, "session_state", session)
    reported = {"palette": "viridis", "opacity": 35, "cells": True, "frame": False}
    shown_settings._choose(reported)
    assert shown_settings.current() == PictureSettings(VIRIDIS, 0.35, cells=True, frame=False)
    shown_settings._choose(reported | {"palette": ["jet"], "opacity": "1e9"})
    assert shown_settings.current() == PictureSettings(VIRIDIS, 0.35, cells=True, frame=False)
    shown_settings._choose({})
    assert shown_settings.current() == PictureSettings(VIRIDIS, 0.35, frame=False)
