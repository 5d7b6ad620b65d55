"""Tests of the pinned picture on the Explain page, without a browser."""

from __future__ import annotations

import gc
import io
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from chosen_in_bar import choose_depth
from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.components import photo_overlay
from explorer.ui.explain.pinned_picture import PinnedPicture
from patience import PATIENCE

Recorded = Callable[[ModuleType, str], list[dict[str, Any]]]


def opened() -> AppTest:
    """Return the app on its sample."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE).run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press a button."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def captions(app: AppTest, beginning: str) -> list[str]:
    """Return the captions of pictures that begin with a word."""
    return [str(each.value) for each in app.caption if str(each.value).startswith(beginning)]


def pinned(app: AppTest) -> PinnedPicture | None:
    """Return what is pinned in the session."""
    if "pinned_picture" not in app.session_state:
        return None
    return next(iter(app.session_state["pinned_picture"].values()), None)


def test_the_pinned_picture_keeps_what_it_showed_while_the_other_follows_every_control(
    recorded: Recorded,
) -> None:
    sent = recorded(photo_overlay, "_overlay")
    app = press(opened(), "Pin")
    (before,) = captions(app, "Pinned")
    assert before.startswith("Pinned · ResNet-18 · Built-in · **kangaroo ")
    assert before.endswith("Grad-CAM · kangaroo · layer4.1")
    app.pills(key="pick_method").set_value("hires-cam").run()
    app.selectbox(key="class_search").set_value("llama").run()
    choose_depth(app, "resnet34")
    assert captions(app, "Pinned") == [before]
    (now,) = captions(app, "Now")
    assert now.startswith("Now · ResNet-34 · Built-in · **kangaroo ")
    assert now.endswith("HiRes-CAM · llama · layer4.2")
    right, left = sent[-2:]  # the present one is sent first
    assert left["alt"].startswith("Pinned: Kangaroo with the Grad-CAM heatmap of layer4.1")
    assert right["alt"].startswith("Kangaroo with the HiRes-CAM heatmap of layer4.2 for llama")
    assert (left["chip"], left["compact"], right["compact"]) == (
        "Grad-CAM · kangaroo · layer4.1",
        True,
        False,
    )
    press(app, "Unpin")
    assert not captions(app, "Pinned") + captions(app, "Now")
    assert pinned(app) is None


def test_it_stays_through_other_pages_and_is_of_this_session_alone() -> None:
    app = press(opened(), "Pin")
    app.switch_page(str(PAGES / "glossary.py")).run()
    app.switch_page(str(PAGES / "explain.py")).run()
    assert captions(app, "Pinned")
    assert "pinned_picture" not in opened().session_state


def test_it_keeps_no_graph_alive_and_can_be_exported(photo: Image.Image) -> None:
    app = press(opened(), "Pin")
    explanation = weakref.ref(app.session_state["latest_explanation"])
    analysis = weakref.ref(app.session_state["latest_explanation"].analysis.forward_pass)
    upload(app, photo)
    gc.collect()
    assert (explanation(), analysis()) == (None, None)
    picture = pinned(app)
    assert picture is not None
    assert isinstance(picture.finding, Finding)
    assert picture.photo.id == "kangaroo"
    record = Provenance.of(picture.finding)
    assert (record.target, record.block) == ("kangaroo", "layer4.1")
    assert picture.described.scale.high == record.high


@pytest.mark.parametrize("label", ["Remove", "Remove my photos"])
def test_it_goes_with_its_photo(photo: Image.Image, label: str) -> None:
    app = opened()
    upload(app, photo)
    press(app, "Pin")
    assert captions(app, "Pinned")
    press(app, label)
    assert pinned(app) is None
    assert not captions(app, "Pinned")


def test_that_of_a_sample_stays_when_another_photo_goes(photo: Image.Image) -> None:
    app = press(opened(), "Pin")
    upload(app, photo)
    press(app, "Remove")
    assert captions(app, "Pinned")


def upload(app: AppTest, photo: Image.Image) -> None:
    """Add a photo of one's own."""
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG")
    app.file_uploader[0].set_value([("mine.jpg", buffer.getvalue(), "image/jpeg")]).run()
    assert not app.exception
