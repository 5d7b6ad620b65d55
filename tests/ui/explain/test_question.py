"""Tests of explorer/ui/explain/question.py."""

from __future__ import annotations

from explorer.explain.analysis import Prediction
from explorer.ui.explain.question import Question

CAR, CUP = Prediction(3, "car_side", 0.6), Prediction(7, "cup", 0.1)


def test_one_class_has_evidence_for_and_against_it() -> None:
    question = Question(CAR, None, "layer4.1", signed=True)
    assert question.other is None
    assert question.supports == "supports car side"
    assert question.opposes == "counts against car side"


def test_evidence_against_one_of_two_classes_is_evidence_for_the_other() -> None:
    question = Question(CAR, CUP, "layer4.1", signed=True)
    assert question.other == 7
    assert question.supports == "supports car side rather than cup"
    assert question.opposes == "supports cup"
