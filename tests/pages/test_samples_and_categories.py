"""Tests of the samples in the tray, and of what is said about the categories of a network."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer import load
from explorer.errors import WeightsUnavailableError
from explorer.explain import novelty
from explorer.paths import ENTRY_SCRIPT
from explorer.photos.samples import IN_TRAY, SAMPLES, Group
from explorer.ui import photo_tray
from explorer.ui.explain import prediction
from explorer.ui.networks import missing_weights
from explorer.wording import unbroken
from patience import PATIENCE

Sent = list[dict[str, Any]]


def opened(**choices: str) -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in choices.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption, *app.error])


def upload(app: AppTest, photo: Image.Image) -> None:
    buffer = io.BytesIO()
    photo.save(buffer, "PNG")
    app.file_uploader[0].set_value([("own.png", buffer.getvalue(), "image/png")]).run()


def press(app: AppTest, key: str) -> None:
    next(button for button in app.button if button.key == key).click().run()


def test_the_tray_shows_three_groups_and_all_samples_on_request(
    recorded: Callable[[ModuleType, str], Sent],
) -> None:
    sent = recorded(photo_tray, "photo_tray")
    app = opened()
    few, titles = sent[-1], [group.value for group in Group]
    assert [group["title"] for group in few["groups"]] == titles
    assert [photo["id"] for group in few["groups"] for photo in group["photos"]] == list(IN_TRAY)
    assert few["more"] == f"{len(SAMPLES) - len(IN_TRAY)} more"
    app.session_state["all_samples_shown"] = True
    app.run()
    groups = sent[-1]["groups"]
    assert [photo["id"] for group in groups for photo in group["photos"]] == list(SAMPLES)
    assert sent[-1]["more"] == "Fewer"
    elephant = next(photo for photo in groups[1]["photos"] if photo["id"] == "elephant")
    assert "Category: elephant. Caltech-101" in elephant["about"]
    app.session_state["all_samples_shown"] = False
    app.run()
    assert sent[-1]["more"] == few["more"]


def test_a_link_to_another_sample_shows_it_in_the_tray(
    recorded: Callable[[ModuleType, str], Sent],
) -> None:
    sent = recorded(photo_tray, "photo_tray")
    opened(sample="cat")
    assert sent[-1]["chosen"] == "cat"
    assert sent[-1]["more"] == ""


@pytest.mark.parametrize("finds", [True, False])
def test_an_own_photo_is_nearest_to_a_category_and_perhaps_of_none(
    finds: bool, photo: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(novelty, "may_be_none", lambda analysis: finds)
    app = opened()
    assert "Calibrated: " in said(app)
    assert "Nearest of" not in said(app)
    upload(app, photo)
    label = app.header[0].value.partition(" · ")[0]
    sentence = f"Nearest of 66 categories: **{label}**."
    assert sentence in said(app)
    assert ("It may be none of them" in said(app)) is finds
    assert "Calibrated: " not in said(app)


def test_calibration_is_not_claimed_for_samples_of_other_data() -> None:
    assert "Calibrated: " not in said(opened(sample="motorcycle"))


def test_networks_that_are_not_built_in_are_not_said_to_have_these_categories(
    photo: Image.Image,
) -> None:
    app = opened(weights="random:0")
    upload(app, photo)
    assert "Nearest of" not in said(app)
    assert not any(button.key == "see_categories" for button in app.button)


def test_the_categories_are_listed_with_a_picture_of_each(
    recorded: Callable[[ModuleType, str], Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    from explorer.ui.components import category_list

    sent = recorded(category_list, "_list")
    press(opened(), "see_categories")
    assert tuple(sent[-1]["names"]) == load("resnet18").labels
    with Image.open(io.BytesIO(sent[-1]["tiles"][0])) as tiles:
        side = tiles.width // sent[-1]["columns"]
        assert tiles.height == side * -(-66 // sent[-1]["columns"])


def test_a_network_with_a_thousand_classes_is_fetched_and_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fetched(variant: str, source: str) -> Iterator[Any]:
        yield from ()

    app = opened()
    button = next(button for button in app.button if button.key == "fetch_and_take")
    assert button.label == unbroken("Fetch ResNet-50, 103 MB")
    monkeypatch.setattr(missing_weights, "fetch", fetched)
    press(app, "fetch_and_take")
    chosen = (app.session_state["variant"], app.session_state["weights"])
    assert chosen == prediction.LARGER


def test_a_failed_fetch_leaves_the_network_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(variant: str, source: str) -> Iterator[Any]:
        raise WeightsUnavailableError("No internet connection.")
        yield

    monkeypatch.setattr(missing_weights, "fetch", fails)
    app = opened()
    press(app, "fetch_and_take")
    assert "No internet connection" in said(app)
    assert app.session_state["variant"] == "resnet18"
