"""Tests of the Poke page, without a browser: occlusion, the new answer, receptive fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.blocks import region_occlusion as core
from explorer.blocks.brightest_region import brightest_region
from explorer.blocks.region_occlusion import Fill, HiddenPart, Occlusion
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.blocks import receptive_field, region_occlusion
from explorer.ui.components.link_choices import LAYER
from packed_data import unpacked
from patience import PATIENCE

Sent = dict[str, dict[str, Any]]


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Data last sent to the browser for each of the two figures."""
    latest: Sent = {}

    def record(module: Any, component: str, name: str) -> None:
        draw = getattr(module, component)

        def recording(*, data: bytes, **rest: Callable[[], None]) -> Any:
            latest[name] = unpacked(data)
            return draw(data=data, **rest)

        monkeypatch.setattr(module, component, recording)

    record(region_occlusion, "photo_region", "poke")
    record(receptive_field, "photo_field", "field")
    return latest


def opened(**link: str) -> AppTest:
    """Return the page, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "poke.py")).run()
    assert not app.exception
    return app


def page_text(app: AppTest) -> str:
    """Return all texts on the page."""
    elements = [*app.markdown, *app.caption, *app.info, *app.header]
    return " ".join(str(element.value) for element in elements).replace("\xa0", " ")


def test_it_opens_with_the_strongest_place_hidden() -> None:
    app = opened()
    assert "kangaroo: 99." in page_text(app)
    assert "Hidden: 16 % of what the network sees, filled with the mean colour" in page_text(app)
    assert "A cell of layer4.1 could see 435 × 435 pixels" in page_text(app)  # noqa: RUF001
    assert not app.query_params
    assert not [button for button in app.button if button.key == "reset_region"]


def test_fill_and_region_and_cell_come_from_the_link(sent: Sent) -> None:
    app = opened(
        hidden="rest", fill="blur", region="0.2000,0.4000,0.7000,0.6000", point="0.0000,1.0000",
        layer="layer2.0",
    )  # fmt: skip
    assert "the rest is blurred, standard deviation 10 of 160 pixels" in page_text(app)
    assert sent["poke"]["tag"] == "The rest is hidden: blur"
    assert sent["poke"]["region"]["top"] == pytest.approx(0.2, abs=0.01)
    assert sent["poke"]["region"]["right"] == pytest.approx(0.6, abs=0.01)
    assert sent["field"]["cell"] == {"row": 0, "column": 19}
    assert "A cell of layer2.0 could see 67 × 67 pixels" in page_text(app)  # noqa: RUF001
    assert "**Block layer2.0**" in page_text(app)


@pytest.mark.parametrize(
    "region", ["0.1,0.2,0.3,0.4", "0.9000,0.9000,0.1000,0.1000", "0.0000,0.0000,1.0000,0.0100"]
)
def test_a_region_that_makes_no_sense_counts_as_none(region: str) -> None:
    assert "Hidden: 16 % of what" in page_text(opened(region=region))


def test_what_is_clicked_is_computed_and_the_rest_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[Fill, HiddenPart]] = []

    def counting(analysis: Any, region: Any, fill: Fill, hides: HiddenPart) -> Occlusion:
        calls.append((fill, hides))
        return core.occlude(analysis, region, fill, hides)

    monkeypatch.setattr(region_occlusion, "occlude", counting)
    app = opened()
    app.segmented_control(key="pick_hidden").set_value(HiddenPart.REST).run()
    app.segmented_control(key="pick_fill").set_value(Fill.BLACK).run()
    app.session_state[LAYER] = "layer1.0"
    app.run()
    assert not app.exception
    assert calls == [
        (Fill.MEAN, HiddenPart.REGION),
        (Fill.MEAN, HiddenPart.REST),
        (Fill.BLACK, HiddenPart.REST),
    ]


def test_the_reader_can_go_back_to_the_strongest_place() -> None:
    app = opened(region="0.2000,0.4000,0.7000,0.6000")
    app.button(key="reset_region").click().run()
    assert "region" not in app.query_params
    assert "Hidden: 16 % of what" in page_text(app)


def test_a_region_in_the_hand_is_computed_and_kept_out_of_the_link(sent: Sent) -> None:
    app = opened()
    key = app.session_state["latest_explanation"].key
    app.session_state["poke_live"] = (key, "0.2000,0.4000,0.7000,0.6000")
    app.run()
    assert not app.exception
    assert sent["poke"]["told"] == "0.2000,0.4000,0.7000,0.6000"
    assert sent["poke"]["region"]["top"] == pytest.approx(0.2, abs=0.01)
    assert "region" not in app.query_params
    app.session_state["sample"] = "cat"  # what was in the hand belongs to the other photo
    app.run()
    assert sent["poke"]["told"] == ""


def test_the_outline_of_the_map_is_a_guide_on_the_photo(sent: Sent) -> None:
    app = opened()
    analysis = app.session_state["latest_explanation"].analysis
    bright = brightest_region(analysis.heatmap(), analysis.frame)
    assert bright
    lines = [[list(point) for point in line] for line in bright.outline(analysis.frame)]
    assert sent["poke"]["guide"] == lines
    assert "Grad-CAM of layer4.1 for kangaroo is brightest" in page_text(app)


def test_a_dead_cell_is_called_dead(monkeypatch: pytest.MonkeyPatch, sent: Sent) -> None:
    from explorer.blocks import effective_field

    dead = effective_field.EffectiveField(np.zeros((160, 160), np.float32), 80.5, 80.5)
    monkeypatch.setattr(effective_field, "effective_field", lambda *question: dead)
    app = opened()
    assert "This cell is dead" in page_text(app)
    assert sent["field"]["held"] is None
