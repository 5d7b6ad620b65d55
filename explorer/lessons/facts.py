"""Numbers for texts, from recorded files: a text names a fact and never holds its digits.

A placeholder in a text is the name of a fact in double braces, e.g. {{builtin.resnet18.top1}}: its
group, then its name in the group. An unknown one is a mistake of ours, and a test finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from explorer.lessons import recorded_facts
from explorer.lessons.fact import Fact
from explorer.networks.variants import CONTRAST, VARIANTS, Variant
from explorer.weights import builtin
from explorer.weights.cards import read_card
from explorer.weights.recipes import PublishedRecipe, published

if TYPE_CHECKING:
    from torch import nn

_PLACEHOLDER = re.compile(r"\{\{([\w.]+)\}\}")


def fact(name: str) -> Fact:
    """Look a fact up.

    Args:
        name: its group and its name in it, e.g. "imagenet.vgg16.macs".

    Raises:
        KeyError: if there is none of this name.
    """
    group, _, rest = name.partition(".")
    if group not in _GROUPS or rest not in _facts(group):
        raise KeyError(f"There is no fact {name!r}.")
    return _facts(group)[rest]


def fill(text: str) -> str:
    """Put the facts that a text names into it.

    Raises:
        KeyError: if there is no such fact.
    """
    return _PLACEHOLDER.sub(lambda found: fact(found[1]).text, text)


@cache
def _facts(group: str) -> Mapping[str, Fact]:
    return _GROUPS[group]()


def _builtin() -> dict[str, Fact]:
    """From the cards of the built-in networks: accuracies in %, and parameters."""
    found: dict[str, Fact] = {}
    for name, variant in VARIANTS.items():
        path = builtin.path_of(variant)
        if path.is_file():
            card = read_card(path)
            found |= {
                f"{name}.top1": Fact.percent(card.top1),
                f"{name}.mean_per_class": Fact.percent(card.mean_per_class),
                f"{name}.params": Fact.amount(card.parameters),
                f"{name}.photos": Fact(card.photos, f"{card.photos:,}"),
            }
    return found


def _imagenet() -> dict[str, Fact]:
    """From torchvision's metadata: parameters, multiply-adds, accuracies in % by recipe."""
    found = {}
    for name, variant in (VARIANTS | CONTRAST).items():
        meta = variant.published[0].meta
        found[f"{name}.params"] = Fact.amount(meta["num_params"])
        found[f"{name}.macs"] = Fact.amount(round(1e9 * meta["_ops"]))
        found |= {
            f"{name}.{recipe}": Fact.percent(weights.top1)
            for recipe in PublishedRecipe
            if (weights := published(name, recipe))
        }
    return found | _compared(found)


def _compared(found: Mapping[str, Fact]) -> dict[str, Fact]:
    """What becomes of two facts, under a name of its own."""
    classic, new = found["resnet50.classic"].value, found["resnet50.new"].value
    shallower = found["resnet34.classic"].value
    wide, deep = found["wide_resnet50_2.macs"].value, found["resnet101.macs"].value
    narrow = found["resnet50.macs"].value
    return {
        "resnet50.gain_by_recipe": Fact.tenths(new - classic),
        "resnet50.gain_by_depth": Fact.tenths(classic - shallower),
        "resnet50.gain_by_default": Fact.tenths(new - shallower),
        "wide_resnet50_2.macs_of_resnet50": Fact.tenths(wide / narrow),
        "resnet101.macs_of_resnet50": Fact.tenths(deep / narrow),
    }


def _highway() -> dict[str, Fact]:
    """Counted: nobody has published a highway network with the layers of a ResNet."""
    from explorer.costs.benchmark_models import find_benchmark_model
    from explorer.costs.static_costs import count_costs

    gated, open_ = (
        count_costs(find_benchmark_model("highway34")),
        count_costs(find_benchmark_model("resnet34")),
    )
    return {
        "highway34.params": Fact.amount(gated.params),
        "highway34.macs": Fact.amount(gated.macs),
        "highway34.params_of_resnet34": Fact.tenths(gated.params / open_.params),
        "highway34.macs_of_resnet34": Fact.tenths(gated.macs / open_.macs),
    }


def _layers() -> dict[str, Fact]:
    """Counted in the networks themselves: layers with weights, blocks, shortcuts that cost."""
    found: dict[str, Fact] = {}
    for name, variant in VARIANTS.items():
        if variant.family == "ResNet":
            found |= {f"{name}.{key}": value for key, value in _counted(variant).items()}
    return found


def _counted(variant: Variant) -> dict[str, Fact]:
    from torch.nn import Conv2d, Linear

    network = variant.build()
    weighted = [name for name, m in network.named_modules() if isinstance(m, Conv2d | Linear)]
    projections = [name for name in weighted if "downsample" in name]
    blocks = sum(len(getattr(network, f"layer{stage}")) for stage in (1, 2, 3, 4))
    costly = sum(p.numel() for name, p in network.named_parameters() if "downsample" in name)
    return {
        "counted": Fact.count(len(weighted) - len(projections)),
        "projections": Fact.count(len(projections)),
        "identities": Fact.count(blocks - len(projections)),
        "blocks": Fact.count(blocks),
        "projection_params": Fact.amount(costly),
        "projection_share": Fact.percent(100 * costly / _params(network), digits=1),
    }


def _blocks() -> dict[str, Fact]:
    """One block of each kind on 256 channels."""
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
}


def _params(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
