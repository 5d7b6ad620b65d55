"""Published ImageNet weights by training recipe, so that depths are compared on equal recipes.

The names in torchvision's enums do not tell the recipe ("V1" of `resnext101_64x4d` is the new one),
so the link in `meta["recipe"]` decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from explorer.networks.weight_sources import WeightSource

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum

INPUT = 224  # pixels: what every variant was made for


class PublishedRecipe(StrEnum):
    """How published weights were trained."""

    CLASSIC = "classic"
    NEW = "new"
    OTHER = "other"

    @property
    def heading(self) -> str:
        """The name for people."""
        return _HEADINGS[self]

    @property
    def about(self) -> str:
        """What tells it from the others, in a sentence."""
        return _ABOUT[self]

    @property
    def source(self) -> WeightSource:
        """The weights of the app that were trained by it."""
        return _SOURCES[self]


_HEADINGS = {
    PublishedRecipe.CLASSIC: "Classic recipe",
    PublishedRecipe.NEW: "New recipe",
    PublishedRecipe.OTHER: "Other recipes",
}
_ABOUT = {
    PublishedRecipe.CLASSIC: "About 90 epochs of plain training, as when the papers appeared.",
    PublishedRecipe.NEW: (
        "600 epochs, stronger augmentation, averaged weights; resized to 232, not 256."
    ),
    PublishedRecipe.OTHER: "Each network was trained in a way of its own: compare them with care.",
}
_SOURCES = {
    PublishedRecipe.CLASSIC: WeightSource.IMAGENET_CLASSIC,
    PublishedRecipe.NEW: WeightSource.IMAGENET_NEW,
    PublishedRecipe.OTHER: WeightSource.IMAGENET_OTHER,
}
# What the links in torchvision's `meta["recipe"]` contain; all others are ways of their own.
_LINKS = {
    PublishedRecipe.CLASSIC: (
        "/references/classification#resnet",
        "/references/classification#resnext",
        "/references/classification#alexnet-and-vgg",
        "/pull/912",
    ),
    PublishedRecipe.NEW: ("/issues/3995", "/pull/5935"),
}


@dataclass(frozen=True)
class PublishedWeights:
    """One set of weights that torchvision publishes.

    Attributes:
        name: torchvision's own, e.g. "ResNet50_Weights.IMAGENET1K_V2".
        recipe: the group it belongs to.
        link: to how it was trained.
        top1: accuracy on ImageNet's validation photos in %.
        resize: pixels of the photo's short side before the crop of 224.
    """

    name: str
    recipe: PublishedRecipe
    link: str
    top1: float
    resize: int

    @property
    def short(self) -> str:
        """The name without its variant, e.g. "IMAGENET1K_V2"."""
        return self.name.partition(".")[2]


def published(variant: str, recipe: PublishedRecipe) -> PublishedWeights | None:
    """Look up the weights of a variant by one recipe.

    Only weights for the usual input size count, and only those whose accuracy is known. Where
    several are left, the first is the one that was trained on ImageNet alone.

    Args:
        variant: torchvision's builder name, e.g. "resnet50" or "vgg16".
        recipe: of the training.

    Returns:
        The weights; None if torchvision publishes none.
    """
    return next((found for found in _all(variant) if found.recipe is recipe), None)


def recipe_of(link: str) -> PublishedRecipe:
    """Tell the recipe from torchvision's link to it."""
    return next(
        (recipe for recipe, links in _LINKS.items() if any(part in link for part in links)),
        PublishedRecipe.OTHER,
    )


@cache
def _all(variant: str) -> tuple[PublishedWeights, ...]:
    from torchvision.models import get_model_weights

    described = (_described(weights) for weights in get_model_weights(variant))
    return tuple(found for found in described if found is not None)


def _described(weights: WeightsEnum) -> PublishedWeights | None:
    transforms = weights.transforms()
    top1 = float(weights.meta["_metrics"]["ImageNet-1K"]["acc@1"])
    if transforms.crop_size != [INPUT] or not math.isfinite(top1):
        return None
    link = str(weights.meta["recipe"])
    return PublishedWeights(str(weights), recipe_of(link), link, top1, transforms.resize_size[0])
