"""The networks that can take part in a duel, and the estimated time of a duel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.networks.variants import CONTRAST, VARIANTS, Variant
from explorer.networks.weight_sources import WeightSource
from explorer.ui.duel import duel_answers
from explorer.ui.networks import chosen_network
from explorer.weights.availability import Availability, availability

if TYPE_CHECKING:
    from explorer.weights.pool import NetworkKey

PASSES = 13  # per network, for its answer and for its measured time
_MACS_PER_SECOND = 2e10  # on one core of a laptop


@dataclass(frozen=True)
class DuelNetwork:
    """A network that can take part in a duel.

    Attributes:
        variant: the network's entry in the catalogue.
        weights: the weights of the network, and whether they are on this machine.
        key: the key of the network in the pool that all sessions share.
    """

    variant: Variant
    weights: Availability
    key: NetworkKey

    @property
    def title(self) -> str:
        """Name of the network on the page."""
        return self.variant.title


def offered(group: WeightSource) -> list[DuelNetwork]:
    """List the networks with weights from a source; with ImageNet's, other families as well."""
    from explorer.weights.pool import NetworkKey

    device, precision = chosen_network.compute()
    sources = dict.fromkeys(VARIANTS.values(), group)
    if group is not WeightSource.BUILTIN:
        sources |= {variant: _only_source(variant) for variant in CONTRAST.values()}
    candidates = [
        (variant, availability(variant.name, source)) for variant, source in sources.items()
    ]
    return [
        DuelNetwork(variant, weights, NetworkKey(variant.name, weights.source, device, precision))
        for variant, weights in candidates
        if weights.exists
    ]


def estimate(duelists: Sequence[DuelNetwork]) -> float:
    """Estimate the seconds of a duel: from times measured here, else from multiply-adds."""
    from explorer.costs.benchmark_models import benchmark_models
    from explorer.costs.static_costs import count_costs

    costs = duel_answers.current().costs
    seconds = 0.0
    for duelist in duelists:
        if duelist.key in costs:
            seconds += costs[duelist.key].time.median / 1000
        else:
            seconds += count_costs(benchmark_models()[duelist.variant.name]).macs / _MACS_PER_SECOND
    return PASSES * seconds


def _only_source(variant: Variant) -> WeightSource:
    """Return the ImageNet weights source of a network of another family."""
    classic = availability(variant.name, WeightSource.IMAGENET_CLASSIC).exists
    return WeightSource.IMAGENET_CLASSIC if classic else WeightSource.IMAGENET_OTHER
