"""Choices in the network bar, for tests without a browser: its component does not run there."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable
from unittest.mock import patch

import streamlit as st
from streamlit.testing.v1 import AppTest

from explorer.ui import network_bar


class _Session(UserDict[str, object]):
    """The session state of an app with the interface that the app itself sees."""

    def __init__(self, app: AppTest) -> None:
        self.data = app.session_state  # type: ignore[assignment]  # it reads and writes like one


def choose_depth(app: AppTest, variant: str) -> None:
    """Choose a depth by the name of its variant."""
    _choose(app, network_bar.choose_variant, variant)


def choose_family(app: AppTest, family: str) -> None:
    """Choose a family."""
    _choose(app, network_bar.choose_family, family)


def choose_weights(app: AppTest, weights: str) -> None:
    """Choose weights."""
    _choose(app, network_bar.choose_weights, weights)


def _choose(app: AppTest, choose: Callable[[str], None], value: str) -> None:
    with patch.object(st, "session_state", _Session(app)):
        choose(value)
    app.run()
    assert not app.exception
