"""Measure the calibration of probabilities, and fit the temperature that improves it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from explorer.training.evaluation import Evaluation

BINS = 15  # of equal width, as in Guo et al. (2017)


@dataclass(frozen=True)
class Calibration:
    """The temperature of a network, fitted on one half of some photos.

    Attributes:
        temperature: divisor of the logits before the softmax; 1 if no other value helps.
        error_before: expected calibration error of the other half at temperature 1, in percentage
            points.
        error: expected calibration error of the other half at `temperature`, in percentage points.
    """

    temperature: float
    error_before: float
    error: float


def calibrate(scores: Evaluation) -> Calibration:
    """Fit a temperature (Guo et al., 2017) on every other photo, and evaluate it on the rest.

    Args:
        scores: scores of at least two photos, sorted by class so that both halves hold every class.
    """
    temperature = fit_temperature(scores.logits[0::2], scores.targets[0::2])
    logits, targets = scores.logits[1::2], scores.targets[1::2]
    before = expected_calibration_error(logits, targets)
    after = expected_calibration_error(logits / temperature, targets)
    if after >= before:
        return Calibration(1.0, before, before)
    return Calibration(temperature, before, after)


def expected_calibration_error(logits: Tensor, targets: Tensor) -> float:
    """Return the mean gap between predicted probability and accuracy, in percentage points.

    Photos are binned by the probability of their predicted class; bins are weighted by their number
    of photos (Naeini et al., 2015).

    Args:
        logits: logits, shape (N, K).
        targets: class indices, shape (N,).
    """
    confidence, predicted = logits.double().softmax(1).max(1)
    correct = (predicted == targets).double()
    bins = (confidence * BINS).long().clamp(max=BINS - 1)
    gaps = torch.zeros(BINS, dtype=torch.float64).index_add(0, bins, confidence - correct)
    return 100 * (gaps.abs().sum() / len(targets)).item()


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """Find the temperature that maximises the likelihood of the true classes.

    Args:
        logits: logits, shape (N, K).
        targets: class indices, shape (N,).
    """
    logits = logits.double()
    log_temperature = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([log_temperature], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        entropy = functional.cross_entropy(logits / log_temperature.exp(), targets)
        entropy.backward()
        return entropy

    optimizer.step(loss)
    return log_temperature.exp().item()
