"""Small pictures that the app draws itself, for a network to learn in a minute."""

from __future__ import annotations

import torch
from torch import Tensor

SIDE, COUNT = 16, 1024  # rows and columns of a picture; pictures in a training set
CLASSES = ("stripes across", "stripes down", "rising stripes", "falling stripes", "checks", "rings")
NOISE = 0.6  # deviation; the drawing itself reaches from -1 to 1


def draw_patterns(seed: int, count: int = COUNT) -> tuple[Tensor, Tensor]:
    """Draw noisy patterns of random pitch and place.

    Args:
        seed: the same one draws the same pictures.
        count: how many.

    Returns:
        Pictures, float32, shape (N, 3, 16, 16), and their classes, shape (N,).
    """
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(len(CLASSES), (count,), generator=generator)
    pitch = 1.0 + torch.rand(count, 1, 1, generator=generator)
    shift = 6.3 * torch.rand(2, count, 1, 1, generator=generator)
    along = torch.arange(SIDE, dtype=torch.float32)
    y, x = along.view(1, -1, 1) * pitch + shift[0], along.view(1, 1, -1) * pitch + shift[1]
    middle = pitch * SIDE / 2
    rings = ((y - shift[0] - middle) ** 2 + (x - shift[1] - middle) ** 2).sqrt() + shift[0]
    y, x = y.expand_as(rings), x.expand_as(rings)
    rising, falling = ((x + y) * 0.7).sin(), ((x - y) * 0.7).sin()
    checks = 1.4 * y.sin() * x.sin()
    patterns = torch.stack([y.sin(), x.sin(), rising, falling, checks, rings.sin()])
    drawn = patterns[targets, torch.arange(count)].unsqueeze(1).expand(-1, 3, -1, -1)
    return drawn + NOISE * torch.randn(drawn.shape, generator=generator), targets
