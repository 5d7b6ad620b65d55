"""Tests of explorer/transfer/answered_photos.py, by counting one by one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.training import calibration
from explorer.training.calibration import expected_calibration_error
from explorer.transfer.answered_photos import Answer, AnsweredPhotos, answered_photos
from explorer.transfer.intervals import wilson
from explorer.transfer.splits import plan
from explorer.transfer.taught_record import How
from explorer.transfer.teaching import run_to_end, teaching
from taught_example import base, example, photos

LABELS = ("cat", "dog", "elk")


def made() -> AnsweredPhotos:
    """Two cats, one of them taken for a dog twice; one dog taken for an elk; no elk."""
    answers = [(0, 0, 0, 0.9), (1, 0, 1, 0.55), (1, 0, 1, 0.8), (2, 1, 2, 0.95), (0, 0, 0, 0.7)]
    return AnsweredPhotos(LABELS, tuple(Answer(*one) for one in answers))


def test_confusion_counts_every_answer() -> None:
    assert made().confusion.tolist() == [[2, 2, 0], [0, 0, 1], [0, 0, 0]]
    assert made().photos == 3


def test_mistakes_are_listed_once_the_most_confident_first() -> None:
    assert made().mistakes == (Answer(2, 1, 2, 0.95), Answer(1, 0, 1, 0.8))


def test_photos_of_a_cell_and_of_a_whole_class() -> None:
    assert made().found(0, 1) == (Answer(1, 0, 1, 0.8),)
    assert made().found(0) == (Answer(0, 0, 0, 0.9), Answer(1, 0, 1, 0.8))
    assert made().found(2) == ()


def test_a_class_is_counted_by_photos_and_one_without_photos_says_so() -> None:
    cat, dog, elk = made().by_class()
    assert (cat.photos, cat.taken_for, cat.precision) == (2, "dog", 1.0)
    assert cat.accuracy == wilson(1, 2)
    assert (dog.accuracy, dog.precision, dog.taken_for) == (wilson(0, 1), 0.0, "elk")
    assert (elk.photos, elk.accuracy, elk.precision) == (0, None, 0.0)


def test_repeats_of_a_cross_validation_make_no_interval_narrower() -> None:
    every = photos(6)
    checked = run_to_end(
        teaching(base(), every, How.PROBE, plan(every, folds=2)), lambda step: None
    ).check
    answered = checked.answered
    assert len(answered.answers) == 2 * answered.photos == 2 * len(every.photos)
    for own, record in enumerate(answered.by_class()):
        of_class = [answer for answer in answered.answers if answer.true == own]
        right = sum(answer.right for answer in of_class) / 2
        assert record.accuracy == wilson(right, len(of_class) // 2)
    assert sum(own.photos for own in answered.reliability()) >= answered.photos


def test_bins_of_certainty_give_the_expected_calibration_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("explorer.transfer.answered_photos.BINS", calibration.BINS)
    taught, every = example(), photos()
    (one,) = taught.check.answers
    answered = taught.check.answered
    gap = sum(
        own.photos * abs(own.probability - own.accuracy.value) for own in answered.reliability()
    )
    logits = torch.from_numpy(one.check / np.float32(one.temperature))
    expected = expected_calibration_error(logits, torch.from_numpy(every.classes[one.split.check]))
    assert 100 * gap / answered.photos == pytest.approx(expected, abs=1e-4)


def test_answers_keep_their_order_and_find_the_class_of_their_photo() -> None:
    answered = answered_photos(LABELS, np.arange(9) % 3, (4, 7), (1, 2), (0.6, 0.8))
    assert answered.answers == (Answer(4, 1, 1, 0.6), Answer(7, 1, 2, 0.8))
