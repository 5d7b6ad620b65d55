"""Tests of the Activations page, without a browser: its channels, and what is recomputed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import analyze, load
from explorer.blocks.activations import Ranking
from explorer.explain.analysis import Analysis
from explorer.explain.forward_pass import ForwardPass
from explorer.explain.shared_scale import SharedScale
from explorer.networks.network import run_chain
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.samples import SAMPLES
from explorer.ui.blocks.link_choices import CHANNEL
from explorer.ui.components import channel_grid
from explorer.ui.components.link_choices import LAYER
from explorer.ui.frame import link_state
from packed_data import unpacked
from patience import PATIENCE

Sent = dict[str, list[dict[str, Any]]]
SHEET, LIKEST = "channel_sheet", "channel_likest"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Data sent to the browser for each sheet, the latest last."""
    messages: Sent = {SHEET: [], LIKEST: []}
    draw = channel_grid._channels

    def recording(*, key: str, data: bytes, on_chosen_change: Callable[[], None]) -> Any:
        messages[key].append(unpacked(data))
        return draw(key=key, data=data, on_chosen_change=on_chosen_change)

    monkeypatch.setattr(channel_grid, "_channels", recording)
    return messages


def opened(**link: str) -> AppTest:
    """Return the page, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "activations.py")).run()
    assert not app.exception
    return app


def queried(app: AppTest) -> list[tuple[str, Any]]:
    return list(app.query_params.items())


def choose(app: AppTest, name: str, value: str) -> None:
    """Make a choice as a click does, and run the page."""
    app.session_state[name] = value
    app.run()
    assert not app.exception


def ids(data: dict[str, Any]) -> list[int]:
    return [int(channel["id"]) for channel in data["channels"]]


def page_text(app: AppTest) -> str:
    """Return all texts on the page."""
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption])


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """The analysis of the sample that the app opens on."""
    return analyze(load("resnet18"), SAMPLES["kangaroo"].open())


def last_maps(analysis: Analysis) -> np.ndarray:
    outputs = run_chain(analysis.network, analysis.forward_pass.x)
    return outputs["layer4.1"][0].numpy()


def test_it_opens_on_the_channels_that_contribute_most_to_the_predicted_class(
    sent: Sent, analysis: Analysis
) -> None:
    app = opened()
    maps, best = last_maps(analysis), analysis.predictions[0]
    weights = analysis.network.module.fc.weight[best.index].numpy()
    order = np.argsort(-weights * maps.mean((1, 2)), kind="stable")
    assert ids(sent[SHEET][-1]) == order[:16].tolist()
    assert sent[LIKEST][-1]["chosen"] == str(order[0])
    assert f"**Channel {order[0]} of layer4.1**" in page_text(app)
    assert "The first 16 of 128 channels, sorted by contribution to kangaroo" in page_text(app)
    patterned = np.flatnonzero(maps.std((1, 2)) > 0)
    correlations = np.corrcoef(maps[patterned].reshape(len(patterned), -1))
    alike = patterned[np.argsort(-correlations[patterned.tolist().index(order[0])])]
    assert ids(sent[LIKEST][-1]) == alike[1:7].tolist()


def test_all_choices_go_into_the_link_and_come_back_from_it(sent: Sent) -> None:
    choices = {"channel": "5", "ranking": "peak", "top": "64", "colours": "block"}
    app = opened(layer="layer3.1", **choices)
    link = {name: value[-1] if isinstance(value, list) else value for name, value in queried(app)}
    assert link == {"layer": "layer3.1", **choices}
    assert "**Channel 5 of layer3.1**" in page_text(app)
    assert len(ids(sent[SHEET][-1])) == 64
    assert "one scale for the block" in sent[SHEET][-1]["scale"]["note"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("channel", "9999"), ("channel", "-1"), ("ranking", "beauty"), ("top", "1000")],
)
def test_a_link_with_an_unknown_value_opens_with_the_default(
    sent: Sent, name: str, value: str
) -> None:
    opened(**{name: value})
    first = ids(sent[SHEET][-1])
    assert len(first) == 16
    assert sent[LIKEST][-1]["chosen"] == str(first[0])


def test_a_click_on_a_channel_sends_no_sheet_and_a_block_one_sheet_without_a_pass(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    computed: list[str] = []
    monkeypatch.setattr(
        "explorer.explain.analysis.forward", lambda *_, **__: computed.append("pass")
    )
    monkeypatch.setattr(ForwardPass, "gradients", lambda *_: computed.append("backward"))
    choose(app, "channel", "7")
    before, after = sent[SHEET][-2:]
    assert before == after
    assert sent[LIKEST][-1]["chosen"] == "7"
    choose(app, "layer", "layer1.0")
    assert len(sent[SHEET][-1]["sheet"]) == 1
    assert ids(sent[SHEET][-1]) != ids(after)
    choose(app, "ranking", Ranking.ACTIVE.value)
    assert computed == []


def test_two_thousand_channels_are_pages_of_one_picture_each(sent: Sent) -> None:
    app = opened(variant="resnet50", weights="random:0", top="all")
    first = sent[SHEET][-1]
    assert len(ids(first)) == 128
    assert len(first["sheet"]) == 1
    assert len(first["sheet"][0]) < 128 * 7 * 7 * 2
    pagination = next(iter(app.get("pagination")))
    assert pagination.proto.num_pages == 16
    assert "The first 128 of 2048 channels" in page_text(app)


def test_dead_channels_are_marked_and_come_last(sent: Sent, analysis: Analysis) -> None:
    app = opened(top="all")
    dead = np.flatnonzero(last_maps(analysis).max((1, 2)) == 0)
    assert len(dead)
    buttons = sent[SHEET][-1]["channels"]
    marked = [int(channel["id"]) for channel in buttons if channel["dead"]]
    assert marked == dead.tolist() == ids(sent[SHEET][-1])[-len(dead) :]
    assert buttons[-1]["value"] == "dead"
    assert f"{len(dead)} of 128 are dead" in page_text(app)
    choose(app, "channel", str(dead[0]))
    assert "dead on this photo" in page_text(app)
    assert "| Share of active cells | 0 |" in page_text(app)
    assert "there is no pattern to compare" in page_text(app)
    assert sent[LIKEST][-1]["channels"] == []


def test_a_channel_stays_chosen_within_its_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_state.st, "session_state", {"layer": "", "channel": "5"})
    link_state.choose(LAYER, "layer4.0")
    assert link_state.get(CHANNEL) == "5"
    link_state.choose(LAYER, "layer3.1")
    assert link_state.get(CHANNEL) == ""


def test_another_class_is_asked_for_as_on_explain(sent: Sent) -> None:
    app = opened()
    before = ids(sent[SHEET][-1])
    app.selectbox(key="class_search").set_value("helicopter").run()
    assert not app.exception
    assert ids(sent[SHEET][-1]) != before
    assert "sorted by contribution to helicopter" in page_text(app)
    assert "Contribution to helicopter" in page_text(app)


def test_a_shared_scale_ends_at_the_strongest_cell_of_the_network(
    sent: Sent, analysis: Analysis
) -> None:
    app = opened(colours=SharedScale.NETWORK.value)
    outputs = run_chain(analysis.network, analysis.forward_pass.x)
    peaks = {block: float(outputs[block].max()) for block in analysis.network.blocks}
    scale = sent[SHEET][-1]["scale"]
    assert float(scale["high"]) == pytest.approx(max(peaks.values()), rel=1e-2)
    assert max(peaks, key=lambda block: peaks[block]) in scale["note"]
    assert "all on one scale" in page_text(app)
