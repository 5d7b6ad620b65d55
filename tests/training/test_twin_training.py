"""Tests of explorer/training/twin_training.py, its pictures and the recorded run."""

from __future__ import annotations

import json
import subprocess

import torch

from explorer.lessons.facts import fact
from explorer.training.live_training import COMMAND
from explorer.training.recorded_curves import recorded_run
from explorer.training.toy_pictures import CLASSES, SIDE, draw_patterns
from explorer.training.twin_training import REPORT_EVERY, STEPS, Point, train
from patience import PATIENCE


def test_both_twins_report_in_turn_and_a_seed_decides_everything() -> None:
    points = list(train(3, steps=20, depth=8))
    assert [(point.shortcuts, point.step) for point in points] == [
        (False, 10),
        (True, 10),
        (False, 20),
        (True, 20),
    ]
    assert points == list(train(3, steps=20, depth=8))
    assert points != list(train(4, steps=20, depth=8))


def test_a_shallow_twin_learns_the_pictures() -> None:
    errors = [point.error for point in train(0, steps=80, depth=8) if point.shortcuts]
    assert errors[-1] < errors[0] / 2


def test_pictures_are_the_same_for_a_seed_and_of_every_class() -> None:
    pictures, targets = draw_patterns(1, 60)
    assert pictures.shape == (60, 3, SIDE, SIDE)
    assert targets.unique().tolist() == list(range(len(CLASSES)))
    again, _ = draw_patterns(1, 60)
    assert torch.equal(pictures, again)
    assert not torch.equal(pictures, draw_patterns(2, 60)[0])


def test_the_process_ends_with_its_input() -> None:
    with subprocess.Popen(
        [*COMMAND, "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        first = Point(**json.loads(process.stdout.readline()))
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
    assert (first.shortcuts, first.step) == (False, REPORT_EVERY)


def test_the_recorded_run_shows_what_the_lesson_says() -> None:
    points = recorded_run()
    assert [point.step for point in points[1::2]] == list(range(10, STEPS + 1, REPORT_EVERY))
    plain = [point.error for point in points if not point.shortcuts][-5:]
    residual = [point.error for point in points if point.shortcuts][-5:]
    assert max(residual) < min(plain)
    plain_learned = next(p.step for p in points if not p.shortcuts and p.error < 10)
    residual_learned = next(p.step for p in points if p.shortcuts and p.error < 10)
    assert fact("learning.live.plain_learned").value == plain_learned
    assert fact("learning.live.residual_learned").value == residual_learned < plain_learned / 2
