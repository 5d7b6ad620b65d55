"""What a training will cost, said before it starts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from explorer.networks.layer_summary import layer_summary
from explorer.networks.network import Network, run_chain
from explorer.photos.geometry import to_tensor
from explorer.training.trained_parts import Scope, trained_links
from explorer.transfer.fine_tuning import TuningPlan
from explorer.transfer.labelled_photos import LabelledPhotos
from explorer.transfer.splits import Split

SAMPLE = 4  # photos that are timed
START = 6.0  # seconds until the process has imported torch
BACKWARD = 2.0  # passes that a backward pass costs: for the inputs, and for the weights


@dataclass(frozen=True)
class TuningCost:
    """Time that a photo takes on this machine.

    Attributes:
        preparation: time to make the network's input of it, in seconds.
        forward: time of a forward pass at the network's own size, in seconds.
    """

    preparation: float
    forward: float

    def seconds(self, network: Network, plan: TuningPlan, learn: int, choose: int) -> float:
        """Estimate the time of a whole training.

        Args:
            network: network to train.
            plan: how it is trained.
            learn: number of photos to learn from.
            choose: number of photos to choose on.
        """
        recipe = plan.recipe
        smaller = (recipe.resolution / network.weights.preprocessing.crop_size) ** 2
        passes = smaller * (1 + BACKWARD * trained_share(network, plan))
        batch = min(recipe.batch_size, learn)
        steps = learn // batch * batch
        watched = (choose + learn * recipe.record_training) if choose else learn
        training = steps * (self.preparation + passes * self.forward)
        watching = watched * (self.preparation + self.forward)
        return START + recipe.epochs * training + (recipe.epochs + bool(choose)) * watching


def trained_share(network: Network, plan: TuningPlan) -> float:
    """Return the share of the multiply-adds that a backward pass goes through, 0..1."""
    summary = layer_summary(network)
    if plan.parts.scope is Scope.ALL:
        return 1.0
    trained = trained_links(tuple(summary.links), plan.parts.scope)
    return sum(summary.links[name].macs for name in trained) / summary.macs


def measure_cost(
    network: Network,
    photos: LabelledPhotos,
    split: Split,
    clock: Callable[[], float] = time.perf_counter,
) -> TuningCost:
    """Time a few photos; the second pass counts, as the first one is always slower.

    Args:
        network: network to train; shared and only read.
        photos: the photos.
        split: which of them are for what.
        clock: function that returns the time in seconds.
    """
    chosen = [photos.photos[at] for at in split.learn[:SAMPLE]]
    started = clock()
    x = torch.cat([to_tensor(photo, network.weights.preprocessing) for photo in chosen])
    prepared = clock()
    with torch.no_grad(), network.autocast():
        run_chain(network, x.to(network.device))
        warm = clock()
        run_chain(network, x.to(network.device))
    return TuningCost((prepared - started) / len(chosen), (clock() - warm) / len(chosen))
