"""The model card of a taught network, like that of any other network that was trained here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from explorer.networks.network import Network
from explorer.training.calibration import expected_calibration_error
from explorer.training.evaluation import Evaluation
from explorer.transfer.checking import Check
from explorer.transfer.labelled_photos import Indices
from explorer.transfer.taught_record import TaughtRecord
from explorer.weights.model_cards import ModelCard

CONFUSIONS = 8  # listed


def card_of(network: Network, record: TaughtRecord, check: Check, classes: Indices) -> ModelCard:
    """Write the card of a taught network.

    Args:
        network: the network.
        record: how it was taught.
        check: its answers to the photos that were held back.
        classes: class index of every photo, shape (N,).
    """
    logits = torch.from_numpy(np.concatenate([one.check for one in check.answers]))
    true = torch.from_numpy(np.concatenate([classes[one.split.check] for one in check.answers]))
    preprocessing = network.weights.preprocessing
    top1 = 100 * record.accuracy.value
    return ModelCard(
        variant=record.variant,
        width=network.weights.width,
        labels=network.labels,
        parameters=sum(p.numel() for p in network.module.parameters()),
        resize_size=preprocessing.resize_size,
        crop_size=preprocessing.crop_size,
        mean=preprocessing.mean,
        std=preprocessing.std,
        photos=check.answered.photos,
        top1=top1,
        top1_float32=top1,  # the file loses nothing
        top5=Evaluation(logits, true).accuracy(5),
        mean_per_class=100 * record.macro_accuracy,
        temperature=network.weights.temperature,
        calibration_error=check.calibration_error,
        calibration_error_before=expected_calibration_error(logits, true),
        confusions=_confusions(check, network.labels),
        samples=(),
        limits="Photos of anything else: it names one of these classes whatever it sees.",
        recipe=record.recipe,
        command=record.command,
        data=record.photos.in_words,
        licence="not stated",
        squash=preprocessing.squash,
    )


def _confusions(check: Check, labels: Sequence[str]) -> tuple[str, ...]:
    """Return the most frequent confusions in words, worst first."""
    counts = check.answered.confusion
    wrong = [
        (int(counts[true, predicted]), true, predicted)
        for true, predicted in zip(*counts.nonzero(), strict=True)
        if true != predicted
    ]
    worst = sorted(wrong, key=lambda one: (-one[0], one[1], one[2]))[:CONFUSIONS]
    return tuple(
        f"{labels[true]} taken for {labels[predicted]}: {count} of {int(counts[true].sum())}"
        for count, true, predicted in worst
    )
