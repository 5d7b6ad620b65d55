"""Tests of explorer/training/gradient_records.py and of what it has recorded."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path

import pytest

from explorer.errors import ResultError
from explorer.photos.samples import SAMPLES
from explorer.training.gradient_flow import as_batch, measure
from explorer.training.gradient_plans import GradientFlow, GradientPlan, Init
from explorer.training.gradient_records import (
    DEPTHS,
    PHOTOS,
    SEEDS,
    find,
    plans,
    read,
    recorded,
    to_line,
)

PLAN = GradientPlan(8, True, True, Init.HE)


def ratios(shortcuts: bool, batch_norm: bool, init: Init, depth: int) -> list[float]:
    return [flow.ratio() for flow in find(GradientPlan(depth, shortcuts, batch_norm, init))]


def test_every_network_is_recorded_with_every_seed() -> None:
    pairs = [(flow.plan, flow.seed) for flow in recorded()]
    assert pairs == list(product(plans(), SEEDS))
    assert all(len(flow.inputs) == len(flow.weights) == flow.plan.blocks for flow in recorded())


def test_a_record_is_what_a_measurement_gives() -> None:
    photos = as_batch([SAMPLES[name].open() for name in PHOTOS])
    measured, recorded_flow = measure(PLAN, 2, photos), find(PLAN)[2]
    assert recorded_flow.inputs == pytest.approx(measured.inputs, rel=6e-3)
    assert recorded_flow.weights == pytest.approx(measured.weights, rel=6e-3)


@pytest.mark.parametrize("init", [Init.PYTORCH, Init.XAVIER])
def test_without_batch_norm_the_plain_gradient_vanishes_at_these_starts(init: Init) -> None:
    assert max(ratios(False, False, init, 110)) < 1e-6


def test_without_batch_norm_the_plain_gradient_survives_the_start_of_he() -> None:
    assert all(1e-3 < ratio < 1e3 for ratio in ratios(False, False, Init.HE, 110))


@pytest.mark.parametrize("init", Init)
def test_with_batch_norm_the_plain_gradient_explodes_with_depth(init: Init) -> None:
    assert all(1e-2 < ratio < 1e2 for ratio in ratios(False, True, init, 20))
    assert min(ratios(False, True, init, 110)) > 1e5


@pytest.mark.parametrize("init", Init)
@pytest.mark.parametrize("depth", DEPTHS)
def test_with_batch_norm_the_residual_gradient_stays(init: Init, depth: int) -> None:
    assert all(1e-1 < ratio < 1e3 for ratio in ratios(True, True, init, depth))


def test_a_residual_network_without_batch_norm_explodes_at_the_start_of_he() -> None:
    assert min(ratios(True, False, Init.HE, 110)) > 1e6


def test_zero_and_overflow_come_back_from_the_file(tmp_path: Path) -> None:
    flow = GradientFlow(PLAN, 0, (0.0, 1.5, math.inf), (1e-300, 2.0, 3.0))
    path = tmp_path / "flows.jsonl"
    path.write_text(to_line(flow) + "\n")
    assert read(path) == (flow,)


@pytest.mark.parametrize("content", ["", "{}", "[1, 2]", "no JSON"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "flows.jsonl"
    if content:
        path.write_text(content)
    with pytest.raises(ResultError, match=r"flows\.jsonl cannot be read; write it with"):
        read(path)
