"""The page of lessons, without a browser: every card's check with its real figure."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from explorer import analyze, load
from explorer.blocks.lesions import sweep
from explorer.blocks.residual_parts import balances
from explorer.lessons.lessons import Lesson, LessonCard, lessons
from explorer.networks.variants import VARIANTS
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.samples import SAMPLES
from explorer.training import live_training
from explorer.training.twin_training import Point
from explorer.transfer.recorded.results import SHIPPED, Way, ways
from explorer.ui.lessons import lesson_progress
from explorer.ui.photos import photo_results
from explorer.weights import builtin
from explorer.weights.model_cards import read_card
from patience import PATIENCE

CARDS = [
    pytest.param(lesson, card, id=f"{lesson.name}-{card.name}")
    for lesson in lessons().values()
    for card in lesson.cards
]
# What fulfils a need that depends on a finding: a choice, or the label of a button.
BY_CHOICE = {
    "balance": ("basic_channels", "64"),
    "{largest}": ("layer", "layer4.1"),
    "{fewest}": ("member", "efficientnet"),
}
RESNETS = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
BY_BUTTON = {"measured": "Measure it on your photo"}


def opened(**link: str) -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "lessons.py")).run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def top1(name: str) -> float:
    return read_card(builtin.path_of(VARIANTS[name])).top1


@cache
def finding(value: str) -> str:
    """The finding of a figure on the app's first photo."""
    if value == "{closest}":
        forward_pass = analyze(load("resnet18"), SAMPLES["kangaroo"].open()).forward_pass
        strengths = balances(forward_pass)
        return min(strengths, key=lambda block: strengths[block].ratio)
    if value == "{most_right}":
        probes = [row for row in ways().rows if (row.data, row.way) == (SHIPPED, Way.PROBE)]
        return max(probes, key=lambda row: row.accuracy.value).variant
    if value == "{best}":
        trained = [name for name in RESNETS if builtin.path_of(VARIANTS[name]).is_file()]
        return max(trained, key=top1)
    analysis = analyze(load("resnet34"), SAMPLES["kangaroo"].open())
    predicted = analysis.predictions[0].index
    return min(sweep(analysis), key=lambda step: step.probabilities[predicted]).block


def do(app: AppTest, card: LessonCard) -> None:
    """Do what a card's task asks for, beside answering."""
    for name, values in card.needs.items():
        if name == "advised":
            next(each for each in app.slider if each.label.startswith("Size")).set_value(100.0)
            continue
        if name == "trained":
            press(app, "Train the twins")
            app.session_state["live_twins"].job.join(PATIENCE)
            continue
        if name in BY_BUTTON:
            press(app, BY_BUTTON[name])
            continue
        choice, value = BY_CHOICE.get(name) or BY_CHOICE.get(values[0]) or (name, values[0])
        app.session_state[choice] = finding(value) if value.startswith("{") else value
    app.run()
    assert not app.exception


def answer(app: AppTest, number: int) -> None:
    next(radio for radio in app.radio if radio.label == "Your answer").set_value(number).run()
    assert not app.exception


def is_done(app: AppTest, card: LessonCard) -> bool:
    return card.answer in [box.value for box in app.success]


