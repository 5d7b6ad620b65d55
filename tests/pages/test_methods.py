"""Tests of the methods on the Explain page, without a browser: fast, slow and cancelled ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from explorer.explain.forward_pass import ForwardPass
from explorer.explain.method_catalogue import METHODS, Method
from explorer.explain.pixel_attribution import AttributionStep
from explorer.explain.target_score import Target
from explorer.paths import ENTRY_SCRIPT
from explorer.ui.explain import attribution_methods, method_costs
from explorer.ui.explain.attribution_methods import MethodResult
from patience import PATIENCE


def opened(**link: str) -> AppTest:
    """Return the app, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def page_text(app: AppTest) -> str:
    """Return all texts on the page, and what the question marks beside captions say."""
    elements = [*app.markdown, *app.caption, *app.info]
    texts = [*(element.value for element in elements), *(each.help for each in app.caption)]
    return " ".join(map(str, texts))


def results(app: AppTest) -> list[MethodResult]:
    """Return the stored results of slow methods."""
    if "method_results" not in app.session_state:
        return []
    return list(app.session_state["method_results"].values())


def offers(app: AppTest) -> list[str]:
    """Return the labels of the buttons that start a method."""
    return [button.label for button in app.button if button.label.startswith("Compute ")]


def compute(app: AppTest) -> AppTest:
    """Press the button that starts a method."""
    button = next(button for button in app.button if button.label.startswith("Compute "))
    button.click().run()
    assert not app.exception
    return app


@pytest.fixture
def _slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every method of more than one pass take longer than anybody waits unasked."""
    monkeypatch.setattr(attribution_methods, "AT_ONCE", 0.0)


slow = pytest.mark.usefixtures("_slow")


def test_a_cheap_method_is_shown_at_once_and_stays_in_the_link() -> None:
    app = opened()
    app.pills(key="pick_method").set_value("hires-cam").run()
    assert not app.exception
    assert app.query_params["method"] in ("hires-cam", ["hires-cam"])
    assert "each cell weighted by its own gradient" in page_text(app)
    assert not offers(app)
    assert "Like Grad-CAM" in page_text(opened(method="hires-cam"))


def test_a_method_that_is_unknown_counts_as_grad_cam() -> None:
    app = opened(method="tea-leaves")
    assert app.pills(key="pick_method").value == "grad-cam"


@slow
def test_a_method_that_takes_a_while_waits_for_a_button_with_its_cost() -> None:
    app = opened(method="guided-backprop")
    assert "s on this CPU. Until then the picture shows Grad-CAM." in page_text(app)
    assert results(app) == []
    compute(app)
    assert "Sharp edges that excite the network" in page_text(app)
    assert "as 160\xa0\N{MULTIPLICATION SIGN}\xa0160 pixels" in page_text(app)
    assert not offers(app)
    assert [(result.done, result.steps) for result in results(app)] == [(1, 1)]
    app.selectbox(key="class_search").set_value("cup").run()
    assert offers(app) == ["Compute Guided Backprop"]
    app.selectbox(key="class_search").set_value("kangaroo").run()
    assert not offers(app)


def test_a_quick_method_runs_at_once_and_again_for_the_next_class_until_it_proves_slow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = {"Guided Backprop": 0.999}

    def estimate(_: object, method: Method) -> float:
        return seconds[method.title]

    monkeypatch.setattr(method_costs, "estimate", estimate)
    app = opened(method="guided-backprop")
    assert not offers(app)
    assert "Sharp edges that excite the network" in page_text(app)
    app.selectbox(key="class_search").set_value("cup").run()
    assert len(results(app)) == 2
    seconds["Guided Backprop"] = 1.0
    app.selectbox(key="class_search").set_value("llama").run()
    assert offers(app) == ["Compute Guided Backprop"]
    assert len(results(app)) == 2
    app.selectbox(key="class_search").set_value("cup").run()
    assert not offers(app), "it is stored"


def test_what_a_method_took_is_what_its_button_says_next_time() -> None:
    app = opened(method="guided-backprop")
    (measured,) = app.session_state["seconds_of_a_run"].values()
    assert 0 < measured < PATIENCE


@slow
@pytest.mark.parametrize(("method", "kept"), [("saliency", True), ("integrated-gradients", False)])
def test_what_a_cancelled_method_did_is_kept_if_it_means_something(
    method: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Iterator[AttributionStep]:
        yield AttributionStep(torch.eye(160), 3, 5)
        st.stop()

    monkeypatch.setattr(attribution_methods, "_steps", interrupted)
    app = compute(opened(method=method)).run()
    assert [(result.done, result.steps) for result in results(app)] == ([(3, 5)] if kept else [])
    assert ("Stopped after 3 of 5 steps." in page_text(app)) is kept
    assert ("the picture shows Grad-CAM." in page_text(app)) is not kept
    assert offers(app)


def test_removing_ones_photos_removes_the_maps_of_methods() -> None:
    app = opened(method="guided-grad-cam")
    assert results(app)
    with_forget = AppTest.from_string(
        "from explorer.ui.photos import photo_results; photo_results.forget()"
    )
    with_forget.session_state["method_results"] = app.session_state["method_results"]
    assert "method_results" not in with_forget.run().session_state


def test_methods_side_by_side_answer_the_same_question() -> None:
    app = opened()
    app.pills(key="pick_methods").set_value(["grad-cam", "hires-cam", "guided-backprop"]).run()
    assert offers(app) == ["Compute Guided Backprop"]
    compute(app)
    for paper in ("Selvaraju", "Draelos", "Springenberg"):
        assert paper in page_text(app)
    assert not offers(app)


def test_pixels_have_no_block_and_the_strip_names_the_way_back() -> None:
    app = opened(method="hires-cam", layer="layer3.0")
    assert "**Block layer3.0**" in page_text(app)
    app.pills(key="pick_method").set_value("guided-backprop").run()
    assert "**Block layer3.0**" not in page_text(app)
    assert "explains the input's pixels. Click a block to go back to HiRes-CAM." in page_text(app)
    app.pills(key="pick_method").set_value("guided-grad-cam").run()
    assert "**Block layer3.0**" in page_text(app), "it goes through a block"


def checkerboard(
    forward_pass: ForwardPass, target: Target, block: str
) -> Iterator[AttributionStep]:
    """Yield a map that no other method makes, of the block's size."""
    height, width = forward_pass.outputs[block].shape[-2:]
    yield AttributionStep((torch.arange(height * width).view(height, width) % 2).float(), 1, 1)


@pytest.mark.parametrize("of_block", [True, False])
def test_a_new_method_is_one_entry_and_shows_its_own_map(
    of_block: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = Method(
        "checkerboard",
        "Checkerboard",
        "Nobody, 2030",
        "Every other cell is bright.",
        checkerboard,
        passes=1,
        of_block=of_block,
        uses_block=True,
        at_once=True,
    )
    monkeypatch.setitem(METHODS, new.name, new)
    app = opened(method="checkerboard")
    assert "Every other cell is bright." in page_text(app)
    (result,) = results(app)
    assert set(result.heatmap.flatten()) == {0, 1}
