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
    def is_own(self) -> bool:
        """Whether it is the reader's own, which knows other classes than the rest."""
        return self.weights.source in chosen_network.OWN

    @property
    def name(self) -> str:
        """What tells it from the others of a duel."""
        return self.weights.source.value if self.is_own else self.variant.name

    @property
    def title(self) -> str:
        """Name of the network on the page."""
        if self.is_own:
            return f"{self.weights.source.heading} ({self.variant.title})"
        return self.variant.title


def offered(group: WeightSource) -> list[DuelNetwork]:
    """List the networks with weights from a source, then the reader's own.

    With ImageNet's weights, there are networks of other families as well.
    """
    from explorer.weights.pool import NetworkKey

    device, precision = chosen_network.compute()
    sources = dict.fromkeys(VARIANTS.values(), group)
    if group is not WeightSource.BUILTIN:
        sources |= {variant: _only_source(variant) for variant in CONTRAST.values()}
    candidates = [
        (variant, availability(variant.name, source)) for variant, source in sources.items()
    ]
    shared = [
        DuelNetwork(variant, weights, NetworkKey(variant.name, weights.source, device, precision))
        for variant, weights in candidates
        if weights.exists
    ]
    return shared + _own()


def _own() -> list[DuelNetwork]:
    """List the reader's own networks that name classes."""
    found = ((source, chosen_network.own(source)) for source in chosen_network.OWN)
    return [
        DuelNetwork(
            own.network.variant,
            Availability(own.network.variant.name, source, source.heading, here=True),
            own.key,
        )
        for source, own in found
        if own is not None and own.network.labels
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
