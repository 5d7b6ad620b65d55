"""What a reloaded page gets back of the reader's photos, without a browser."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT
from explorer.ui import photo_tray
from explorer.ui.photos import returning_photos
from patience import PATIENCE

Sent = list[tuple[str, bool]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Tokens given to the page, and whether it was asked; all in one browser, pages left."""
    given: Sent = []

    def record(token: str, asking: bool, on_return: object) -> None:
        given.append((token, asking))

    monkeypatch.setattr(photo_tray, "returning_photos", record)
    monkeypatch.setattr(returning_photos, "_browser", lambda: "mine")
    monkeypatch.setattr(returning_photos, "presence", lambda: lambda: False)
    monkeypatch.setattr(returning_photos, "_PATIENCE", 0.0)
    return given


@pytest.fixture
def left(photo: Image.Image, sent: Sent) -> AppTest:
    """A page with one photo, which its reader reloads."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    assert sent[-1] == ("", True)
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG")
    app.file_uploader[0].set_value([("holiday.jpg", buffer.getvalue(), "image/jpeg")]).run()
    return app


def reloaded(token: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page after a reload, which hands in a token before its second run."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.query_params["photo"] = "own"
    app.run()

    def handing_in(*_: object) -> None:
        if returning_photos.is_asking():
            returning_photos.take_back(token)

    monkeypatch.setattr(photo_tray, "returning_photos", handing_in)
    app.run()
    return app.run()


def test_a_reloaded_page_has_its_photos_names_and_choice(
    left: AppTest, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = reloaded(sent[-1][0], monkeypatch)
    assert not app.exception
    (photo,) = app.session_state["uploads"].values()
    assert photo.caption == "Photo 1 · holiday.jpg"
    assert app.session_state["upload"] == photo.id
    assert not left.session_state["uploads"]  # one session has them at a time
    assert not any("This link meant" in caption.value for caption in app.caption)


def test_photos_that_were_removed_never_come_back(
    left: AppTest, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sent[-1][0]
    next(button for button in left.button if button.label == "Remove my photos").click().run()
    assert sent[-1][0] == ""
    app = reloaded(token, monkeypatch)
    assert not app.session_state["uploads"]
    assert any("This link meant an uploaded photo" in caption.value for caption in app.caption)
