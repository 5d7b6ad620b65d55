"""A benchmark read as a comparison: each network with its cost, and with the accuracy it buys.

Importing this module costs nothing; the accuracies are looked up in torchvision when asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from explorer.costs.measurements import Dtype, MemoryFormat, NetworkGroup, Row, Run, Setup
from explorer.networks.variants import CONTRAST, HIGHWAYS, VARIANTS, Variant
from explorer.weights import builtin
from explorer.weights.cards import read_card
from explorer.weights.recipes import INPUT, PublishedRecipe, published

NOT_PUBLISHED, OTHERS = "not published", "Others"


@dataclass(frozen=True)
class Conditions:
    """What must be equal for two rows to be compared; fields as in `Setup`."""

    batch_size: int
    dtype: Dtype
    resolution: int
    memory_format: MemoryFormat
    compiled: bool

    @classmethod
    def of(cls, setup: Setup) -> Conditions:
        """Take them from what a row measured."""
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
        weights: whose it is, e.g. "ResNet50_Weights.IMAGENET1K_V2".
        top1: in %, on the validation photos of their own data set.
        link: to how they were trained, or a sentence on it.
    """

    weights: str
    top1: float
    link: str


@dataclass(frozen=True)
class Entry:
    """One network of a comparison.

    Attributes:
        row: what was measured.
        accuracy: of its weights in the chosen group; None if it has none there.
        share_of_ceiling: of the fastest matrix product on that machine, 0..1; None if unknown.
    """

    row: Row
    accuracy: Accuracy | None
    share_of_ceiling: float | None = None

    @property
    def variant(self) -> Variant:
        """Its entry in the catalogue; what a file names beyond that bears its bare name."""
        name = self.row.setup.variant
        return (VARIANTS | CONTRAST | HIGHWAYS).get(name) or Variant(name, name, OTHERS)

    @property
    def title(self) -> str:
        """The name for people."""
        return self.variant.title

    @property
    def kin(self) -> str:
        """The family that it shares a colour with; all that are no ResNets share one."""
        return self.variant.family if self.variant.name in VARIANTS else OTHERS

    @property
    def short(self) -> str:
        """What tells it from its kin, e.g. "50" for "ResNet-50"."""
        return self.title.removeprefix(self.kin).strip(" -")

    @property
    def depth(self) -> int:
        """How many layers its name counts; 0 for what is no ResNet."""
        counted = re.search(r"\d+", self.title) if self.kin != OTHERS else None
        return int(counted[0]) if counted else 0


def conditions(run: Run, family: NetworkGroup) -> tuple[Conditions, ...]:
    """List under which conditions a family was measured, the usual ones first."""
    found = {Conditions.of(row.setup) for row in run.rows if row.setup.family is family}
    return tuple(sorted(found, key=_rank))


def entries(
    run: Run, family: NetworkGroup, recipe: PublishedRecipe, under: Conditions | None
) -> tuple[Entry, ...]:
    """Read the rows of a family that were measured under the same conditions.

    Args:
        run: a benchmark.
        family: whose networks share an axis.
        recipe: which published weights lend their accuracy; built-in networks have one recipe only.
        under: the conditions; None takes every row, for curves over batch sizes.

    Returns:
        The entries in the order of the run.
    """
    return tuple(
        Entry(row, accuracy(row.setup, recipe), run.share_of_ceiling(row))
        for row in run.rows
        if row.setup.family is family and (under is None or Conditions.of(row.setup) == under)
    )


def accuracy(setup: Setup, recipe: PublishedRecipe) -> Accuracy | None:
    """Look up what the weights of a network reach: never those of another group.

    Nobody has published what they reach at another resolution than their own.
    """
    if setup.family is NetworkGroup.BUILTIN:
        known = setup.variant in VARIANTS
        return _of_builtin(setup.variant, setup.resolution) if known else None
    if setup.variant not in VARIANTS | CONTRAST or setup.resolution != INPUT:
        return None
    found = published(setup.variant, recipe)
    return None if found is None else Accuracy(found.name, found.top1, found.link)


@lru_cache(maxsize=64)  # resolutions come from files of readers
def _of_builtin(variant: str, resolution: int) -> Accuracy | None:
    path = builtin.path_of(VARIANTS[variant])
    if not path.is_file():
        return None
    card = read_card(path)
    if resolution != card.crop_size:
        return None
    return Accuracy(builtin.title(card), card.top1, card.recipe)


def _rank(one: Conditions) -> tuple[object, ...]:
    plain = (one.compiled, one.memory_format is not MemoryFormat.CONTIGUOUS)
    return (*plain, one.dtype is not Dtype.FLOAT32, one.dtype, one.resolution, one.batch_size)


Point = tuple[float, float]


def pareto_front(
    points: Sequence[Point], low_is_good: tuple[bool, bool] = (True, False)
) -> list[int]:
    """Find the points that no other point beats.

    A point is beaten by one that is at least as good in both values and better in one.

    Args:
        points: pairs of values, e.g. milliseconds and % of top-1.
        low_is_good: for each value of a pair, whether a smaller one is better.

    Returns:
        The places of these points in `points`, from the smallest first value to the largest.
    """
    signs = tuple(1 if low else -1 for low in low_is_good)
    costs = [(signs[0] * x, signs[1] * y) for x, y in points]
    kept = [at for at, cost in enumerate(costs) if not any(_beats(other, cost) for other in costs)]
    return sorted(kept, key=lambda at: points[at])


def _beats(one: Point, other: Point) -> bool:
    return one != other and one[0] <= other[0] and one[1] <= other[1]
