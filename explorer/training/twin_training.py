"""A plain network and its residual twin learn the same made pictures, step by step, side by side.

`python -m explorer.training.twin_training` trains them and writes a line of JSON for every few
steps. It reads "pause" and "go" from its input, and ends when the input does: when whoever asked is
gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from torch import Tensor

PAUSE, GO = "pause", "go"
DEPTH, STEPS, REPORT_EVERY = 44, 800, 10
BATCH, RATE, MOMENTUM, DECAY = 32, 0.05, 0.9, 1e-4
_NICE = 15  # the app's own work goes first


@dataclass(frozen=True)
class Point:
    """How one of the twins did on the last few batches.

    Attributes:
        shortcuts: whether it is the residual one.
        step: batches so far.
        loss: mean cross-entropy of these batches, in nats, measured while it learns.
        error: of their pictures, in %, likewise.
    """

    shortcuts: bool
    step: int
    loss: float
    error: float


def train(seed: int, steps: int = STEPS, depth: int = DEPTH) -> Iterator[Point]:
    """Train both twins with the same batches in the same order, in turn.

    Args:
        seed: of weights, pictures and batches.
        steps: batches for each.
        depth: layers of each.

    Yields:
        A point for each twin after every tenth batch.
    """
    import torch

    from explorer.training.toy_pictures import draw_patterns

    pictures, targets = draw_patterns(seed)
    batches = torch.Generator().manual_seed(seed)
    twins = [_Twin(shortcuts, seed, depth) for shortcuts in (False, True)]
    for step in range(1, steps + 1):
        chosen = torch.randint(len(pictures), (BATCH,), generator=batches)
        for twin in twins:
            twin.learn(pictures[chosen], targets[chosen])
            if step % REPORT_EVERY == 0:
                yield twin.report(step)


class _Twin:
    """One of the two, with its optimiser and what it did since its last report."""

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
        self._wrong: list[float] = []

    def learn(self, pictures: Tensor, targets: Tensor) -> None:
        """Take one step of gradient descent."""
        from torch.nn import functional

        logits, _ = self._network(pictures)
        loss = functional.cross_entropy(logits, targets)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._losses.append(loss.item())
        self._wrong.append(100 * float((logits.argmax(1) != targets).float().mean()))

    def report(self, step: int) -> Point:
        """Sum up the batches since the last report."""
        point = Point(self.shortcuts, step, _mean(self._losses), _mean(self._wrong))
        self._losses, self._wrong = [], []
        return point


def _mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4)


def _obey(commands: TextIO, going: threading.Event) -> None:
    """Pause and go on as told; end with the input."""
    for line in commands:
        if line.strip() == PAUSE:
            going.clear()
        else:
            going.set()
    os._exit(0)


def main(seed: int = 0) -> None:
    """Train, and write every point."""
    import torch

    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_NICE)
    torch.set_num_threads(1)
    going = threading.Event()
    going.set()
    threading.Thread(target=_obey, args=(sys.stdin, going), daemon=True).start()
    for point in train(seed):
        print(json.dumps(asdict(point)), flush=True)
        going.wait()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
