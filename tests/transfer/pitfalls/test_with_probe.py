from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from explorer.explain.batches import explain_many
from explorer.features.extraction import extract, run_to_end
from explorer.photos.geometry import Preprocessing, to_tensor
from explorer.photos.near_duplicates import NEAR, distances, gradient_hashes
from explorer.transfer.linear_heads import LinearHead, fit_probe
from explorer.transfer.pitfalls import with_probe
from explorer.transfer.pitfalls.with_probe import (
    PATCH,
    Probing,
    corner_share,
    imbalance,
    leakage,
    near_copy,
    shortcut,
    with_patch,
)
from explorer.transfer.taught_network import with_head
from tiny_teaching import LABELS, PREPROCESSING, tiny_network, tiny_photos, tiny_split


@pytest.fixture(scope="module")
def probing() -> Probing:
    photos, network = tiny_photos(24), tiny_network()
    vectors = run_to_end(extract(network, photos.photos)).vectors
    random = np.random.default_rng(0)  # so hard that the probe makes mistakes
    vectors = vectors + 3 * vectors.std(0) * random.normal(size=vectors.shape).astype(np.float32)
    return Probing(network, photos, tiny_split(photos), vectors)


def test_a_near_copy_is_found_by_the_search_for_near_duplicates(photo: Image.Image) -> None:
    copy = near_copy(photo)
    assert copy.width < photo.width
    hashes = gradient_hashes([photo, copy])
    assert distances(hashes[:1], hashes[1:])[0, 0] <= NEAR


def test_leaked_copies_help_where_they_leaked(
    probing: Probing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(with_probe, "near_copy", lambda photo: photo.transpose(0))
    asked: list[int] = []

    def same_features(own: Probing, photos: list[Image.Image]) -> np.ndarray:
        """As if copies were seen exactly as their originals."""
        digests = [one.transpose(0).tobytes() for one in photos]
        places = [[p.tobytes() for p in own.photos.photos].index(one) for one in digests]
        asked.extend(places)
        return own.vectors[places]

    monkeypatch.setattr(Probing, "features_of", same_features)
    found = leakage(probing)
    learn, check = probing.split.learn, probing.split.check
    assert set(asked) < set(check)
    assert found.copies == len(asked) == len(check) // 2
    head = fit_probe(
        probing.vectors[[*learn, *asked]], probing.photos.classes[[*learn, *asked]], len(LABELS)
    )
    right = head.logits(probing.vectors).argmax(1) == probing.photos.classes
    others = np.setdiff1d(check, asked)
    assert found.after.value == right[check].mean()
    assert found.copied.value == right[asked].mean()
    assert found.others.value == right[others].mean()
    assert found.copied.value > found.copied_before.value
    honest = fit_probe(probing.vectors[learn], probing.photos.classes[learn], len(LABELS))
    was_right = honest.logits(probing.vectors).argmax(1) == probing.photos.classes
    assert found.before.value == was_right[check].mean()
    assert found.others_before.value == was_right[others].mean()


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (64, 64)])
def test_the_patch_lies_in_the_corner_of_what_the_network_sees(size: tuple[int, int]) -> None:
    preprocessing = Preprocessing(100, 120, (0.0,) * 3, (1.0,) * 3)
    photo = Image.new("RGB", size)
    x = to_tensor(with_patch(photo, preprocessing), preprocessing)[0]
    edge = round(100 * (1 - PATCH))
    assert x[:, edge + 3 : -2, edge + 3 : -2].amax(0).min() > 0.1
    assert x[:, : edge - 3].max() < 0.02
    assert x[:, :, : edge - 3].max() < 0.02
    assert np.asarray(photo).max() == 0  # the reader's photo stays as it is


def test_the_shortcut_is_learned_from_one_class_and_measured_on_all(probing: Probing) -> None:
    found = shortcut(probing, planted=1)
    learn, check = probing.split.learn, probing.split.check
    classes, count = probing.photos.classes, len(LABELS)
    patched = probing.features_of(
        [with_patch(photo, PREPROCESSING) for photo in probing.photos.photos]
    )
    marked = np.where((classes == 1)[:, None], patched, probing.vectors)
    fooled = fit_probe(marked[learn], classes[learn], count)
    clean = fit_probe(probing.vectors[learn], classes[learn], count)

    def accuracy(head: LinearHead, vectors: np.ndarray) -> float:
        return float((head.logits(vectors[check]).argmax(1) == classes[check]).mean())

    assert found.label == LABELS[1]
    assert found.before.value == accuracy(clean, probing.vectors)
    assert found.after.value == accuracy(fooled, probing.vectors)
    assert found.patched_before.value == accuracy(clean, patched)
    assert found.patched_after.value == accuracy(fooled, patched)
    others = check[classes[check] != 1]
    assert found.drawn_after.value == (fooled.logits(patched[others]).argmax(1) == 1).mean()
    assert found.corner_before == corner_share(probing, clean, 1)
    assert found.corner_after == corner_share(probing, fooled, 1)


def test_the_corner_of_a_map_is_where_the_patch_is(probing: Probing) -> None:
    photos, planted = probing.photos, 1
    head = LinearHead(
        probing.network.module.fc.weight.numpy(), probing.network.module.fc.bias.numpy()
    )
    own = [at for at in probing.split.check if photos.classes[at] == planted]
    opened = [with_patch(photos.photos[at], PREPROCESSING).copy for at in own]
    network = with_head(probing.network, head, LABELS)
    maps = [one.heatmap for batch in explain_many(network, opened, target=planted) for one in batch]
    assert maps[0].shape == (1, 1)  # of 32 pixels: the corner is all there is
    expected = np.mean([one.max() > 0 for one in maps])
    assert corner_share(probing, head, planted) == pytest.approx(expected)


def test_rare_classes_are_forgotten_and_uneven_checks_hide_it(
    probing: Probing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(with_probe, "MANY", 9)
    found = imbalance(probing)
    learn, check, classes = probing.split.learn, probing.split.check, probing.photos.classes
    chosen = [*learn[classes[learn] == 0][:9], learn[classes[learn] == 1][0]]
    head = fit_probe(probing.vectors[chosen], classes[chosen], len(LABELS))
    right = head.logits(probing.vectors[check]).argmax(1) == classes[check]
    recalls = [right[classes[check] == own].mean() for own in (0, 1)]
    assert (found.ratio, found.photos) == (9, 10)
    assert found.after.value == right.mean()
    assert found.rare_after.value == recalls[1]
    assert found.as_dealt == pytest.approx((9 * recalls[0] + recalls[1]) / 10)
    assert found.rare_after.value < found.rare_before.value
