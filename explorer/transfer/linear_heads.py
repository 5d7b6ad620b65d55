"""Heads that are fitted on the features of a frozen network, in no time beside its training.

Both kinds are linear, so that each becomes the network's own last layer.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from threadpoolctl import ThreadpoolController

from explorer.array_types import Map
from explorer.errors import DataError
from explorer.photos.near_duplicates import Groups
from explorer.transfer.labelled_photos import Indices
from explorer.transfer.splits import inner_folds

STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # C of scikit-learn; less is a stronger penalty
USUAL = 0.03  # where there are too few photos to choose by
FOLDS = 3
_TOLERANCE, _ROUGH = 1e-5, 1e-3  # of the gradient; rough is enough to compare strengths
_ITERATIONS = 10_000  # never reached, so that nothing is said about it
# Small problems are slower on many threads, whose number belongs to the whole process.
_FITTING, _BLAS = threading.Lock(), ThreadpoolController()

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearHead:
    """A linear layer from features to logits, without any other preparation of the features.

    Attributes:
        weight: float32, shape (K, C); two rows for two classes.
        bias: float32, shape (K,).
    """

    weight: Map
    bias: Map

    def logits(self, vectors: Map) -> Map:
        """Return the logits of features, shape (N, C), as float32, shape (N, K)."""
        logits: Map = vectors @ self.weight.T + self.bias
        return logits


def fit_probe(
    vectors: Map,
    classes: Indices,
    count: int,
    *,
    groups: Groups | None = None,
    strength: float | None = None,
    seed: int = 0,
) -> LinearHead:
    """Fit scikit-learn's logistic regression on standardised features: a linear probe.

    Args:
        vectors: features to learn from, shape (N, C).
        classes: class index of each photo, shape (N,).
        count: number of classes, K.
        groups: group of near duplicates of each photo, shape (N,); None if all photos differ.
        strength: C of scikit-learn; None chooses it with `choose_strength`.
        seed: seed of that choice.

    Raises:
        DataError: if a class has no photo.
    """
    _check_classes(classes, count)
    if strength is None:
        strength = choose_strength(vectors, classes, groups=groups, seed=seed)
    scale = _Scale.of(vectors)
    model = _Model(scale(vectors), classes)
    weight, bias = model.fit(strength, _TOLERANCE)
    return scale.folded(weight, bias)


def choose_strength(
    vectors: Map, classes: Indices, *, groups: Groups | None = None, seed: int = 0
) -> float:
    """Choose C by cross-validation among the photos to learn from: the highest likelihood.

    Args:
        vectors: features to learn from, shape (N, C).
        classes: class index of each photo, shape (N,).
        groups: group of near duplicates of each photo, shape (N,); None if all photos differ.
        seed: seed that photos are dealt by.

    Returns:
        One of `STRENGTHS`; `USUAL` if no photo can be set aside.
    """
    if groups is None:
        groups = np.arange(len(classes))
    losses = np.zeros(len(STRENGTHS))
    for fitted, scored in inner_folds(classes, groups, seed, FOLDS):
        losses += _losses(vectors, classes, fitted, scored)
    return STRENGTHS[int(losses.argmin())] if losses.any() else USUAL


def nearest_mean(vectors: Map, classes: Indices, count: int) -> LinearHead:
    """Return the head that takes the class whose mean is nearest, in standardised features.

    The distance |z - m|^2 = |z|^2 - 2 m z + |m|^2 is linear in z but for its first part, which is
    the same for all classes.

    Args:
        vectors: features to learn from, shape (N, C).
        classes: class index of each photo, shape (N,).
        count: number of classes, K.

    Raises:
        DataError: if a class has no photo.
    """
    _check_classes(classes, count)
    scale = _Scale.of(vectors)
    scaled = scale(vectors)
    means = np.stack([scaled[classes == own].mean(0) for own in range(count)])
    return scale.folded(means, -(means**2).sum(1) / 2)


@dataclass(frozen=True, eq=False)
class _Scale:
    """Standardisation: mean and deviation of each feature, float64, shape (C,)."""

    mean: Array
    deviation: Array

    @classmethod
    def of(cls, vectors: Map) -> _Scale:
        exact = vectors.astype(np.float64)
        deviation = exact.std(0)
        # A feature that never changes says nothing; rounding must not blow it up.
        constant = deviation <= 1e-6 * np.abs(exact).max(0, initial=0)
        return cls(exact.mean(0), np.where(constant, 1.0, deviation))

    def __call__(self, vectors: Map) -> Array:
        scaled: Array = (vectors - self.mean) / self.deviation
        return scaled

    def folded(self, weight: Array, bias: Array) -> LinearHead:
        """Return the head that does to features what the weights do to scaled ones."""
        weight = weight / self.deviation
        bias = bias - weight @ self.mean
        return LinearHead(weight.astype(np.float32), bias.astype(np.float32))


class _Model:
    """Logistic regression on scaled features, to be fitted with one strength after the other.

    With fewer photos than features it is fitted in the space that the photos span: the penalty
    keeps the weights in it anyway, so that the result is the same and comes sooner.

    Args:
        scaled: standardised features, shape (N, C).
        classes: class index of each photo, shape (N,).
    """

    def __init__(self, scaled: Array, classes: Indices) -> None:
        self._basis: Array | None = None
        self._classes = classes
        self._features = scaled
        if len(scaled) < scaled.shape[1]:
            with _FITTING, _BLAS.limit(limits=1, user_api="blas"):
                basis, coordinates = np.linalg.qr(scaled.T)
            self._features, self._basis = coordinates.T, basis.T
        self._regression = LogisticRegression(warm_start=True, max_iter=_ITERATIONS)

    def fit(self, strength: float, tolerance: float) -> tuple[Array, Array]:
        """Fit, starting from the fit before; return weights, shape (K, C), and biases, (K,)."""
        self._regression.set_params(C=strength, tol=tolerance)
        with (
            _FITTING,
            _BLAS.limit(limits=1, user_api="blas"),
            config_context(assume_finite=True, skip_parameter_validation=True),
        ):
            self._regression.fit(self._features, self._classes)
        weight, bias = self._regression.coef_, self._regression.intercept_
        if len(weight) == 1:  # of two classes: what the second has more than the first
            weight, bias = np.stack([-weight[0], weight[0]]) / 2, np.array([-bias[0], bias[0]]) / 2
        return (weight if self._basis is None else weight @ self._basis), bias


def _losses(vectors: Map, classes: Indices, fitted: Indices, scored: Indices) -> Array:
    """Return the summed cross-entropy of the scored photos for each strength, in nats."""
    scale = _Scale.of(vectors[fitted])
    model, held = _Model(scale(vectors[fitted]), classes[fitted]), scale(vectors[scored])
    losses = []
    for strength in STRENGTHS:
        weight, bias = model.fit(strength, _ROUGH)
        logits = held @ weight.T + bias
        highest = logits.max(1, keepdims=True)
        total = highest[:, 0] + np.log(np.exp(logits - highest).sum(1))
        losses.append((total - logits[np.arange(len(scored)), classes[scored]]).sum())
    return np.array(losses)


def _check_classes(classes: Indices, count: int) -> None:
    missing = np.flatnonzero(np.bincount(classes, minlength=count) == 0)
    if len(missing):
        raise DataError(
            f"{len(missing)} of the {count} classes have no photo to learn from; add some."
        )
