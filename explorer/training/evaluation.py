"""Evaluate a network on labelled photos."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from explorer.networks.class_outputs import class_scores


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Scores of a network on N labelled photos, in eval mode.

    Attributes:
        logits: logits in float32 on the CPU, shape (N, K).
        targets: class index of each photo, shape (N,).
    """

    logits: Tensor
    targets: Tensor

    @property
    def loss(self) -> float:
        """Mean cross-entropy in nats."""
        return functional.cross_entropy(self.logits, self.targets).item()

    def accuracy(self, k: int = 1) -> float:
        """Percentage of photos whose class is among the k most probable."""
        best = self.logits.topk(min(k, self.logits.shape[1])).indices
        return 100 * (best == self.targets[:, None]).any(1).float().mean().item()

    @property
    def confusion(self) -> Tensor:
        """Counts of (true class, predicted class), shape (K, K)."""
        classes = self.logits.shape[1]
        pairs = self.targets * classes + self.logits.argmax(1)
        return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    def count(self, index: int) -> int:
        """Count the photos of a class."""
        return int((self.targets == index).sum())

    def worst_confusions(self, count: int) -> list[tuple[int, int, int]]:
        """Return (true class, predicted class, number of photos) of the most frequent mistakes."""
        mistakes = self.confusion.fill_diagonal_(0)
        photos, cells = mistakes.flatten().sort(descending=True, stable=True)
        classes = len(mistakes)
        return [
            (cell // classes, cell % classes, number)
            for cell, number in zip(cells[:count].tolist(), photos[:count].tolist(), strict=True)
            if number
        ]

    @property
    def mean_per_class(self) -> float:
        """Mean of the top-1 accuracies of all classes that occur, in %."""
        confusion = self.confusion
        photos = confusion.sum(1)
        return 100 * (confusion.diagonal()[photos > 0] / photos[photos > 0]).mean().item()


@torch.no_grad()
def evaluate(
    module: nn.Module, photos: Dataset[tuple[Tensor, int]], batch_size: int = 64
) -> Evaluation:
    """Run a network over labelled photos, in float32.

    Args:
        module: classifier, which is put into eval mode.
        photos: pairs of a normalised photo, shape (3, H, W), and its class index.
        batch_size: number of photos per pass.
    """
    module.eval()
    device = next(module.parameters()).device
    logits, targets = [], []
    for x, y in DataLoader(photos, batch_size):
        x = x.to(device, memory_format=torch.channels_last)
        logits.append(class_scores(module(x).float().cpu()))
        targets.append(y)
    return Evaluation(torch.cat(logits), torch.cat(targets))
