"""A benchmark as a comparison: the cost of each network beside its accuracy.

Importing this module is cheap; accuracies are looked up in torchvision only on request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.costs.measurements import Dtype, MemoryFormat, NetworkGroup, Row, Run, Setup
from explorer.networks.variants import CONTRAST, HIGHWAYS, VARIANTS, Variant
from explorer.weights import builtin
from explorer.weights.model_cards import read_card
from explorer.weights.published_recipes import INPUT, PublishedRecipe, published

NOT_PUBLISHED, OTHERS = "not published", "Others"


@dataclass(frozen=True)
class Conditions:
    """Settings that must be equal for two rows to be comparable; fields as in `Setup`."""

    batch_size: int
    dtype: Dtype
    resolution: int
    memory_format: MemoryFormat
    compiled: bool

    @classmethod
    def of(cls, setup: Setup) -> Conditions:
        """Return the conditions of a setup."""
        return cls(
            setup.batch_size,
            setup.dtype,
            setup.resolution,
            setup.memory_format,
            setup.compiled,
        )

    @property
    def line(self) -> str:
        """All of them in one line."""
        parts = [f"batch {self.batch_size}", self.dtype.value, f"{self.resolution} pixels"]
        if self.memory_format is not MemoryFormat.CONTIGUOUS:
            parts.append(self.memory_format.value)
        return " · ".join([*parts, *(["compiled"] if self.compiled else [])])


@dataclass(frozen=True)
class Accuracy:
    """The accuracy of one set of weights.

    Attributes:
        weights: name of the weights, e.g. "ResNet50_Weights.IMAGENET1K_V2".
        top1: top-1 accuracy in %, on the validation photos of their own data set.
        link: URL of their training recipe, or a sentence about it.
    """

    weights: str
    top1: float
    link: str


@dataclass(frozen=True)
class Entry:
    """One network of a comparison.

    Attributes:
        row: measured row.
        accuracy: accuracy of its weights by the chosen recipe; None if there are none.
        share_of_ceiling: speed as a share of the fastest matrix product measured on the same
            machine; 1 is all of it, None if unknown.
    """

    row: Row
    accuracy: Accuracy | None
    share_of_ceiling: float | None = None

    @property
    def variant(self) -> Variant:
        """The variant in the catalogue; a network that only a file knows keeps its plain name."""
        name = self.row.setup.variant
        return (VARIANTS | CONTRAST | HIGHWAYS).get(name) or Variant(name, name, OTHERS)

    @property
    def title(self) -> str:
        """Display name."""
        return self.variant.title

    @property
    def kin(self) -> str:
        """Family that shares a colour; all networks that are not ResNets share one."""
        return self.variant.family if self.variant.name in VARIANTS else OTHERS

    @property
    def short(self) -> str:
        """Title without the family, e.g. "50" for "ResNet-50"."""
        return self.title.removeprefix(self.kin).strip(" -")

    @property
    def depth(self) -> int:
        """Number of layers according to its name; 0 for a network that is not a ResNet."""
        match = re.search(r"\d+", self.title) if self.kin != OTHERS else None
        return int(match[0]) if match else 0


def conditions(run: Run, family: NetworkGroup) -> tuple[Conditions, ...]:
    """List the conditions under which a family was measured, the usual ones first."""
    measured = {Conditions.of(row.setup) for row in run.rows if row.setup.family is family}
    return tuple(sorted(measured, key=_sort_key))


def entries(
    run: Run, family: NetworkGroup, recipe: PublishedRecipe, under: Conditions | None
) -> tuple[Entry, ...]:
    """Read the rows of a family that were measured under the same conditions.

    Args:
        run: a benchmark.
        family: group of networks to read.
        recipe: recipe of the published weights whose accuracy is used; built-in networks have only
            one.
        under: conditions of the rows; None takes every row, for curves over batch sizes.

    Returns:
        The entries in the order of the run.
    """
    return tuple(
        Entry(row, accuracy(row.setup, recipe), run.share_of_ceiling(row))
        for row in run.rows
        if row.setup.family is family and (under is None or Conditions.of(row.setup) == under)
    )


def accuracy(setup: Setup, recipe: PublishedRecipe) -> Accuracy | None:
    """Look up the accuracy of a network's weights, never that of another group's.

    None if there are no such weights, or at any resolution but their own: no accuracy is published.
    """
    if setup.family is NetworkGroup.BUILTIN:
        in_catalogue = setup.variant in VARIANTS
        return _of_builtin(setup.variant, setup.resolution) if in_catalogue else None
    if setup.variant not in VARIANTS | CONTRAST or setup.resolution != INPUT:
        return None
    weights = published(setup.variant, recipe)
    return None if weights is None else Accuracy(weights.name, weights.top1, weights.link)


@lru_cache(maxsize=64)  # resolutions come from readers' files
def _of_builtin(variant: str, resolution: int) -> Accuracy | None:
    path = builtin.path_of(VARIANTS[variant])
    if not path.is_file():
        return None
    card = read_card(path)
    if resolution != card.crop_size:
        return None
    return Accuracy(builtin.title(card), card.top1, card.recipe)


def _sort_key(under: Conditions) -> tuple[object, ...]:
    special = (
        under.compiled,
        under.memory_format is not MemoryFormat.CONTIGUOUS,
        under.dtype is not Dtype.FLOAT32,
    )
    return (*special, under.dtype, under.resolution, under.batch_size)


Point = tuple[float, float]


def pareto_front(
    points: Sequence[Point], low_is_good: tuple[bool, bool] = (True, False)
) -> list[int]:
    """Find the points that no other point dominates.

    A point dominates another if it is at least as good in both values and better in one.

    Args:
        points: pairs of values, e.g. milliseconds and % of top-1.
        low_is_good: whether a smaller value is better, for each value of a pair.

    Returns:
        The indices of these points in `points`, from the smallest first value to the largest.
    """
    signs = tuple(1 if low else -1 for low in low_is_good)
    costs = [(signs[0] * x, signs[1] * y) for x, y in points]
    front = [i for i, cost in enumerate(costs) if not any(_dominates(c, cost) for c in costs)]
    return sorted(front, key=lambda index: points[index])


def _dominates(cost: Point, other: Point) -> bool:
    return cost != other and cost[0] <= other[0] and cost[1] <= other[1]
