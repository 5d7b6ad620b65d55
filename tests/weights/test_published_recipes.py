from __future__ import annotations

import math

import pytest
from torchvision.models import get_model_weights, get_weight

from explorer.networks.variants import VARIANTS
from explorer.weights import imagenet
from explorer.weights.published_recipes import PublishedRecipe, published

CONTRAST = ("vgg16", "vgg19", "densenet121", "efficientnet_b0", "vit_b_16")
PAIRS = [(name, recipe) for name in (*VARIANTS, *CONTRAST) for recipe in PublishedRecipe]


@pytest.mark.parametrize(("variant", "recipe"), PAIRS)
def test_weights_are_what_torchvision_says_of_them(variant: str, recipe: PublishedRecipe) -> None:
    weights = published(variant, recipe)
    if weights is None:
        return
    stock = get_weight(weights.name)
    assert stock in get_model_weights(variant)
    assert weights.top1 == stock.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    assert math.isfinite(weights.top1)
    assert weights.link == stock.meta["recipe"]
    assert stock.transforms().crop_size == [224]
    assert [weights.resize] == stock.transforms().resize_size


def test_depths_without_weights_in_a_group_stay_without() -> None:
    def named(recipe: PublishedRecipe) -> set[str]:
        return {name for name in (*VARIANTS, *CONTRAST) if published(name, recipe)}

    assert set(VARIANTS) - named(PublishedRecipe.CLASSIC) == {"resnext101_64x4d"}
    assert set(VARIANTS) - named(PublishedRecipe.NEW) == {"resnet18", "resnet34"}
    assert named(PublishedRecipe.OTHER) == {"densenet121", "efficientnet_b0", "vit_b_16"}
    assert set(CONTRAST) & named(PublishedRecipe.CLASSIC) == {"vgg16", "vgg19"}


def test_the_name_of_weights_does_not_decide_their_recipe() -> None:
    weights = published("resnext101_64x4d", PublishedRecipe.NEW)
    assert weights is not None
    assert weights.short == "IMAGENET1K_V1"


def test_weights_for_larger_inputs_or_without_accuracy_are_left_out() -> None:
    vit, vgg = (
        published("vit_b_16", PublishedRecipe.OTHER),
        published("vgg16", PublishedRecipe.OTHER),
    )
    assert vit is not None
    assert vit.short == "IMAGENET1K_V1"
    assert vgg is None


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=lambda variant: variant.name)
@pytest.mark.parametrize("recipe", [PublishedRecipe.CLASSIC, PublishedRecipe.NEW])
def test_a_group_holds_the_weights_that_the_app_loads_under_that_name(
    variant: object, recipe: PublishedRecipe
) -> None:
    weights = published(variant.name, recipe)  # type: ignore[attr-defined]
    loaded = imagenet.published(variant).get(recipe.source)  # type: ignore[arg-type]
    assert (weights and weights.name) == (loaded and str(loaded))
