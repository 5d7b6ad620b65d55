import numpy as np
import pytest
from PIL import Image

from explorer.transfer.labelled_photos import LabelledPhotos
from explorer.transfer.learning_curve import learning_curve, probing
from explorer.transfer.splits import Plan, plan


def planned(counts: list[int]) -> tuple[np.ndarray, Plan]:
    classes = np.repeat(np.arange(len(counts)), counts)
    photos = LabelledPhotos((Image.new("RGB", (8, 8)),) * len(classes), classes, ("a", "b"), ())
    photos.__dict__["groups"] = np.arange(len(classes))
    return classes, plan(photos)


@pytest.mark.parametrize("counts", [[90, 80], [30, 20]])  # one split, and a cross-validation
def test_draws_are_of_photos_that_are_not_checked(counts: list[int]) -> None:
    classes, made = planned(counts)
    drawn: list[tuple[list[int], list[int]]] = []

    def learn(learned: np.ndarray, asked: np.ndarray) -> np.ndarray:
        drawn.append((learned.tolist(), asked.tolist()))
        return np.zeros(len(asked), int)

    points = list(learning_curve(learn, classes, made, counts=(4, 1, 999), draws=3))
    assert [point.per_class for point in points] == [1, 4, None]
    assert made.crosses == (counts == [30, 20])
    for at, (learned, asked) in enumerate(drawn):
        split = made.splits[at % 3 % len(made.splits)]
        assert asked == split.check.tolist()
        assert set(learned) <= set(split.known.tolist())
        if at < 6:
            assert np.bincount(classes[learned]).tolist() == [(1, 4)[at // 3]] * 2
        else:
            assert learned == split.known.tolist()
    assert set(drawn[0][0]) < set(drawn[3][0])  # the same draw, with more photos
    assert drawn[0][0] != drawn[1][0]
    share = np.mean([(classes[asked] == 0).mean() for _, asked in drawn[:3]])
    assert points[0].mean == pytest.approx(share)
    assert points[0].low <= points[0].mean <= points[0].high
    assert points[1].learned == 8


def test_a_probe_gets_better_with_more_photos() -> None:
    classes, made = planned([90, 80])
    random = np.random.default_rng(0)
    vectors = (classes[:, None] + 2 * random.normal(size=(170, 20))).astype(np.float32)
    learn = probing(vectors, classes, np.arange(170))
    points = list(learning_curve(learn, classes, made, counts=(1, 20)))
    assert points[0].mean + 0.1 < points[1].mean <= points[2].mean + 0.1
    assert [len(point.accuracies) for point in points] == [5, 5, 1]
