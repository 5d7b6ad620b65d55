"""Who may take part in a duel, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.networks.variants import CONTRAST, VARIANTS, Variant
from explorer.networks.weight_sources import WeightSource
from explorer.ui.explain import duel_answers
from explorer.ui.networks import chosen_network
from explorer.weights.availability import Availability, availability

if TYPE_CHECKING:
    from explorer.weights.pool import NetworkKey

PASSES = 9  # that a network makes until it has answered and is measured
_MACS_PER_SECOND = 2e10  # of one core of a laptop


@dataclass(frozen=True)
class DuelNetwork:
    """A network that may take part.

    Attributes:
        variant: its entry in the catalogue.
        weights: where they are.
        key: under which it is shared.
    """

    variant: Variant
    weights: Availability
    key: NetworkKey

    @property
    def title(self) -> str:
        """The name for people."""
        return self.variant.title


def offered(group: WeightSource) -> list[DuelNetwork]:
    """List the networks that have weights of a group; beside ImageNet's, those of other kinds."""
    from explorer.weights.pool import NetworkKey

    device, precision = chosen_network.compute()
    sources = dict.fromkeys(VARIANTS.values(), group)
    if group is not WeightSource.BUILTIN:
        sources |= {variant: _only_source(variant) for variant in CONTRAST.values()}
    found = [(variant, availability(variant.name, one)) for variant, one in sources.items()]
    return [
        DuelNetwork(variant, weights, NetworkKey(variant.name, weights.source, device, precision))
        for variant, weights in found
        if weights.exists
    ]


def estimate(duelists: Sequence[DuelNetwork]) -> float:
    """Estimate the seconds of a duel: from what was measured here, else from multiply-adds."""
    from explorer.costs.benchmark_models import benchmark_models
    from explorer.costs.static_costs import count_costs

    known = duel_answers.current().costs
    seconds = 0.0
    for one in duelists:
        if one.key in known:
            seconds += known[one.key].milliseconds / 1000
        else:
            seconds += count_costs(benchmark_models()[one.variant.name]).macs / _MACS_PER_SECOND
    return PASSES * seconds


def _only_source(variant: Variant) -> WeightSource:
    """Return the recipe by which a network that is no ResNet was trained."""
    classic = availability(variant.name, WeightSource.IMAGENET_CLASSIC).exists
    return WeightSource.IMAGENET_CLASSIC if classic else WeightSource.IMAGENET_OTHER
