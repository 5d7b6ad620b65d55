"""The reader's own photos on the page: order, removal, and that nothing of them is left."""

from __future__ import annotations

import gc
import io
import weakref
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.photos import photo_results, uploads
from explorer.wording import verbatim
from patience import PATIENCE

SECRET = "secret-name"


def files(photo: Image.Image, number: int) -> list[tuple[str, bytes, str]]:
    """Different photos as uploaded files, with a secret in their names and metadata."""
    uploaded = []
    for angle in range(number):
        buffer, exif = io.BytesIO(), Image.Exif()
        exif[0x010E] = SECRET  # ImageDescription
        photo.rotate(angle).save(buffer, "JPEG", exif=exif)
        uploaded.append((f"{SECRET}-{angle}.jpg", buffer.getvalue(), "image/jpeg"))
    return uploaded


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> list[MemoryUploadedFileManager]:
    """The upload managers that were told to remove a file."""
    managers: list[MemoryUploadedFileManager] = []
    remove = MemoryUploadedFileManager.remove_file

    def record(self: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        managers.append(self)
        remove(self, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", record)
    return managers


def opened(photo: Image.Image, number: int) -> AppTest:
    """The app with a number of own photos."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    app.file_uploader[0].set_value(files(photo, number)).run()
    assert not app.exception
    return app


def titles(app: AppTest) -> list[str]:
    """The reader's own photos, in their order."""
    return [photo.title for photo in app.session_state["uploads"].values()]


def chosen(app: AppTest) -> str:
    """The title of the upload that is explained."""
    return str(app.session_state["uploads"][app.session_state["upload"]].title)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label.startswith(label)).click().run()
    assert not app.exception


def visit(app: AppTest, page: str, **choices: str) -> None:
    for name, value in choices.items():
        app.session_state[name] = value
    app.switch_page(str(PAGES / f"{page}.py")).run()
    assert not app.exception


def kept_of(app: AppTest, photo_id: str) -> set[str]:
    """Keys of the session state whose values name a photo; a result has it in its key."""
    return {key for key, value in app.session_state.to_dict().items() if photo_id in repr(value)}


def traces(app: AppTest) -> list[weakref.ref[Any]]:
    """Weak references to the uploads, and to what the session computed from them."""
    state = app.session_state
    results = (*state["uploads"].values(), state["latest_explanation"])
    return [weakref.ref(result) for result in results]


def test_photos_can_be_put_in_another_order_and_removed_one_by_one(photo: Image.Image) -> None:
    app = opened(photo, 3)
    assert titles(app) == ["Photo 1", "Photo 2", "Photo 3"]
    assert chosen(app) == "Photo 1"
    assert app.button(key="move_-1").disabled
    app.button(key="move_1").click().run()
    assert titles(app) == ["Photo 2", "Photo 1", "Photo 3"]
    app.button(key="remove_photo").click().run()
    assert titles(app) == ["Photo 2", "Photo 3"]
    assert chosen(app) == "Photo 3"
    app.button(key="remove_photo").click().run()
    app.button(key="remove_photo").click().run()
    assert app.session_state["upload"] == ""
    assert not app.exception


def test_streamlit_keeps_no_byte_of_an_upload(
    photo: Image.Image, released: list[MemoryUploadedFileManager]
) -> None:
    opened(photo, 2)
    assert len(released) == 2
    assert not any(files for manager in released for files in manager.file_storage.values())


def test_metadata_is_not_kept_and_the_name_is_for_this_reader_alone(
    photo: Image.Image, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    app = opened(photo, 1)
    visit(app, "many")
    said = capfd.readouterr()
    assert SECRET not in said.out + said.err + caplog.text
    other = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    assert SECRET not in repr(other.session_state.to_dict()) + repr(other.main) + repr(
        other.sidebar
    )
    (upload,) = app.session_state["uploads"].values()
    assert upload.caption == f"Photo 1 · {SECRET}-0.jpg"
    stored = upload.encoded + upload.shown + upload.thumbnail
    assert SECRET.encode() not in stored
    assert not Image.open(io.BytesIO(upload.encoded)).getexif()
    assert SECRET not in f"{upload.id} {upload.title} {dict(app.query_params.items())}"


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.jpg", "[a](http://b.example) **c** $d$ :smile:.jpg"]
)
def test_a_name_is_shown_letter_by_letter(photo: Image.Image, name: str) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    ((_, content, kind),) = files(photo, 1)
    broken = ("broken " + name, b"no picture", kind)
    app.file_uploader[0].set_value([(name, content, kind), broken]).run()
    assert not app.exception
    assert verbatim(f"Photo 1 · {name}") in [caption.value for caption in app.caption]
    assert app.error[0].value.startswith(verbatim(f"Photo 2 · broken {name}: "))


def test_nothing_is_reachable_after_the_photos_are_removed(photo: Image.Image) -> None:
    app = opened(photo, 2)
    references = traces(app)
    next(button for button in app.button if button.label == "Remove my photos").click().run()
    gc.collect()
    assert [trace() for trace in references] == [None] * 3


@pytest.mark.parametrize("label", ["Remove my photos", "Remove"])
def test_what_was_computed_from_a_photo_on_any_page_leaves_with_it(
    photo: Image.Image, label: str
) -> None:
    app = opened(photo, 1)
    (photo_id,) = app.session_state["uploads"]
    visit(app, "explain", method="guided-backprop")
    press(app, "Pin")
    visit(app, "many")
    visit(app, "compare", tab="duel")
    visit(app, "lessons", lesson="gradients", card="yours")
    press(app, "Measure it on your photo")
    results = {"latest_explanation", "method_results", "contact_sheet", "duel_answers", "live_flow"}
    results |= {"pinned_picture"}
    assert kept_of(app, photo_id) == results | {
        "uploads",
        "upload",
        "photo_ticket",
        "private_choices_made",
    }
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    assert kept_of(app, photo_id) == set()


@pytest.mark.parametrize(
    ("label", "key", "left"),
    [
        ("Remove", "whole", False),
        ("Remove", "by photo", True),
        ("Remove my photos", "whole", False),
        ("Remove my photos", "by photo", False),
    ],
)
def test_the_tray_forgets_what_a_new_room_declares(
    photo: Image.Image, monkeypatch: pytest.MonkeyPatch, label: str, key: str, left: bool
) -> None:
    monkeypatch.setattr(photo_results, "_DECLARED", [*photo_results._DECLARED])
    photo_results.declare("whole")
    photo_results.declare("by photo", lambda value, photo_id: value.remove(photo_id))
    app = opened(photo, 1)
    (photo_id,) = app.session_state["uploads"]
    app.session_state[key] = [photo_id]
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    assert (key in app.session_state) is left
    assert kept_of(app, photo_id) == set()


def test_nothing_is_reachable_after_the_session(photo: Image.Image) -> None:
    app = opened(photo, 2)
    references = traces(app)
    del app
    gc.collect()
    assert [trace() for trace in references] == [None] * 3


def test_the_list_of_refused_photos_stays_until_it_is_cleared(photo: Image.Image) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    bad = [("a.png", bytes([number]), "image/png") for number in range(5)]
    app.file_uploader[0].set_value([*bad, *files(photo, 1)]).run()
    assert len(app.error) == 5
    app.toggle(key="switch_whole").set_value(True).run()
    assert len(app.error) == 5
    assert titles(app) == ["Photo 6"]
    next(button for button in app.button if button.label == "Clear this list").click().run()
    assert not app.error


def test_what_was_assumed_of_an_upload_is_said_beside_it(photo: Image.Image) -> None:
    """Twelve bits in a file of sixteen, and a thumbnail before the photo."""
    deep, pages = io.BytesIO(), io.BytesIO()
    values = np.asarray(photo.convert("L")).astype(np.uint16) * 16
    Image.fromarray(values).save(deep, "TIFF")
    thumbnail = photo.resize((40, 30))
    thumbnail.save(pages, "TIFF", save_all=True, append_images=[photo.copy()])
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    for buffer, words in ((deep, "the largest of 12 bits"), (pages, "number 2 of")):
        app.file_uploader[0].set_value([("scan.tif", buffer.getvalue(), "image/tiff")]).run()
        assert not app.exception
        assert any(words in caption.value for caption in app.caption)


def test_a_folder_is_a_second_way_in(photo: Image.Image) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    app.file_uploader[1].set_value(files(photo, 2)).run()
    assert titles(app) == ["Photo 1", "Photo 2"]


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:8501/", True),
        ("http://127.0.0.1:8501/", True),
        ("https://lab.example/", True),
        ("http://192.168.1.7:8501/", False),
        ("", False),
    ],
)
def test_the_camera_is_offered_where_browsers_allow_it(url: str, allowed: bool) -> None:
    assert uploads.may_use_camera(url) is allowed


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        ("cat", "none of its 66 categories: this is the nearest"),
        ("coins", "Not sure: "),
        ("face", "Prediction · correct"),
    ],
)
def test_it_is_said_what_a_sample_really_shows(sample: str, sentence: str) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.query_params["sample"] = sample
    app.run()
    assert any(sentence in caption.value for caption in app.caption)
