"""Folders of tiny photos, and stores of them, for tests of the search."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from explorer.search.collection import Collection
from explorer.search.memory_store import MemoryStore
from explorer.search.vector_space import vector_space
from tiny_teaching import tiny_network


def photo_at(path: Path, seed: int) -> Path:
    """Write a small photo of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (24, 30, 3), np.uint8)
    Image.fromarray(pixels).save(path, format="PNG")
    return path


def photo_folder(path: Path, count: int = 6) -> Path:
    """A folder with `count` photos in two folders."""
    for seed in range(count):
        photo_at(path / ("cat", "dog")[seed % 2] / f"{seed:03}.png", seed)
    return path


def empty_collection() -> Collection:
    """A collection in memory, for vectors of the tiny network."""
    space = vector_space(tiny_network())
    return Collection("pets", space, MemoryStore([], np.zeros((0, space.dimension), np.float32)))
