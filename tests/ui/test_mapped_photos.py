"""Tests of explorer/ui/mapped_photos.py: which photos are explained, and how many at once."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import analyze
from explorer.ui import mapped_photos
from explorer.ui.mapped_photos import KEPT, MOST, AnsweredPhoto
from taught_example import LABELS, base, example, photos

COUNT = MOST + 3


def page() -> None:
    import streamlit as st

    from explorer.ui import mapped_photos

    mapped_photos.draw("cards", st.session_state["photos"], st.session_state["network"])


def answered() -> list[AnsweredPhoto]:
    every = photos().photos
    return [
        AnsweredPhoto(str(at), f"{at}.png", partial(every.__getitem__, at), 1, LABELS[1], None)
        for at in range(COUNT)
    ]


def test_a_screen_of_photos_is_explained_and_more_on_request() -> None:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["photos"], app.session_state["network"] = answered(), example().network
    app.run()
    assert not app.exception
    maps = app.session_state[mapped_photos._MAPS]["cards"]
    assert set(maps.done) == {(str(at), 1) for at in range(MOST)}
    (more,) = app.button
    assert more.label == f"Show 3 more of {COUNT}"
    more.click().run()
    assert len(maps.done) == COUNT
    assert not app.button
    analysis = analyze(example().network, answered()[0].open())
    assert np.isclose(maps.done["0", 1].probability, analysis.probabilities[1], atol=1e-5)


def test_another_network_gets_maps_of_its_own() -> None:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["photos"], app.session_state["network"] = answered()[:1], example().network
    app.run()
    first = app.session_state[mapped_photos._MAPS]["cards"]
    app.session_state["network"] = base()
    app.run()
    assert not app.exception
    second = app.session_state[mapped_photos._MAPS]["cards"]
    assert second is not first
    assert second.done["0", 1].probability != first.done["0", 1].probability


def test_no_more_maps_are_kept_than_there_is_room_for() -> None:
    maps = mapped_photos._Maps(base())
    for at in range(KEPT + 5):
        maps.done[str(at), 0] = mapped_photos._Mapped(b"", "", 0.0)
    maps._explain(1, answered()[:1])
    assert len(maps.done) == KEPT
    assert ("0", 1) in maps.done


def test_without_a_network_photos_are_shown_as_they_are() -> None:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["photos"], app.session_state["network"] = answered(), None
    app.run()
    assert not app.exception
    assert mapped_photos._MAPS not in app.session_state
    assert isinstance(answered()[0].open(), Image.Image)
