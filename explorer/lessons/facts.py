"""Numbers for texts, from recorded files: a text names a fact instead of repeating its digits.

A placeholder in a text is the name of a fact in double braces, e.g. {{builtin.resnet18.top1}}: the
group, then the name in that group. An unknown name is a bug, which a test finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from explorer.lessons import recorded_facts, transfer_facts
from explorer.lessons.fact import Fact
from explorer.networks.variants import CONTRAST, VARIANTS, Variant
from explorer.weights import builtin
from explorer.weights.model_cards import read_card
from explorer.weights.published_recipes import PublishedRecipe, published

if TYPE_CHECKING:
    from torch import nn

_PLACEHOLDER = re.compile(r"\{\{([\w.]+)\}\}")


def fact(name: str) -> Fact:
    """Look up a fact.

    Args:
        name: group of the fact and name in that group, e.g. "imagenet.vgg16.macs".

    Raises:
        KeyError: if there is no fact of this name.
    """
    group, _, rest = name.partition(".")
    if group not in _GROUPS or rest not in _facts(group):
        raise KeyError(f"There is no fact {name!r}.")
    return _facts(group)[rest]


def fill(text: str) -> str:
    """Replace the placeholders in a text with the facts that they name.

    Raises:
        KeyError: if there is no fact of a given name.
    """
    return _PLACEHOLDER.sub(lambda match: fact(match[1]).text, text)


@cache
def _facts(group: str) -> Mapping[str, Fact]:
    return _GROUPS[group]()


def _builtin() -> dict[str, Fact]:
    """Collect accuracies in % and parameter counts from the built-in networks' model cards."""
    facts: dict[str, Fact] = {}
    for name, variant in VARIANTS.items():
        path = builtin.path_of(variant)
        if path.is_file():
            card = read_card(path)
            facts |= {
                f"{name}.top1": Fact.percent(card.top1),
                f"{name}.mean_per_class": Fact.percent(card.mean_per_class),
                f"{name}.params": Fact.amount(card.parameters),
                f"{name}.photos": Fact(card.photos, f"{card.photos:,}"),
            }
    return facts


def _imagenet() -> dict[str, Fact]:
    """Collect parameters, multiply-adds, and accuracies in % by recipe from torchvision."""
    facts = {}
    for name, variant in (VARIANTS | CONTRAST).items():
        meta = variant.published[0].meta
        facts[f"{name}.params"] = Fact.amount(meta["num_params"])
        facts[f"{name}.macs"] = Fact.amount(round(1e9 * meta["_ops"]))
        facts |= {
            f"{name}.{recipe}": Fact.percent(weights.top1)
            for recipe in PublishedRecipe
            if (weights := published(name, recipe))
        }
    return facts | _comparisons(facts)


def _comparisons(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Compute the differences and quotients of facts that texts mention."""
    classic, new = facts["resnet50.classic"].value, facts["resnet50.new"].value
    shallower = facts["resnet34.classic"].value
    wide, deep = facts["wide_resnet50_2.macs"].value, facts["resnet101.macs"].value
    narrow = facts["resnet50.macs"].value
    return {
        "resnet50.gain_by_recipe": Fact.tenths(new - classic),
        "resnet50.gain_by_depth": Fact.tenths(classic - shallower),
        "resnet50.gain_by_default": Fact.tenths(new - shallower),
        "wide_resnet50_2.macs_of_resnet50": Fact.tenths(wide / narrow),
        "resnet101.macs_of_resnet50": Fact.tenths(deep / narrow),
    }


def _highway() -> dict[str, Fact]:
    """Count the costs of a highway network with ResNet's layers, which nobody has published."""
    from explorer.costs.benchmark_models import find_benchmark_model
    from explorer.costs.static_costs import count_costs

    highway, resnet = (
        count_costs(find_benchmark_model("highway34")),
        count_costs(find_benchmark_model("resnet34")),
    )
    return {
        "highway34.params": Fact.amount(highway.params),
        "highway34.macs": Fact.amount(highway.macs),
        "highway34.params_of_resnet34": Fact.tenths(highway.params / resnet.params),
        "highway34.macs_of_resnet34": Fact.tenths(highway.macs / resnet.macs),
    }


def _layers() -> dict[str, Fact]:
    """Count layers with weights, blocks, and shortcuts with weights in the networks themselves."""
    facts: dict[str, Fact] = {}
    for name, variant in VARIANTS.items():
        if variant.family == "ResNet":
            facts |= {f"{name}.{key}": count for key, count in _layer_counts(variant).items()}
    return facts


def _layer_counts(variant: Variant) -> dict[str, Fact]:
    from torch.nn import Conv2d, Linear

    network = variant.build()
    weighted = [name for name, m in network.named_modules() if isinstance(m, Conv2d | Linear)]
    projections = [name for name in weighted if "downsample" in name]
    blocks = sum(len(getattr(network, f"layer{stage}")) for stage in (1, 2, 3, 4))
    projection_params = sum(
        p.numel() for name, p in network.named_parameters() if "downsample" in name
    )
    return {
        "counted": Fact.count(len(weighted) - len(projections)),
        "projections": Fact.count(len(projections)),
        "identities": Fact.count(blocks - len(projections)),
        "blocks": Fact.count(blocks),
        "projection_params": Fact.amount(projection_params),
        "projection_share": Fact.percent(100 * projection_params / _params(network), digits=1),
    }


def _blocks() -> dict[str, Fact]:
    """Count the parameters of one block of each kind on 256 channels."""
    import torch
    from torchvision.models.resnet import BasicBlock, Bottleneck

    with torch.device("meta"):
        return {
            "basic.params": Fact.amount(_params(BasicBlock(256, 256))),
            "bottleneck.params": Fact.amount(_params(Bottleneck(256, 64))),
        }


_GROUPS: dict[str, Callable[[], dict[str, Fact]]] = {
    "builtin": _builtin,
    "imagenet": _imagenet,
    "highway": _highway,
    "layers": _layers,
    "blocks": _blocks,
    "flow": recorded_facts.gradient_flow,
    "cuts": recorded_facts.lesions,
    "times": recorded_facts.times,
    "learning": recorded_facts.learning,
    "transfer": transfer_facts.transfer,
}


def _params(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
