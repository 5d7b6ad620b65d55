"""Tests of explorer/ui/transfer/outcome_tabs.py and of the tabs, with a made-up run."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from onnxruntime import InferenceSession
from streamlit.testing.v1 import AppTest

from explorer.background_job import JobState
from explorer.transfer.fine_tuning import fine_tune
from explorer.transfer.live import live_tuning
from explorer.transfer.pitfalls.results import TuningPitfall
from explorer.transfer.recorded import results
from explorer.transfer.recorded.results import Way
from explorer.ui import mapped_photos
from explorer.ui.components import confusion_matrix
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.ui.transfer import break_it, fine_tuning, mistakes, outcome_tabs, take_home
from explorer.ui.transfer.teaching_run import TeachingRun
from made_up_run import made_up_run
from packed_data import unpacked

RUN = "made_up_run"


def page() -> None:
    import streamlit as st

    from explorer.ui.transfer import outcome_tabs

    outcome_tabs.draw(st.session_state["made_up_run"])


def opened(tab: str, run: TeachingRun | None = None) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state[RUN] = run or made_up_run()
    app.session_state["teach_tabs"] = tab
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    shown = " ".join(each.value for each in (*app.markdown, *app.caption))
    return shown.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType, str], list[dict[str, Any]]]:
    """Record the data that a component gets, the latest last."""

    def record(module: ModuleType, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        draw = getattr(module, name)

        def recording(*, data: bytes | dict[str, Any], **rest: Any) -> Any:
            found.append(unpacked(data) if isinstance(data, bytes) else data)
            return draw(data=data, **rest)

        monkeypatch.setattr(module, name, recording)
        return found

    return record


def test_files_are_made_on_request_and_the_onnx_file_answers_like_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offered: dict[str, Any] = {}
    monkeypatch.setattr(
        take_home.st,
        "download_button",
        lambda label, data, file_name, **rest: offered.update({file_name: data}),
    )
    app = opened(outcome_tabs.HOME)
    assert not offered
    app.button(key="make_files").click().run()
    assert not app.exception
    run = app.session_state[RUN]
    network = run.outcomes[Way.PROBE].taught.network
    session = InferenceSession(offered["resnet18-taught.onnx"])
    x = np.random.default_rng(0).normal(size=(2, 3, 32, 32)).astype(np.float32)
    (logits,) = session.run(["logits"], {"photos": x})
    expected = network.module(torch.from_numpy(x)).detach().numpy()
    assert np.allclose(logits, expected, atol=1e-4)
    said = re.search(r"asked about (\d+) photos: the same class for (\d+)", texts(app))
    assert said is not None
    assert said[1] == said[2] == str(run.outcomes[Way.PROBE].check.answered.photos)
    with zipfile.ZipFile(io.BytesIO(offered["resnet18-taught.zip"]())) as archive:
        assert set(archive.namelist()) == set(offered) - {"resnet18-taught.zip"}


def test_mistakes_come_with_a_table_of_confusions_and_their_maps(
    sent: Callable[[ModuleType, str], list[dict[str, Any]]],
) -> None:
    tables, cards = sent(confusion_matrix, "_table"), sent(mapped_photos, "photo_cards")
    app = opened(outcome_tabs.MISTAKES)
    check = app.session_state[RUN].outcomes[Way.PROBE].check
    counts = [[cell["count"] for cell in row["cells"]] for row in tables[-1]["rows"]]
    assert counts == check.answered.confusion.tolist()
    wrong = [card["label"] for card in cards[-1]["cards"]] if cards else []
    assert len(wrong) == len(check.answered.mistakes)
    app.session_state[mistakes._OPEN] = (
        app.session_state[RUN].photos.labels,
        confusion_matrix.Cell(0),
    )
    app.run()
    assert not app.exception
    own = int(check.answered.confusion[0].sum())
    assert len(cards[-1]["cards"]) == own
    assert all("evidence" in card["alt"].lower() for card in cards[-1]["cards"])
    plain = cards[-1]["pictures"]
    app.toggle(key="mistakes_maps").set_value(False).run()
    assert cards[-1]["pictures"] != plain
    assert cards[-1]["scale"] is None


def test_a_curve_is_measured_on_request() -> None:
    app = opened(outcome_tabs.PHOTOS)
    app.button(key="draw_learning_curve").click().run()
    assert not app.exception
    assert "new head on features, here" in texts(app)
    assert not [each for each in app.button if each.key == "draw_learning_curve"]


@pytest.mark.parametrize(
    ("name", "said"), [("leakage", "Near copies of"), ("shortcut", "got the same sticker")]
)
def test_pitfalls_of_the_probe_are_measured_on_request(name: str, said: str) -> None:
    app = opened(outcome_tabs.BREAK)
    app.session_state["break_it_pitfall"] = name
    app.run()
    app.button(key=f"break_it_{name}").click().run()
    assert not app.exception
    assert said in texts(app)
    assert "Measured here" in texts(app)
    if name == "shortcut":
        maps = app.session_state[mapped_photos._MAPS]
        assert set(maps) == {"sticker_without", "sticker_with"}
        assert 0 < len(maps["sticker_with"].done) <= break_it.MAPPED


def test_a_training_says_its_cost_and_its_best_epoch_joins_the_results(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def train(self: Any, network: Any, photos: Any, split: Any) -> Any:
        steps = fine_tune(network, photos, split, self.plan)
        while True:
            try:
                self.epochs.append(next(steps))
            except StopIteration as end:
                self.module = end.value
                return
            yield

    monkeypatch.setattr(live_tuning.LiveTuning, "_train", train)
    app = opened(outcome_tabs.CHANGED)
    assert "The probe changes nothing but the last layer" in texts(app)
    start = app.button(key="tune_start")
    assert re.match(r"Train: about \d+", start.label)
    start.click().run()
    training = app.session_state[fine_tuning._TRAINING]
    training.live.job.join(60)
    assert training.live.job.state is JobState.DONE
    app.run()
    assert not app.exception
    run = app.session_state[RUN]
    outcome = run.outcomes[Way.LAST_STAGE]
    assert outcome.check.answered.photos == run.outcomes[Way.PROBE].check.answered.photos
    assert run.over_probe(Way.LAST_STAGE) is not None
    assert "Kept: " in texts(app)
    assert "Furthest moved: " in texts(app)
    assert "did not move at all" in texts(app)


def test_a_training_ends_when_the_photos_are_removed() -> None:
    held = fine_tuning.Wanted()
    here = fine_tuning._here(lambda: True, fine_tuning.weakref.ref(held))
    assert here()
    del held
    assert not here()


def recorded(tab: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state[RUN] = None
    app.session_state[VARIANT], app.session_state[WEIGHTS] = "resnet18", "builtin"
    app.session_state["teach_tabs"] = tab
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        (outcome_tabs.PHOTOS, "new head on features, recorded"),
        (outcome_tabs.MISTAKES, "As recorded"),
        (outcome_tabs.CHANGED, "Run it here first"),
        (outcome_tabs.BREAK, "Near copies of 48 photos"),
        (outcome_tabs.HOME, "Run it here first"),
    ],
)
def test_the_example_shows_what_was_recorded_or_says_what_to_do(tab: str, said: str) -> None:
    assert said in texts(recorded(tab))


def test_recorded_mistakes_agree_with_the_recorded_accuracy(
    sent: Callable[[ModuleType, str], list[dict[str, Any]]],
) -> None:
    tables = sent(confusion_matrix, "_table")
    recorded(outcome_tabs.MISTAKES)
    counts = np.array([[cell["count"] for cell in row["cells"]] for row in tables[-1]["rows"]])
    record = results.ways().find(results.SHIPPED, "resnet18", Way.PROBE)
    assert record is not None
    assert counts.trace() / counts.sum() == pytest.approx(record.accuracy.value)
    assert (counts.sum(1) == 12).all()


@pytest.mark.parametrize("name", ["shortcut", "imbalance", *TuningPitfall])
def test_every_recorded_pitfall_has_a_figure_and_a_sentence(name: str) -> None:
    pitfalls = results.pitfalls()
    if name not in ("shortcut", "imbalance", *(row.pitfall for row in pitfalls.rows)):
        pytest.skip("not recorded")
    app = recorded(outcome_tabs.BREAK)
    app.session_state["break_it_pitfall"] = str(name)
    app.run()
    assert not app.exception
    assert "Recorded on" in texts(app)
    assert len(app.get("plotly_chart")) == 1
