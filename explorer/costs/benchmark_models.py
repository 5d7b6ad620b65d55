"""The networks that a benchmark can measure: torchvision's fifteen, one more, the built-in ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from explorer.costs.measurements import BUILTIN_SUFFIX, NetworkGroup
from explorer.errors import RequestError
from explorer.networks.variants import CONTRAST, HIGHWAYS, VARIANTS, Variant
from explorer.weights import builtin
from explorer.weights.model_cards import read_card

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class BenchmarkModel:
    """A network to measure, with random weights: its cost does not depend on them.

    Attributes:
        name: name in requests and results, e.g. "resnet50", "vgg16" or "resnet50/builtin".
        variant: entry in the catalogue.
        family: group of networks with which it may share an axis.
        width: number of channels of the stem; 64 in torchvision's networks.
        num_classes: number of outputs of the head, K.
        resolution: default height and width of its input in pixels.
    """

    name: str
    variant: Variant
    family: NetworkGroup = NetworkGroup.IMAGENET
    width: int = 64
    num_classes: int = 1000
    resolution: int = 224

    @property
    def title(self) -> str:
        """Display name."""
        built_in = self.family is NetworkGroup.BUILTIN
        return f"{self.variant.title}, built-in" if built_in else self.variant.title

    def build(self) -> nn.Module:
        """Build the torch module on the meta device, in eval mode."""
        network: nn.Module = self.variant.build(self.num_classes, self.width)
        return network


@cache
def benchmark_models() -> dict[str, BenchmarkModel]:
    """Return all models by name: the ResNets, the networks to compare with, the built-in ones."""
    full_size = VARIANTS | CONTRAST | HIGHWAYS
    imagenet = [BenchmarkModel(name, variant) for name, variant in full_size.items()]
    built_in = [_built_in(v) for v in VARIANTS.values() if builtin.path_of(v).is_file()]
    return {model.name: model for model in [*imagenet, *built_in]}


def find_benchmark_model(name: str) -> BenchmarkModel:
    """Look up a model by its name.

    Raises:
        RequestError: if no model has this name.
    """
    if name not in benchmark_models():
        raise RequestError(
            f"There is no network {name!r} to measure. Choose from {', '.join(benchmark_models())}."
        )
    return benchmark_models()[name]


def _built_in(variant: Variant) -> BenchmarkModel:
    card = read_card(builtin.path_of(variant))
    return BenchmarkModel(
        f"{variant.name}{BUILTIN_SUFFIX}",
        variant,
        NetworkGroup.BUILTIN,
        card.width,
        len(card.labels),
        card.crop_size,
    )
