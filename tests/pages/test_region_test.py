"""Tests of what stands under map and strip on Explain: a region hidden, a block switched off."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import analyze, load
from explorer.blocks.brightest_region import brightest_region, try_region
from explorer.blocks.lesions import Lesion, analyze_without
from explorer.blocks.region_occlusion import Fill, HiddenPart
from explorer.explain.analysis import Analysis
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.samples import FIRST, SAMPLES
from explorer.ui.components import block_strip
from explorer.ui.explain import attribution_methods
from explorer.wording import percent, verbatim
from patience import PATIENCE


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyze(load("resnet18"), SAMPLES[FIRST].open())


def opened(**link: str) -> AppTest:
    """Return the page, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "explain.py")).run()
    assert not app.exception
    return app


def page_text(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption])


def expected(analysis: Analysis, hides: HiddenPart, fill: Fill = Fill.MEAN) -> str:
    bright = brightest_region(analysis.heatmap(), analysis.frame)
    assert bright
    return verbatim(try_region(analysis, analysis.predicted.index, bright, hides, fill).sentence)


def test_the_brightest_region_is_hidden_alone_left_and_given_back(analysis: Analysis) -> None:
    app = opened()
    assert "Hidden:" not in page_text(app)
    app.button(key="test_region").click().run()
    assert f"**{expected(analysis, HiddenPart.REGION)}**" in page_text(app)
    assert "Hidden: 20 % of what the network sees, filled with the mean colour" in page_text(app)
    assert "Hiding as much where the map is darkest leaves kangaroo at " in page_text(app)
    assert app.query_params["test"] in ("region", ["region"])
    app.button(key="test_rest").click().run()
    assert f"**{expected(analysis, HiddenPart.REST)}**" in page_text(app)
    assert "Shown: 20 % of what the network sees" in page_text(app)
    app.button(key="test_undo").click().run()
    assert not app.exception
    assert "Shown:" not in page_text(app)
    assert "test" not in app.query_params


def test_the_fill_is_that_of_poke_and_a_blank_map_has_no_region(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(test="region", fill="blur")
    assert f"**{expected(analysis, HiddenPart.REGION, Fill.BLUR)}**" in page_text(app)
    answer = attribution_methods.answer

    def blank(*question: object) -> attribution_methods.MethodAnswer | None:
        found = answer(*question)
        return found and attribution_methods.MethodAnswer(
            found.method, np.zeros_like(found.heatmap), found.scale, found.described
        )

    monkeypatch.setattr(attribution_methods, "answer", blank)
    app.run()
    assert not app.exception
    assert "No region of this map stands out" in page_text(app)


def test_a_block_is_switched_off_under_the_strip_with_before_and_after(
    analysis: Analysis, recorded: Callable[[ModuleType, str], list[dict[str, Any]]]
) -> None:
    sent = recorded(block_strip, "_strip")
    app = opened(layer="layer3.1")
    app.toggle(key="lesion_switch").set_value(True).run()
    assert not app.exception
    cells = [block for stage in sent[-1]["stages"] for block in stage["blocks"]]
    assert [block["id"] for block in cells if block["cut"]] == ["layer3.1"]
    without = analyze_without(analysis, Lesion(("layer3.1",))).predictions[0]
    assert f"**{without.label} · {percent(without.probability)}**" in page_text(app)
    assert "Without layer3.1, kangaroo" in page_text(app)
    app.toggle(key="lesion_switch").set_value(False).run()
    assert "Without layer3.1" not in page_text(app)
    app.session_state["layer"] = "stem"
    app.run()
    assert not app.exception
    assert "lesion_switch" not in [toggle.key for toggle in app.toggle]
