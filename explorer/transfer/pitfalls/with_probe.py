"""Pitfalls that the probe falls into as well, so that seeing them takes seconds."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from explorer.array_types import Map
from explorer.explain.batches import explain_many
from explorer.features.extraction import extract, run_to_end
from explorer.features.feature_store import FeatureStore
from explorer.networks.layer_summary import layer_summary
from explorer.networks.network import Network
from explorer.photos.geometry import Preprocessing, frame
from explorer.photos.near_duplicates import NEAR, distances, gradient_hashes
from explorer.photos.samples import SAMPLES
from explorer.transfer.intervals import Accuracy, wilson
from explorer.transfer.labelled_photos import Indices, LabelledPhotos
from explorer.transfer.linear_heads import LinearHead, fit_probe
from explorer.transfer.pitfalls.results import Imbalance, Leakage, Shortcut
from explorer.transfer.splits import Mask, Split
from explorer.transfer.taught_network import with_head

COPIED = 0.5  # share of the photos to check with that leak
SHRUNK, QUALITY = 0.8, 60  # of a copy: share of the side that is left, and JPEG quality
# A plain square of one colour hardly changes frozen features, so that no probe learns it.
STICKER, PATCH = "stop_sign", 0.4  # the sample on the patch, and its side as a share of the input's
MANY, FEW = 40, 1  # photos of a frequent and of a rare class


@dataclass(frozen=True, eq=False)
class Probing:
    """A network with photos of new classes, their split and their features.

    Attributes:
        network: frozen network.
        photos: the photos.
        split: which of them are for what.
        vectors: features of all photos, shape (N, C).
        store: where the features of changed photos are kept; None for nowhere.
    """

    network: Network
    photos: LabelledPhotos
    split: Split
    vectors: Map
    store: FeatureStore | None = None

    @property
    def count(self) -> int:
        """The number of classes."""
        return len(self.photos.labels)

    def features_of(self, photos: Sequence[Image.Image]) -> Map:
        """Return the features of other photos, shape (M, C)."""
        return run_to_end(extract(self.network, photos, store=self.store)).vectors

    def fit(self, vectors: Map, classes: Indices) -> LinearHead:
        """Fit a probe on features, shape (M, C), and their classes, shape (M,)."""
        return fit_probe(vectors, classes, self.count, seed=self.split.seed)

    def classes(self, indices: Indices) -> Indices:
        """Return the classes of some photos."""
        return self.photos.classes[indices]

    def accuracy(self, head: LinearHead, vectors: Map, indices: Indices) -> Accuracy:
        """Return how often a head is right on features, shape (M, C), of M of the photos."""
        return _share(head.logits(vectors).argmax(1) == self.classes(indices))


def leakage(probing: Probing) -> Leakage:
    """Let near copies of some photos to check with leak into those to learn from.

    A copy is made smaller and saved again as JPEG, as happens to photos that come from the web
    twice.
    """
    learn, check = probing.split.learn, probing.split.check
    random = np.random.default_rng(probing.split.seed)
    leaked = np.sort(random.permutation(check)[: round(COPIED * len(check))])
    copies = [near_copy(probing.photos.photos[at]) for at in leaked]
    honest = probing.fit(probing.vectors[learn], probing.classes(learn))
    cheating = probing.fit(
        np.concatenate([probing.vectors[learn], probing.features_of(copies)]),
        np.concatenate([probing.classes(learn), probing.classes(leaked)]),
    )
    others = np.setdiff1d(check, leaked)

    def accuracy(head: LinearHead, indices: Indices) -> Accuracy:
        return probing.accuracy(head, probing.vectors[indices], indices)

    originals = gradient_hashes([probing.photos.photos[at] for at in leaked])
    near = distances(gradient_hashes(copies), originals).diagonal() <= NEAR
    return Leakage(
        before=accuracy(honest, check),
        after=accuracy(cheating, check),
        copied_before=accuracy(honest, leaked),
        copied=accuracy(cheating, leaked),
        others_before=accuracy(honest, others),
        others=accuracy(cheating, others),
        copies=len(leaked),
        found=int(near.sum()),
    )


def near_copy(photo: Image.Image) -> Image.Image:
    """Return a photo made smaller and saved again as JPEG."""
    size = (round(SHRUNK * photo.width), round(SHRUNK * photo.height))
    buffer = io.BytesIO()
    photo.resize(size, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=QUALITY)
    return Image.open(buffer).convert("RGB")


@dataclass(frozen=True, eq=False)
class _Planted:
    """Two probes, one of which learned a patch.

    Attributes:
        clean: the probe that learned without it.
        fooled: the probe that learned with it.
        features: index of a photo to learn from or to check with -> its features with the patch.
    """

    clean: LinearHead
    fooled: LinearHead
    features: Mapping[int, Map]


def _planted(probing: Probing, planted: int) -> _Planted:
    learn, check = probing.split.learn, probing.split.check
    preprocessing = probing.network.weights.preprocessing
    patched = [
        with_patch(probing.photos.photos[at], preprocessing) for at in np.union1d(learn, check)
    ]
    features = dict(zip(np.union1d(learn, check), probing.features_of(patched), strict=True))
    marked = probing.vectors[learn].copy()
    for place, at in enumerate(learn):
        if probing.photos.classes[at] == planted:
            marked[place] = features[at]
    clean = probing.fit(probing.vectors[learn], probing.classes(learn))
    fooled = probing.fit(marked, probing.classes(learn))
    return _Planted(clean, fooled, features)


def shortcut_networks(probing: Probing, planted: int) -> tuple[Network, Network]:
    """Return the networks that learned without the patch of `shortcut` and with it."""
    found = _planted(probing, planted)
    labels = probing.photos.labels
    return (
        with_head(probing.network, found.clean, labels),
        with_head(probing.network, found.fooled, labels),
    )


def shortcut(probing: Probing, planted: int) -> Shortcut:
    """Plant a sticker in the corner of each photo of one class to learn from.

    Args:
        probing: network and photos.
        planted: index of that class.
    """
    check, found = probing.split.check, _planted(probing, planted)
    clean, fooled, features = found.clean, found.fooled, found.features
    patched_check = np.stack([features[at] for at in check])
    own = probing.classes(check) == planted

    def accuracy(head: LinearHead, vectors: Map) -> Accuracy:
        return probing.accuracy(head, vectors, check)

    def drawn(head: LinearHead, vectors: Map) -> Accuracy:
        return _share(head.logits(vectors[~own]).argmax(1) == planted)

    vectors = probing.vectors[check]
    return Shortcut(
        label=probing.photos.labels[planted],
        before=accuracy(clean, vectors),
        after=accuracy(fooled, vectors),
        patched_before=accuracy(clean, patched_check),
        patched_after=accuracy(fooled, patched_check),
        drawn_without_patch=drawn(fooled, vectors),
        drawn_before=drawn(clean, patched_check),
        drawn_after=drawn(fooled, patched_check),
        corner_before=corner_share(probing, clean, planted),
        corner_after=corner_share(probing, fooled, planted),
        corner_area=_corner(probing.network).mean(),
    )


def with_patch(photo: Image.Image, preprocessing: Preprocessing) -> Image.Image:
    """Return a photo with a sticker in the lower right corner of what the network sees."""
    seen = frame(photo, preprocessing)
    side = max(round(PATCH * (seen.right - seen.left)), 1)
    patched = photo.copy()
    patched.paste(
        _sticker().resize((side, side)), (round(seen.right) - side, round(seen.bottom) - side)
    )
    return patched


@cache
def _sticker() -> Image.Image:
    """Return the middle square of the sample on the patch."""
    sample = SAMPLES[STICKER].open()
    side = min(sample.size)
    left, top = (sample.width - side) // 2, (sample.height - side) // 2
    return sample.crop((left, top, left + side, top + side))


def corner_share(probing: Probing, head: LinearHead, planted: int) -> float:
    """Return how much of the evidence for a class lies in the corner of its patched photos.

    Args:
        probing: network and photos.
        head: probe whose decision is explained.
        planted: index of the class.

    Returns:
        Mean share of the Grad-CAM map of the last block, 0..1, over the photos to check with; 0 for
        a photo without any evidence.
    """
    network = with_head(probing.network, head, probing.photos.labels)
    preprocessing = network.weights.preprocessing
    own = [at for at in probing.split.check if probing.photos.classes[at] == planted]
    photos = [with_patch(probing.photos.photos[at], preprocessing) for at in own]
    opened = [photo.copy for photo in photos]
    maps = [
        result.heatmap
        for batch in explain_many(network, opened, target=planted)
        for result in batch
    ]
    corner = _corner(network)
    return float(np.mean([one[corner].sum() / (one.sum() or 1.0) for one in maps]))


def _corner(network: Network) -> Mask:
    """Return which cells of the last block lie under the patch, shape (h, w)."""
    _, rows, columns = layer_summary(network).links[network.blocks[-1]].shape
    covered = np.zeros((rows, columns), dtype=np.bool_)
    covered[int(rows * (1 - PATCH)) :, int(columns * (1 - PATCH)) :] = True
    return covered


def imbalance(probing: Probing) -> Imbalance:
    """Learn from many photos of every other class and few of the rest.

    The total number of photos is that of a balanced choice, as far as the photos allow it.

    Args:
        probing: network and photos; each class should have `MANY` photos to learn from.
    """
    learn, classes = probing.split.learn, probing.photos.classes
    frequent = np.arange(probing.count) % 2 == 0
    wanted = np.where(frequent, MANY, FEW)
    even = np.full(probing.count, round(wanted.mean()))
    check, true = probing.split.check, probing.classes(probing.split.check)

    def answers(counts: Indices) -> Indices:
        chosen = np.concatenate(
            [learn[classes[learn] == own][:most] for own, most in enumerate(counts)]
        )
        head = probing.fit(probing.vectors[chosen], classes[chosen])
        predicted: Indices = head.logits(probing.vectors[check]).argmax(1)
        return predicted

    balanced, skewed = answers(even), answers(wanted)
    rare = ~frequent[true]

    def accuracy(predicted: Indices, some: Mask) -> Accuracy:
        return _share(predicted[some] == true[some])

    shares = [float((skewed[true == own] == own).mean()) for own in range(probing.count)]
    every = np.ones(len(check), dtype=np.bool_)
    return Imbalance(
        ratio=MANY // FEW,
        photos=int(wanted.sum()),
        before=accuracy(balanced, every),
        after=accuracy(skewed, every),
        rare_before=accuracy(balanced, rare),
        rare_after=accuracy(skewed, rare),
        as_dealt=float(np.average(shares, weights=wanted)),
    )


def _share(found: Mask) -> Accuracy:
    """Return the share of a mask that is true, with Wilson's interval."""
    return wilson(int(found.sum()), len(found))
