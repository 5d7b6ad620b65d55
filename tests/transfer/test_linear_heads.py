import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from explorer import load
from explorer.errors import DataError
from explorer.features.extraction import extract, run_to_end
from explorer.photos.geometry import to_tensor
from explorer.transfer.linear_heads import (
    FOLDS,
    STRENGTHS,
    USUAL,
    LinearHead,
    choose_strength,
    fit_probe,
    nearest_mean,
)
from explorer.transfer.splits import inner_folds


def softmax(logits: np.ndarray) -> np.ndarray:
    return torch.from_numpy(np.asarray(logits, np.float64)).softmax(1).numpy()


def clouds(classes: int, each: int, channels: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return features around one centre for each class, at scales as different as can be."""
    random = np.random.default_rng(seed)
    targets = random.permutation(np.repeat(np.arange(classes), each))
    centres = random.normal(size=(classes, channels))
    vectors = centres[targets] + 1.5 * random.normal(size=(len(targets), channels))
    vectors = np.maximum(vectors, 0) * 10.0 ** random.uniform(-3, 2, channels)
    vectors[:, 0] = 0.7  # dead
    return vectors.astype(np.float32), targets


def reference(strength: float) -> object:
    regression = LogisticRegression(C=strength, tol=1e-6, max_iter=10_000)
    return make_pipeline(StandardScaler(), regression)


@pytest.mark.parametrize("classes", [2, 3, 7])
@pytest.mark.parametrize("channels", [6, 90])  # fewer and more than photos
def test_the_folded_probe_gives_the_probabilities_of_scikit_learn(
    classes: int, channels: int
) -> None:
    vectors, targets = clouds(classes, 10, channels)
    head = fit_probe(vectors, targets, classes, strength=0.1)
    expected = reference(0.1).fit(vectors.astype(np.float64), targets)
    assert head.weight.shape == (classes, channels)
    assert head.weight.dtype == head.bias.dtype == np.float32
    np.testing.assert_allclose(
        softmax(head.logits(vectors)), expected.predict_proba(vectors), atol=1e-4
    )


def test_on_photos_it_equals_scikit_learn_behind_plain_torchvision() -> None:
    random = np.random.default_rng(5)
    network = load("resnet18")
    photos, classes = [], []
    for index, array in enumerate([data.astronaut(), data.chelsea(), data.coffee(), data.rocket()]):
        for _ in range(9):
            top, left = random.integers(0, np.array(array.shape[:2]) - 160)
            photos.append(Image.fromarray(array[top : top + 160, left : left + 160]))
            classes.append(index)
    targets = np.array(classes)
    learned = np.arange(36) % 3 != 0

    features = run_to_end(extract(network, photos)).vectors
    strength = choose_strength(features[learned], targets[learned])
    head = fit_probe(features[learned], targets[learned], 4)

    body = network.private_module()
    body.fc = torch.nn.Identity()
    with torch.no_grad():
        plain = torch.cat([body(to_tensor(p, network.weights.preprocessing)) for p in photos])
    plain = plain.double().numpy()
    expected = reference(strength).fit(plain[learned], targets[learned])
    np.testing.assert_allclose(
        softmax(head.logits(features[~learned])), expected.predict_proba(plain[~learned]), atol=1e-4
    )
    layer = torch.nn.Linear(features.shape[1], 4)
    layer.load_state_dict(
        {"weight": torch.from_numpy(head.weight), "bias": torch.from_numpy(head.bias)}
    )
    module = network.private_module()
    module.fc = layer
    with torch.no_grad():
        x = torch.cat([to_tensor(photo, network.weights.preprocessing) for photo in photos])
        np.testing.assert_allclose(module(x).numpy(), head.logits(features), rtol=1e-3, atol=1e-3)


def test_the_strength_is_the_most_likely_in_folds_that_keep_groups_together() -> None:
    vectors, targets = clouds(4, 15, 40, seed=2)
    groups = np.arange(60)
    groups[targets == 0] = np.repeat(np.flatnonzero(targets == 0)[::3], 3)
    losses = []
    for strength in STRENGTHS:
        loss = 0.0
        for fitted, scored in inner_folds(targets, groups, 7, FOLDS):
            model = reference(strength).fit(vectors[fitted].astype(np.float64), targets[fitted])
            probabilities = model.predict_proba(vectors[scored])
            loss -= np.log(probabilities[np.arange(len(scored)), targets[scored]]).sum()
        losses.append(loss)
    best = STRENGTHS[int(np.argmin(losses))]
    assert choose_strength(vectors, targets, groups=groups, seed=7) == best


def test_one_photo_of_each_class_is_enough() -> None:
    vectors, targets = clouds(3, 1, 8)
    assert choose_strength(vectors, targets) == USUAL
    head = fit_probe(vectors, targets, 3)
    np.testing.assert_array_equal(head.logits(vectors).argmax(1), targets)


@pytest.mark.parametrize("classes", [2, 5])
def test_the_nearest_mean_is_a_linear_head(classes: int) -> None:
    vectors, targets = clouds(classes, 8, 20)
    head = nearest_mean(vectors, targets, classes)
    expected = make_pipeline(StandardScaler(), NearestCentroid()).fit(
        vectors[:, 1:].astype(np.float64), targets
    )
    np.testing.assert_array_equal(
        head.logits(vectors).argmax(1), expected.predict(vectors[:, 1:].astype(np.float64))
    )
    scaled = StandardScaler().fit_transform(vectors[:, 1:].astype(np.float64))
    means = np.stack([scaled[targets == own].mean(0) for own in range(classes)])
    apart = ((scaled[:, None] - means) ** 2).sum(2)
    logits = head.logits(vectors)
    np.testing.assert_allclose(
        logits - logits[:, :1], -(apart - apart[:, :1]) / 2, rtol=1e-3, atol=1e-3
    )


@pytest.mark.parametrize("fit", [fit_probe, nearest_mean])
def test_a_class_without_photos_is_refused(fit: object) -> None:
    vectors, targets = clouds(2, 4, 5)
    with pytest.raises(DataError, match="1 of the 3 classes have no photo"):
        fit(vectors, targets, 3)  # type: ignore[operator]


def test_logits_are_those_of_the_layer() -> None:
    head = LinearHead(np.eye(2, 3, dtype=np.float32), np.array([1, 2], np.float32))
    np.testing.assert_array_equal(
        head.logits(np.array([[3, 4, 5]], np.float32)), np.array([[4, 6]], np.float32)
    )
