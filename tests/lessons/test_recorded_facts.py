"""Tests of explorer/lessons/recorded_facts.py, and of what the lessons say about these records."""

from __future__ import annotations

import json
from statistics import median

from explorer.lessons.facts import fact
from explorer.lessons.recorded_facts import lesions
from explorer.paths import ASSETS
from explorer.training.gradient_plans import GradientPlan, Init
from explorer.training.gradient_records import find


def test_facts_are_the_recorded_accuracies() -> None:
    record = json.loads((ASSETS / "training" / "lesions" / "plain18.json").read_text())
    facts = lesions()
    assert facts["plain18.whole"].value == record["top1"]
    assert facts["plain18.best"].value == max(record["without"].values())
    assert facts["plain18.worst"].value == min(record["without"].values())
    assert facts["plain18.photos"].text == "1,071"
    assert fact("cuts.residual18.whole").text.endswith("\N{NO-BREAK SPACE}%")


def test_what_the_lesson_says_of_the_twins_holds() -> None:
    """With one lesion the plain twin guesses; the residual one keeps most of its accuracy."""
    chance = 100 / 66
    assert fact("cuts.plain18.best").value < 3 * chance
    assert fact("cuts.residual18.worst").value > 0.7 * fact("cuts.residual18.whole").value


def test_a_fact_is_the_median_of_all_seeds() -> None:
    flows = find(GradientPlan(110, False, True, Init.HE))
    assert fact("flow.plain.bn.he.110").value == median(flow.ratio() for flow in flows)
    assert fact("flow.seeds").value == len(flows) == 5


def test_the_weight_gradient_tells_another_story_than_the_input_gradient() -> None:
    assert fact("flow.plain.free.xavier.110").value < 1e-6
    assert fact("flow.plain.free.xavier.110.weights").value > 1
    strongest = [max(flow.weights) for flow in find(GradientPlan(110, False, False, Init.XAVIER))]
    assert max(strongest) < 1e-6  # tiny in every block


def test_the_residual_gradient_needs_batch_norm_as_well() -> None:
    assert fact("flow.residual.bn.he.200").value < 500
    assert fact("flow.residual.free.he.110").value > 1e6
    assert 0.1 < fact("flow.residual.free.pytorch.110").value < 10