@pytest.fixture(autouse=True)
def _quick_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the minute of a live training by a process that prints one point."""
    point = json.dumps(asdict(Point(True, 10, 0.5, 12.5)))
    command = (sys.executable, "-c", f"print({point!r})")
    monkeypatch.setattr(live_training, "COMMAND", command)


@pytest.mark.parametrize(("lesson", "card"), CARDS)
def test_a_card_is_done_after_its_task_and_the_right_answer_only(
    lesson: Lesson, card: LessonCard
) -> None:
    app = opened(lesson=lesson.name, card=card.name)
    assert card.title in [heading.value for heading in app.subheader]
    assert not is_done(app, card)
    assert card.right is not None
    answer(app, card.right)
    assert not is_done(app, card)
    answer(app, (card.right + 1) % len(card.options))
    do(app, card)
    assert not is_done(app, card)
    answer(app, card.right)
    assert is_done(app, card)


def test_it_opens_on_the_first_card_of_all() -> None:
    app = opened()
    assert app.selectbox(key="pick_lesson").value == "block"
    assert app.session_state["card"] == "sum"
    assert app.session_state["layer"] == "layer1.1"


def test_a_link_opens_any_card_in_the_state_it_sets() -> None:
    app = opened(lesson="gradients", card="weights")
    assert app.session_state["flow_init"] == "xavier"
    assert app.session_state["flow_depth"] == "110"


def test_what_a_link_says_besides_is_kept_once() -> None:
    app = opened(lesson="gradients", card="vanish", flow_depth="200")
    assert app.session_state["flow_depth"] == "200"
    press(app, "Next")
    assert app.session_state["card"] == "init"
    assert app.session_state["flow_depth"] == "110"


@pytest.mark.parametrize("link", [{"lesson": "knots"}, {"card": "nowhere"}, {"card": "../x"}])
def test_an_unknown_place_opens_the_first_card(link: dict[str, str]) -> None:
    assert opened(**link).session_state["card"] == "sum"


def test_next_and_back_lead_from_lesson_to_lesson() -> None:
    app = opened(card="where")
    press(app, "Next lesson")
    assert (app.session_state["lesson"], app.session_state["card"]) == ("gradients", "vanish")
    press(app, "Back")
    assert (app.session_state["lesson"], app.session_state["card"]) == ("block", "where")


def test_a_done_card_stays_done_and_keeps_its_answer() -> None:
    app = opened(lesson="gradients", card="vanish")
    app.session_state["flow_depth"] = "110"
    answer(app, 0)
    press(app, "Next")
    assert not app.success
    press(app, "Back")
    assert app.success
    assert app.session_state["flow_depth"] == "20"
    assert app.radio(key="answer_gradients_vanish").value == 0


def test_a_reset_forgets_everything_and_goes_to_the_start() -> None:
    app = opened(lesson="gradients", card="vanish")
    app.session_state["flow_depth"] = "110"
    answer(app, 0)
    press(app, "Reset for the next class")
    assert (app.session_state["lesson"], app.session_state["card"]) == ("block", "sum")
    progress = app.session_state["lesson_progress"]
    assert progress.done == set()
    assert progress.answers == {("block", "sum"): None}
    assert "answer_gradients_vanish" not in app.session_state


def test_a_reset_ends_a_training_and_drops_what_was_measured() -> None:
    app = opened(lesson="gradients", card="yours", flow_depth="8")
    press(app, "Measure it on your photo")
    app.session_state["lesson"], app.session_state["card"] = "degradation", "live"
    app.run()
    press(app, "Train the twins")
    live_training = app.session_state["live_twins"]
    press(app, "Reset for the next class")
    assert not live_training.job.alive
    assert "live_twins" not in app.session_state
    assert "live_flow" not in app.session_state


def test_a_reset_leaves_nothing_that_was_computed_from_photos() -> None:
    app, computed = opened(), object()
    keys = [results.key for results in photo_results._DECLARED]
    assert "live_flow" in keys
    for key in keys:
        app.session_state[key] = computed
    press(app, "Reset for the next class")
    assert computed not in app.session_state.to_dict().values()


def test_a_live_pass_belongs_to_what_was_asked() -> None:
    app = opened(lesson="gradients", card="yours", flow_depth="8")
    press(app, "Measure it on your photo")
    assert any("your photo" in text.value for text in app.markdown)
    app.session_state["flow_depth"] = "20"
    app.run()
    assert not any("Plain, your photo" in text.value for text in app.markdown)


def test_progress_starts_empty() -> None:
    progress = lesson_progress.LessonProgress()
    assert (progress.opened, progress.answers, progress.done) == (None, {}, set())


def test_a_live_training_survives_a_change_of_the_page() -> None:
    app = opened(lesson="degradation", card="live")
    press(app, "Train the twins")
    live_training = app.session_state["live_twins"]
    app.switch_page(str(PAGES / "claims.py")).run()
    live_training.job.join(PATIENCE)
    app.switch_page(str(PAGES / "lessons.py")).run()
    assert app.session_state["live_twins"] is live_training
    assert live_training.points == [Point(True, 10, 0.5, 12.5)]
    assert "Done, seed" in " ".join(text.value for text in app.markdown)
    assert "Train again, with another seed" in [button.label for button in app.button]
