import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

from explorer.training.evaluation import Evaluation, evaluate

# Three classes; photos 0..3 belong to class 0, photo 4 to class 1, none to class 2.
LOGITS = torch.tensor([[3.0, 2, 1], [3, 2, 1], [3, 2, 1], [1, 2, 3], [3, 2, 1]])
TARGETS = torch.tensor([0, 0, 0, 0, 1])


def test_scores_by_hand() -> None:
    scores = Evaluation(LOGITS, TARGETS)
    assert scores.accuracy() == pytest.approx(60.0)
    assert scores.accuracy(2) == pytest.approx(80.0)
    assert scores.accuracy(5) == pytest.approx(100.0)
    assert scores.mean_per_class == pytest.approx((75.0 + 0.0) / 2)
    assert scores.confusion.tolist() == [[3, 0, 1], [1, 0, 0], [0, 0, 0]]


def test_the_worst_confusions_come_first() -> None:
    scores = Evaluation(LOGITS, TARGETS)
    assert scores.worst_confusions(5) == [(0, 2, 1), (1, 0, 1)]
    assert scores.worst_confusions(1) == [(0, 2, 1)]
    assert scores.count(0) == 4


def test_loss_is_the_mean_negative_log_probability() -> None:
    probabilities = LOGITS.exp() / LOGITS.exp().sum(1, keepdim=True)
    expected = -probabilities[range(5), TARGETS].log().mean().item()
    assert Evaluation(LOGITS, TARGETS).loss == pytest.approx(expected)


def test_every_photo_is_scored_once_in_eval_mode() -> None:
    module = nn.Sequential(
        nn.BatchNorm2d(3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 4)
    )
    photos = torch.randn(10, 3, 8, 8)
    scores = evaluate(module, TensorDataset(photos, torch.arange(10) % 4), batch_size=3)
    assert torch.allclose(scores.logits, module.eval()(photos), atol=1e-6)
    assert scores.targets.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert not module.training
