"""Tests of explorer/ui/explain/link_choices.py."""

from __future__ import annotations

import pytest

from explorer.explain.method_catalogue import METHODS
from explorer.ui.explain.link_choices import METHOD
from explorer.ui.frame import link_state, torch_runtime


def test_a_link_may_name_the_methods_of_the_catalogue_and_before_it_is_there_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for loaded in (True, False):
        monkeypatch.setattr(torch_runtime, "is_loaded", lambda loaded=loaded: loaded)
        assert all(link_state.accepts(METHOD, name) for name in METHODS)
        assert link_state.accepts(METHOD, "tea-leaves") is not loaded
