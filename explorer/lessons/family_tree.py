"""ResNet's family: how information flows through each member, and what each gave up."""

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
    """How the way around a block's layers comes back to them."""

    NONE = "none"
    SUM = "sum"
    GATE = "gate"
    CONCATENATION = "concatenation"


@dataclass(frozen=True)
class Layer:
    """A layer of a block.

    Attributes:
        label: what it is.
        width: its channels, as a share of the widest layer's.
    """

    label: str
    width: float


@dataclass(frozen=True)
class InformationFlow:
    """How information flows through a few blocks in a row.

    Attributes:
        layers: of one block.
        merge: how the way around them comes back.
        branches: how many stand side by side.
        blocks: how many there are in a row.
        behind: what stands behind the merge; "" for nothing.
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
        id: in links.
        title: for people.
        formula: of one block.
        idea: what is new in it.
        price: what it gave up.
        flow: of information.
        variant: that stands for it, for sizes and costs.
        works: where it was published.
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
        """Look up its "params" or "macs": published, or counted where nobody has published it."""
        group = "imagenet" if find_variant(self.variant).published else "highway"
        return fact(f"{group}.{self.variant}.{what}")

    @property
    def alt(self) -> str:
        """Its drawing in words."""
        labels = ", ".join(layer.label for layer in self.flow.layers)
        around = _AROUND[self.flow.merge]
        behind = f", then {self.flow.behind}" if self.flow.behind else ""
        many = f" in {self.flow.branches} branches" if self.flow.branches > 1 else ""
        return f"{self.title}: {self.flow.blocks} blocks of {labels}{many}, {around}{behind}."


_AROUND = {
    Merge.NONE: "one after the other, with no way around them",
    Merge.SUM: "with a way around each that is added",
    Merge.GATE: "with a way around each; a gate weighs the two",
    Merge.CONCATENATION: "each of which reads what all before it put out",
}


@cache
def family_members() -> dict[str, FamilyMember]:
    """Read the members by their ids, ResNet first.

    Raises:
        KeyError: if one names a work or a fact that does not exist.
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
