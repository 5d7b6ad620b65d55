from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from explorer.networks.layer_summary import layer_summary
from explorer.training.trained_parts import Scope
from explorer.transfer.fine_tuning import tuning_plan
from explorer.transfer.live.tuning_cost import (
    BACKWARD,
    SAMPLE,
    START,
    TuningCost,
    measure_cost,
    trained_share,
)
from tiny_teaching import tiny_network, tiny_photos, tiny_split


def test_a_few_photos_are_timed_and_the_second_pass_counts() -> None:
    photos, ticks = tiny_photos(), count()
    clock = lambda: float(next(ticks))  # noqa: E731
    cost = measure_cost(tiny_network(), photos, tiny_split(photos), clock)
    assert cost == TuningCost(1 / SAMPLE, 1 / SAMPLE)


def test_the_estimate_counts_steps_and_evaluations() -> None:
    network, cost = tiny_network(), TuningCost(preparation=0.01, forward=0.1)
    plan = tuning_plan(network, Scope.ALL, 3, batch_size=4)
    plan = replace(plan, recipe=replace(plan.recipe, resolution=16 * 2, last_resolution=32))
    steps = 8 * (0.01 + (1 + BACKWARD) * 0.1)  # 9 photos are two batches of 4
    watching = (9 + 5) * 0.11
    assert cost.seconds(network, plan, 9, 5) == pytest.approx(START + 3 * steps + 4 * watching)
    assert cost.seconds(network, plan, 9, 0) == pytest.approx(START + 3 * (steps + 9 * 0.11))


def test_training_the_last_stage_goes_back_through_that_alone() -> None:
    network = tiny_network()
    links = layer_summary(network).links
    expected = sum(links[name].macs for name in ("layer4.0", "layer4.1", "head"))
    share = trained_share(network, tuning_plan(network, Scope.LAST_STAGE))
    assert share == pytest.approx(expected / sum(link.macs for link in links.values()))
    assert trained_share(network, tuning_plan(network, Scope.ALL)) == 1
