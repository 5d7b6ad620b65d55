"""Published ImageNet weights by training recipe, so that depths are compared under equal recipes.

The names in torchvision's enums do not identify the recipe ("V1" of `resnext101_64x4d` is the new
one), so the link in `meta["recipe"]` decides.
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

INPUT = 224  # pixels per side: the input size that every variant was designed for


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
        """How the recipe differs from the others, in a sentence."""
        return _ABOUT[self]

    @property
    def source(self) -> WeightSource:
        """The weights source that holds weights trained by this recipe."""
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
# Parts of the links in torchvision's `meta["recipe"]`; any other link is another recipe.
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
        name: torchvision's name, e.g. "ResNet50_Weights.IMAGENET1K_V2".
        recipe: training recipe.
        link: link to the description of the training.
        top1: top-1 accuracy on ImageNet's validation photos in %.
        resize: short side of the resized photo before the crop of 224 x 224, in pixels.
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
    """Look up the weights of a variant that were trained by one recipe.

    Only weights for the usual input size and with a known accuracy count. If several remain, the
    first one, which was trained on ImageNet alone, is taken.

    Args:
        variant: torchvision's builder name, e.g. "resnet50" or "vgg16".
        recipe: training recipe.

    Returns:
        The weights; None if torchvision publishes none.
    """
    return next((weights for weights in _all_published(variant) if weights.recipe is recipe), None)


def recipe_of(link: str) -> PublishedRecipe:
    """Return the recipe that torchvision's link points to."""
    return next(
        (recipe for recipe, links in _LINKS.items() if any(part in link for part in links)),
        PublishedRecipe.OTHER,
    )


@cache
def _all_published(variant: str) -> tuple[PublishedWeights, ...]:
    from torchvision.models import get_model_weights

    described = (_described(member) for member in get_model_weights(variant))
    return tuple(weights for weights in described if weights is not None)


def _described(weights: WeightsEnum) -> PublishedWeights | None:
    transforms = weights.transforms()
    top1 = float(weights.meta["_metrics"]["ImageNet-1K"]["acc@1"])
    if transforms.crop_size != [INPUT] or not math.isfinite(top1):
        return None
    link = str(weights.meta["recipe"])
    return PublishedWeights(str(weights), recipe_of(link), link, top1, transforms.resize_size[0])
