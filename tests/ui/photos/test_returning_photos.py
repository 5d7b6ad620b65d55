"""Tests of explorer/ui/photos/returning_photos.py."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from explorer.ui.photos import returning_photos
from explorer.ui.photos.returning_photos import Ticket, claim
from explorer.ui.photos.session_photos import Photo

PHOTO = Photo("id", "Photo 1", b"", (1, 1), b"", file="secret.jpg")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(returning_photos, "_PATIENCE", 0.0)
    yield
    gc.collect()
    assert not returning_photos._TICKETS  # nothing outlives the session that holds it


def issued(is_here: Callable[[], bool] = lambda: False, browser: str = "mine") -> Ticket:
    """The ticket of a session whose page has been left."""
    ticket = Ticket({"id": PHOTO}, 1, "id", browser, is_here)
    returning_photos._TICKETS[ticket.token] = ticket
    return ticket


def test_the_same_browser_gets_the_photos_once() -> None:
    ticket = issued()
    assert claim(ticket.token, "mine") is ticket
    assert claim(ticket.token, "mine") is None


def test_no_other_browser_gets_them_and_the_right_one_still_does() -> None:
    ticket = issued()
    assert claim(ticket.token, "other") is None
    assert claim(ticket.token, "") is None
    assert claim(ticket.token, "mine") is ticket


def test_a_browser_without_a_name_gets_nothing() -> None:
    ticket = issued(browser="")
    assert claim(ticket.token, "") is None


def test_a_copy_of_a_page_that_is_open_gets_nothing() -> None:
    here = [True]
    ticket = issued(lambda: here[0])
    assert claim(ticket.token, "mine") is None
    here[0] = False
    assert claim(ticket.token, "mine") is ticket


def test_a_connection_that_is_just_ending_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returning_photos, "_PATIENCE", 30.0)
    looks = iter([True, True, False])
    ticket = issued(lambda: next(looks))
    assert claim(ticket.token, "mine") is ticket


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_token_that_nobody_was_given_is_worth_nothing(token: str) -> None:
    ticket = issued()
    assert claim(token, "mine") is None
    assert len({ticket.token, issued().token, issued().token}) == 3
    assert len(ticket.token) >= 32


def test_once_the_session_is_dropped_its_token_is_worth_nothing() -> None:
    token = issued().token
    gc.collect()
    assert claim(token, "mine") is None


def test_of_many_that_ask_at_once_one_gets_them() -> None:
    ticket = issued()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: claim(ticket.token, "mine"), range(64)))
    assert [answer for answer in answers if answer] == [ticket]
