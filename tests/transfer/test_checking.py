import numpy as np
import pytest
import torch
from sklearn.metrics import balanced_accuracy_score, confusion_matrix

from explorer.training.calibration import expected_calibration_error, fit_temperature
from explorer.transfer.checking import Answers, check, difference, fitted_temperature
from explorer.transfer.intervals import over_folds, paired_difference, wilson
from explorer.transfer.splits import Split, cross_validation, single_split

LABELS = ("ant", "beaver", "crab")


@pytest.fixture
def classes() -> np.ndarray:
    return np.repeat(np.arange(3), [40, 30, 14])


def answers(splits: list[Split], classes: np.ndarray, noise: float) -> list[Answers]:
    random = np.random.default_rng(1)
    logits = 4 * np.eye(3)[classes] + noise * random.normal(size=(len(classes), 3))
    logits = (3 * logits).astype(np.float32)  # too sure
    return [Answers.of(one, logits[one.choose], logits[one.check], classes) for one in splits]


def test_every_number_of_a_single_split(classes: np.ndarray) -> None:
    split = single_split(classes, np.arange(84), 0)
    (one,) = answers([split], classes, 3)
    found = check([one], classes, LABELS)
    true, predicted = classes[split.check], one.check.argmax(1)
    right = int((true == predicted).sum())
    assert found.accuracy == wilson(right, len(true))
    assert found.macro == pytest.approx(balanced_accuracy_score(true, predicted))
    assert found.majority == pytest.approx((true == 0).mean())
    np.testing.assert_array_equal(found.answered.confusion, confusion_matrix(true, predicted))
    assert found.answered.photos == len(true)
    for own, accuracy in enumerate(found.answered.by_class()):
        count = int((true == own).sum())
        assert (accuracy.label, accuracy.photos) == (LABELS[own], count)
        assert accuracy.accuracy == wilson(int(((true == predicted) & (true == own)).sum()), count)
    chosen = torch.from_numpy(one.choose), torch.from_numpy(classes[split.choose])
    assert found.temperature == one.temperature == pytest.approx(fit_temperature(*chosen))
    assert found.temperature > 1
    scaled = torch.from_numpy(one.check / one.temperature)
    error = expected_calibration_error(scaled, torch.from_numpy(true))
    assert found.calibration_error == pytest.approx(error, abs=1e-4)
    probabilities = scaled.softmax(1).numpy()
    wrong = [(float(-p.max()), i, t, int(p.argmax()))
             for p, i, t in zip(probabilities, split.check, true, strict=True)
             if p.argmax() != t]  # fmt: skip
    mistakes = found.answered.mistakes
    expected = [(i, t, p) for _, i, t, p in sorted(wrong)]
    assert [(m.photo, m.true, m.predicted) for m in mistakes] == expected
    assert mistakes[0].probability == pytest.approx(-min(wrong)[0])


def test_a_cross_validation_counts_photos_once(classes: np.ndarray) -> None:
    splits = list(cross_validation(classes, np.arange(84), 0, folds=4, repeats=2))
    given = answers(splits, classes, 3)
    found = check(given, classes, LABELS)
    shares = [float((one.predicted == classes[one.split.check]).mean()) for one in given]
    ratio = np.mean([len(split.check) / len(split.known) for split in splits])
    assert found.accuracy == over_folds(shares, float(ratio), 84)
    assert found.answered.photos == 84
    assert found.answered.confusion.sum() == 168
    assert [one.photos for one in found.answered.by_class()] == [40, 30, 14]
    mistakes = found.answered.mistakes
    assert len({mistake.photo for mistake in mistakes}) == len(mistakes)
    assert sorted(mistakes, key=lambda one: -one.probability) == list(mistakes)


def test_two_classifiers_are_compared_photo_by_photo(classes: np.ndarray) -> None:
    split = single_split(classes, np.arange(84), 0)
    better, worse = (answers([split], classes, noise) for noise in (1, 6))
    checks = [check(each, classes, LABELS) for each in (better, worse)]
    true = classes[split.check]
    expected = paired_difference(better[0].predicted == true, worse[0].predicted == true)
    assert difference(*checks, classes) == expected
    assert expected.is_clear
    assert difference(checks[0], checks[0], classes).value == 0

    splits = list(cross_validation(classes, np.arange(84), 0))
    checks = [check(answers(splits, classes, noise), classes, LABELS) for noise in (1, 6)]
    found = difference(*checks, classes)
    assert found.value == pytest.approx(checks[0].accuracy.value - checks[1].accuracy.value)
    assert found.is_clear


def test_a_temperature_of_few_photos_stays_usable() -> None:
    assert fitted_temperature(np.zeros((0, 3), np.float32), np.zeros(0, int)) == 1
    sure = np.array([[9, 0, 0], [0, 9, 0]], np.float32)
    assert fitted_temperature(sure, np.array([0, 1])) == 1
    assert fitted_temperature(sure, np.array([1, 0])) > 1
    assert fitted_temperature(np.zeros((2, 3), np.float32), np.array([1, 0])) == 1
