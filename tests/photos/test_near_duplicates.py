import io
import itertools

import numpy as np
import pytest
from PIL import Image
from skimage import data

from explorer.photos.near_duplicates import (
    NEAR,
    distances,
    duplicate_groups,
    gradient_hash,
    gradient_hashes,
)


@pytest.fixture(scope="module")
def others() -> list[Image.Image]:
    arrays = [data.astronaut(), data.chelsea(), data.coffee(), data.rocket()]
    return [Image.fromarray(array) for array in arrays]


def test_copies_are_near_and_other_photos_are_not(others: list[Image.Image]) -> None:
    for photo in others:
        buffer = io.BytesIO()
        photo.save(buffer, "JPEG", quality=40)
        copies = [
            photo.resize((photo.width // 3, photo.height // 3)),
            Image.open(buffer).convert("RGB"),
            photo.point(lambda value: value * 0.8),
            photo.crop((3, 3, photo.width - 3, photo.height - 3)),
        ]
        hashes = gradient_hashes([photo, *copies])
        assert distances(hashes[:1], hashes).max() <= NEAR
    apart = distances(gradient_hashes(others), gradient_hashes(others))
    assert apart[~np.eye(len(others), dtype=bool)].min() > NEAR


def test_a_hash_says_where_a_photo_gets_brighter() -> None:
    ramp = np.repeat(np.linspace(0, 255, 170, dtype=np.uint8)[None], 160, 0)
    assert gradient_hash(Image.fromarray(ramp).convert("RGB")).all()
    assert not gradient_hash(Image.fromarray(ramp[:, ::-1].copy()).convert("RGB")).any()


def test_groups_are_the_connected_parts() -> None:
    random = np.random.default_rng(1)
    hashes = np.repeat(random.random((12, 256)) < 0.5, 5, 0)
    for row in hashes:  # chains: each copy differs a little from the next
        row[random.integers(0, 256, 12)] ^= True
    hashes = random.permutation(hashes)
    apart = (hashes[:, None] != hashes[None]).sum(2)
    np.testing.assert_array_equal(distances(hashes, hashes), apart)
    expected = list(range(len(hashes)))
    for _ in hashes:
        for i, j in itertools.permutations(range(len(hashes)), 2):
            if apart[i, j] <= NEAR:
                expected[i] = expected[j] = min(expected[i], expected[j])
    assert duplicate_groups(hashes).tolist() == expected
    assert 12 <= len(set(expected)) < 60


def test_a_group_may_be_a_chain_of_which_the_ends_differ() -> None:
    hashes = np.zeros((4, 256), dtype=bool)
    for link in range(4):
        hashes[link, : 20 * link] = True
    assert duplicate_groups(hashes[[3, 1, 0, 2]]).tolist() == [0, 0, 0, 0]
    assert duplicate_groups(hashes[[3, 1, 0]]).tolist() == [0, 1, 1]


def test_two_thousand_equal_photos_are_one_group() -> None:
    hashes = np.zeros((2000, 256), dtype=bool)
    assert not duplicate_groups(hashes).any()
