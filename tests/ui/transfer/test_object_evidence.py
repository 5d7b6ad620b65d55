"""Tests of explorer/ui/transfer/object_evidence.py."""

from __future__ import annotations

from explorer.training.sharpness.measures import Interval
from explorer.transfer.outlined.evidence_on_object import EvidenceOnObject
from explorer.ui.transfer.object_evidence import in_words


def made(share: float) -> EvidenceOnObject:
    return EvidenceOnObject(
        ("barrel", "panda"), 24, Interval(share, share - 0.05, share + 0.05), 0.75
    )


def test_the_share_stands_beside_that_of_an_even_map() -> None:
    said = in_words(made(0.87), None)
    assert said.startswith("On the 24 held-back photos of barrel and panda")
    assert "87 % (95 % interval 82 to 92) of the evidence" in said
    assert "covers 75 % of what the network sees" in said
    assert "before" not in said


def test_after_a_training_the_share_before_it_stands_beside() -> None:
    said = in_words(made(0.87), made(0.8))
    assert "lies on the object (before the training 80 % (95 % interval 75 to 85))." in said
