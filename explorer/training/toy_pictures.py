"""Small generated pictures that a network learns in a minute."""

from __future__ import annotations

import torch
from torch import Tensor

SIDE, COUNT = 16, 1024  # rows and columns of a picture; pictures in a training set
CLASSES = ("stripes across", "stripes down", "rising stripes", "falling stripes", "checks", "rings")
NOISE = 0.6  # standard deviation; the pattern itself ranges from -1 to 1


def draw_patterns(seed: int, count: int = COUNT) -> tuple[Tensor, Tensor]:
    """Draw noisy patterns with random pitch and offset.

    Args:
        seed: seed of the pictures.
        count: number of pictures, N.

    Returns:
        Pictures, float32, shape (N, 3, 16, 16), and their classes, shape (N,).
    """
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(len(CLASSES), (count,), generator=generator)
    pitch = 1.0 + torch.rand(count, 1, 1, generator=generator)
    shift = 6.3 * torch.rand(2, count, 1, 1, generator=generator)
    positions = torch.arange(SIDE, dtype=torch.float32)
    y = positions.view(1, -1, 1) * pitch + shift[0]
    x = positions.view(1, 1, -1) * pitch + shift[1]
    centre = pitch * SIDE / 2
    rings = ((y - shift[0] - centre) ** 2 + (x - shift[1] - centre) ** 2).sqrt() + shift[0]
    y, x = y.expand_as(rings), x.expand_as(rings)
    rising, falling = ((x + y) * 0.7).sin(), ((x - y) * 0.7).sin()
    checks = 1.4 * y.sin() * x.sin()
    patterns = torch.stack([y.sin(), x.sin(), rising, falling, checks, rings.sin()])
    pictures = patterns[targets, torch.arange(count)].unsqueeze(1).expand(-1, 3, -1, -1)
    return pictures + NOISE * torch.randn(pictures.shape, generator=generator), targets
