"""Tests of explorer/ui/photos/photo_results.py, with results of their own."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.ui.photos import photo_results


@pytest.fixture(autouse=True)
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A session with a map, with sizes of two photos, and with something else."""
    state = {"map": object(), "sizes": {"cat": 1, "face": 2}, "other": object()}
    monkeypatch.setattr(photo_results.st, "session_state", state)
    monkeypatch.setattr(photo_results, "_DECLARED", [])
    photo_results.declare("map")
    photo_results.declare("sizes", lambda sizes, photo_id: sizes.pop(photo_id, None))
    photo_results.declare("never computed")
    photo_results.declare("never computed either", dict.pop)
    return state


def test_all_results_are_forgotten_and_nothing_else(session: dict[str, Any]) -> None:
    photo_results.forget()
    assert list(session) == ["other"]


def test_with_one_photo_goes_what_stems_from_it(session: dict[str, Any]) -> None:
    photo_results.forget_photo("cat")
    assert list(session) == ["sizes", "other"]
    assert session["sizes"] == {"face": 2}
    photo_results.forget_photo("cat")
    assert session["sizes"] == {"face": 2}


def test_a_declaration_returns_the_key() -> None:
    assert photo_results.declare("curve") == "curve"


def test_two_rooms_cannot_declare_the_same_key() -> None:
    with pytest.raises(ValueError, match="'map' are declared twice"):
        photo_results.declare("map")
