"""Photos that are nearly the same: shot twice, saved again, made smaller, or slightly cropped.

A hash of 256 bits says for each of 16 x 16 places whether the photo gets brighter to the right
(N. Krawetz's "difference hash"). Copies differ in a few bits, other photos in about half.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

NEAR = 25  # bits; of 1,071 validation photos of Caltech-101, 27 have a training photo within it
_SIDE = 16

Hashes = NDArray[np.bool_]
Groups = NDArray[np.intp]


def gradient_hash(image: Image.Image) -> Hashes:
    """Return the hash of a photo, shape (256,)."""
    grey = image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS)
    pixels = np.asarray(grey, dtype=np.int16)
    hashed: Hashes = (pixels[:, 1:] > pixels[:, :-1]).ravel()
    return hashed


def gradient_hashes(photos: Sequence[Image.Image]) -> Hashes:
    """Return the hashes of photos, shape (N, 256)."""
    return np.stack([gradient_hash(photo) for photo in photos])


def distances(first: Hashes, second: Hashes) -> NDArray[np.intp]:
    """Count the bits that differ.

    Args:
        first: hashes, shape (N, 256).
        second: hashes, shape (M, 256).

    Returns:
        Number of bits, shape (N, M).
    """
    signs = [np.where(hashes, np.float32(1), np.float32(-1)) for hashes in (first, second)]
    agreeing = signs[0] @ signs[1].T  # agreeing less differing bits; exact in float32
    differing: NDArray[np.intp] = ((first.shape[1] - agreeing) / 2).astype(np.intp)
    return differing


def duplicate_groups(hashes: Hashes, near: int = NEAR) -> Groups:
    """Group photos that are connected by near duplicates.

    Args:
        hashes: hashes of the photos, shape (N, 256).
        near: number of bits in which near duplicates differ at most.

    Returns:
        For each photo the smallest index in its group, shape (N,); its own if it is alone.
    """
    groups = np.arange(len(hashes))
    alike = distances(hashes, hashes) <= near
    for index in np.flatnonzero(alike.sum(1) > 1):
        joined = np.unique(groups[alike[index]])
        if len(joined) > 1:
            groups[np.isin(groups, joined)] = joined[0]
    return groups
