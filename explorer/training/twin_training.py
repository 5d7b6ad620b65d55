"""Train a plain network and its residual twin on the same generated pictures, side by side.

`python -m explorer.training.twin_training` trains them and writes one line of JSON per twin every
few steps. It reads "pause" and "go" from its input, and exits when the input is closed because the
parent process is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from explorer.pausable_process import follow_commands

if TYPE_CHECKING:
    from torch import Tensor

DEPTH, STEPS, REPORT_EVERY = 44, 800, 10
BATCH, RATE, MOMENTUM, DECAY = 32, 0.05, 0.9, 1e-4
_NICE = 15  # lower priority than the app itself


@dataclass(frozen=True)
class Point:
    """Loss and error of one twin on its latest batches.

    Attributes:
        shortcuts: whether it is the residual twin.
        step: number of batches so far.
        loss: mean cross-entropy of the batches since the last point, in nats, in training mode.
        error: share of their pictures that were misclassified, in %, in training mode.
    """

    shortcuts: bool
    step: int
    loss: float
    error: float


def train(seed: int, steps: int = STEPS, depth: int = DEPTH) -> Iterator[Point]:
    """Train both twins alternately, on the same batches in the same order.

    Args:
        seed: seed of weights, pictures and batches.
        steps: number of batches for each twin.
        depth: number of layers of each twin.

    Yields:
        A point for each twin after every tenth batch.
    """
    import torch

    from explorer.training.toy_pictures import draw_patterns

    pictures, targets = draw_patterns(seed)
    generator = torch.Generator().manual_seed(seed)
    twins = [_Twin(shortcuts, seed, depth) for shortcuts in (False, True)]
    for step in range(1, steps + 1):
        indices = torch.randint(len(pictures), (BATCH,), generator=generator)
        for twin in twins:
            twin.learn(pictures[indices], targets[indices])
            if step % REPORT_EVERY == 0:
                yield twin.report(step)


class _Twin:
    """One of the two networks, with its optimiser and its results since the last report."""

    def __init__(self, shortcuts: bool, seed: int, depth: int) -> None:
        import torch

        from explorer.training.gradient_flow import GradientNet
        from explorer.training.gradient_plans import GradientPlan, Init

        self.shortcuts = shortcuts
        self._network = GradientNet(GradientPlan(depth, shortcuts, True, Init.HE), seed).float()
        self._optimiser = torch.optim.SGD(
            self._network.parameters(), RATE, momentum=MOMENTUM, weight_decay=DECAY
        )
        self._losses: list[float] = []
        self._errors: list[float] = []

    def learn(self, pictures: Tensor, targets: Tensor) -> None:
        """Train on one batch."""
        from torch.nn import functional

        logits, _ = self._network(pictures)
        loss = functional.cross_entropy(logits, targets)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._losses.append(loss.item())
        self._errors.append(100 * float((logits.argmax(1) != targets).float().mean()))

    def report(self, step: int) -> Point:
        """Summarise the batches since the last report."""
        point = Point(self.shortcuts, step, _mean(self._losses), _mean(self._errors))
        self._losses, self._errors = [], []
        return point


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4)


def main(seed: int = 0) -> None:
    """Train the twins and write every point."""
    import torch

    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_NICE)
    torch.set_num_threads(1)
    running = threading.Event()
    follow_commands(sys.stdin, running)
    for point in train(seed):
        print(json.dumps(asdict(point)), flush=True)
        running.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
