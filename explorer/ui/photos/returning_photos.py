"""A reader's photos after a reload of the page, for the same tab of the same browser.

Streamlit starts a new session for a reloaded page and keeps the old one for two minutes. Until then
the page may take the photos over, with a token that is used once; then both are gone. The photos
themselves are never copied, and the token lives as long as the session that holds it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import streamlit as st

from explorer.serving.admission_middleware import COOKIE
from explorer.serving.streamlit_internals import presence
from explorer.ui.frame import link_state
from explorer.ui.photos import photo_results, session_photos
from explorer.ui.photos.link_choices import UPLOAD
from explorer.ui.photos.session_photos import Photo

_MINE = photo_results.declare("photo_ticket")
_ASKED = "photos_asked"  # whether the page has handed in a token in this session
_PATIENCE = 2.0  # seconds until the connection of the page before must have ended


@dataclass(eq=False)
class Ticket:
    """The photos of one session, for the page that takes its place.

    Attributes:
        photos: the photos by id, the very table of their session.
        numbered: number of uploads so far, from which titles are made.
        chosen: id of the chosen upload; "" if a sample is chosen.
        browser: name of the browser, from its cookie; "" if it has none.
        is_here: function that tells whether the session is still connected.
        token: random name of the ticket.
    """

    photos: dict[str, Photo] = field(repr=False)
    numbered: int
    chosen: str
    browser: str
    is_here: Callable[[], bool]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


_TICKETS: WeakValueDictionary[str, Ticket] = WeakValueDictionary()
_LOCK = threading.Lock()


def is_asking() -> bool:
    """Whether the page before may have had photos: it was not asked, and this one has none."""
    return not session_photos.uploads() and _ASKED not in st.session_state


def token() -> str:
    """Return the token of this session's photos as they are now; "" if there are none."""
    photos = session_photos.uploads()
    if not photos:
        st.session_state.pop(_MINE, None)
        return ""
    ticket: Ticket | None = st.session_state.get(_MINE)
    if ticket is None:
        ticket = Ticket({}, 0, "", _browser(), presence())
        st.session_state[_MINE] = ticket
        with _LOCK:
            _TICKETS[ticket.token] = ticket
    ticket.photos, ticket.numbered = photos, session_photos.count()
    ticket.chosen = link_state.get(UPLOAD)
    return ticket.token


def take_back(token: str) -> None:
    """Take over the photos of the page before, if the token is this browser's and unused."""
    st.session_state[_ASKED] = True
    ticket = claim(token, _browser())
    if ticket is None:
        return
    photos, chosen = dict(ticket.photos), ticket.chosen
    ticket.photos.clear()  # they belong to one session at a time
    session_photos.restore(photos, ticket.numbered)
    if link_state.left_behind(UPLOAD) and chosen in photos:
        link_state.choose(UPLOAD, chosen)


def claim(token: str, browser: str) -> Ticket | None:
    """Return the ticket with a token, and make the token worthless; None if it may not be used.

    It may not while the page that it was given to is open, nor in another browser.
    """
    end = time.monotonic() + _PATIENCE
    while True:
        with _LOCK:
            ticket = _TICKETS.get(token)
            if ticket is None or not ticket.browser or ticket.browser != browser:
                return None
            if not ticket.is_here():
                return _TICKETS.pop(token)
        if time.monotonic() > end:
            return None
        time.sleep(0.05)


def _browser() -> str:
    """Return the name that all tabs of this browser share; "" without our server."""
    return str(st.context.cookies.get(COOKIE, ""))
