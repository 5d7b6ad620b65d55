import pytest
import torch
from torch import Tensor

from explorer.training.calibration import calibrate, expected_calibration_error, fit_temperature
from explorer.training.evaluation import Evaluation


def honest(photos: int = 20_000, scale: float = 1.0, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Return logits, times a scale, whose softmax is the true distribution of the targets."""
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(photos, 5, generator=generator)
    targets = torch.multinomial(logits.softmax(1), 1, generator=generator)[:, 0]
    return logits * scale, targets


def test_the_error_by_hand() -> None:
    # Two photos at 0.8, one of them right; two at 0.6, both right.
    probabilities = torch.tensor([[0.8, 0.2], [0.8, 0.2], [0.6, 0.4], [0.6, 0.4]])
    targets = torch.tensor([0, 1, 0, 0])
    expected = 100 * (0.5 * abs(0.8 - 0.5) + 0.5 * abs(0.6 - 1.0))
    assert expected_calibration_error(probabilities.log(), targets) == pytest.approx(expected)


def test_a_probability_of_one_falls_into_the_last_bin() -> None:
    logits = torch.tensor([[1000.0, 0.0]])
    assert expected_calibration_error(logits, torch.tensor([0])) == 0
    assert expected_calibration_error(logits, torch.tensor([1])) == 100


def test_the_temperature_undoes_the_scale_of_the_logits() -> None:
    for scale in (0.5, 1.0, 3.0):
        assert fit_temperature(*honest(scale=scale)) == pytest.approx(scale, rel=0.05)


def test_a_network_too_sure_of_itself_is_calmed() -> None:
    result = calibrate(Evaluation(*honest(scale=3.0)))
    assert result.temperature == pytest.approx(3.0, rel=0.05)
    assert result.error < 2 < result.error_before


def test_where_a_temperature_does_not_help_it_stays_one() -> None:
    logits, targets = honest(photos=400)
    result = calibrate(Evaluation(logits, targets))
    fitted = fit_temperature(logits[0::2], targets[0::2])
    errors = [expected_calibration_error(logits[1::2] / t, targets[1::2]) for t in (1.0, fitted)]
    assert result.error == min(errors)
    assert result.error_before == errors[0]
