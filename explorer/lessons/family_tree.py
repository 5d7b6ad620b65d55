"""ResNet's family: how information flows through each member, and the price of each design."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from explorer.lessons.fact import Fact
from explorer.lessons.facts import fact, fill
from explorer.lessons.literature import REFERENCE, Work, works
from explorer.networks.variants import find_variant

RESNET = "resnet"
OTHERS = ("vgg", "highway", "wide", "resnext", "densenet", "efficientnet", "vit")


class Merge(StrEnum):
    """How a block's shortcut rejoins the output of its layers."""

    NONE = "none"
    SUM = "sum"
    GATE = "gate"
    CONCATENATION = "concatenation"


@dataclass(frozen=True)
class Layer:
    """A layer of a block.

    Attributes:
        label: kind of the layer.
        width: number of channels, as a share of the widest layer's, 0..1.
    """

    label: str
    width: float


@dataclass(frozen=True)
class InformationFlow:
    """How information flows through a few consecutive blocks.

    Attributes:
        layers: layers of one block.
        merge: how the shortcut rejoins the output of the layers.
        branches: number of parallel branches in a block.
        blocks: number of consecutive blocks.
        behind: operation after the merge; "" for none.
    """

    layers: tuple[Layer, ...]
    merge: Merge
    branches: int = 1
    blocks: int = 2
    behind: str = ""


@dataclass(frozen=True)
class FamilyMember:
    """A member of the family.

    Attributes:
        id: name of the member in links.
        title: name of the member for readers.
        formula: what one block computes.
        idea: what the member introduced.
        price: what the member gave up.
        flow: how information flows through its blocks.
        variant: name of the variant whose size and costs represent the member.
        works: publications of the member.
    """

    id: str
    title: str
    formula: str
    idea: str
    price: str
    flow: InformationFlow
    variant: str
    works: tuple[Work, ...]

    def size(self, what: str) -> Fact:
        """Look up "params" or "macs": as published, or as counted if there is no publication."""
        group = "imagenet" if find_variant(self.variant).published else "highway"
        return fact(f"{group}.{self.variant}.{what}")

    @property
    def alt(self) -> str:
        """Text alternative of the member's drawing."""
        labels = ", ".join(layer.label for layer in self.flow.layers)
        merge = _MERGE_TEXTS[self.flow.merge]
        behind = f", then {self.flow.behind}" if self.flow.behind else ""
        branches = f" in {self.flow.branches} branches" if self.flow.branches > 1 else ""
        return f"{self.title}: {self.flow.blocks} blocks of {labels}{branches}, {merge}{behind}."


_MERGE_TEXTS = {
    Merge.NONE: "one after the other, with no way around them",
    Merge.SUM: "with a way around each that is added",
    Merge.GATE: "with a way around each; a gate weighs the two",
    Merge.CONCATENATION: "each of which reads what all before it put out",
}


@cache
def family_members() -> dict[str, FamilyMember]:
    """Read the members of the family by id, ResNet first.

    Raises:
        KeyError: if a member names a work or a fact that does not exist.
    """
    with (REFERENCE / "family_tree.toml").open("rb") as file:
        entries = tomllib.load(file)
    return {id: _member(id, entries[id]) for id in (RESNET, *OTHERS)}


def _member(id: str, entry: Mapping[str, Any]) -> FamilyMember:
    flow = InformationFlow(
        tuple(Layer(*layer) for layer in entry["layers"]),
        Merge(entry["merge"]),
        entry.get("branches", 1),
        entry.get("blocks", 2),
        entry.get("behind", ""),
    )
    return FamilyMember(
        id=id,
        title=entry["title"],
        formula=entry["formula"],
        idea=fill(entry["idea"]),
        price=fill(entry["price"]),
        flow=flow,
        variant=entry["variant"],
        works=tuple(works()[key] for key in entry["works"]),
    )
