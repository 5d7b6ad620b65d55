"""The catalogue of ResNet variants, and of the networks that they are compared with.

Importing this module is cheap: torchvision is imported when a network is built or its published
weights are looked up, so that a page can list the variants before torch is loaded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.errors import RequestError

if TYPE_CHECKING:
    from torch import nn
    from torchvision.models import WeightsEnum


PLAIN, TWIN, HIGHWAY = "Plain", "Residual twin", "Highway"


@dataclass(frozen=True)
class Variant:
    """An architecture of the catalogue.

    Attributes:
        name: torchvision's builder name, e.g. "resnet50"; "plain50" and "residual50" for twins.
        title: name as papers write it, e.g. "ResNet-50".
        family: family name, e.g. "ResNet", "ResNeXt", "Wide ResNet" or "VGG"; "Plain" for a ResNet
            without shortcuts, "Residual twin" for the ResNet trained in exactly the same way.
    """

    name: str
    title: str
    family: str

    @property
    def published(self) -> tuple[WeightsEnum, ...]:
        """Every set of ImageNet weights that torchvision publishes for this variant."""
        from torchvision.models import get_model_weights

        unpublished = (PLAIN, TWIN, HIGHWAY)
        return () if self.family in unpublished else tuple(get_model_weights(self.name))

    @property
    def any_width(self) -> bool:
        """Whether it can be built and trained at other widths than torchvision's."""
        return self.family in ("ResNet", PLAIN, TWIN)

    @property
    def has_shortcuts(self) -> bool:
        """Whether its blocks add their input to their output."""
        return self.family != PLAIN

    @property
    def _builder(self) -> str:
        """The name of torchvision's builder of the same topology."""
        return re.sub("^(plain|residual)", "resnet", self.name)

    def build(self, num_classes: int = 1000, width: int = 64) -> nn.Module:
        """Build the network on the meta device: shapes without memory or wasted initialisation.

        Args:
            num_classes: number of outputs of the head, K.
            width: number of channels of the stem; 64 is torchvision's own network.

        Returns:
            The network in eval mode; load a state dict into it with `assign=True`.
        """
        import torch
        from torchvision.models import get_model

        from explorer.networks.highway import highway_34
        from explorer.networks.narrow_resnet import NarrowResNet

        with torch.device("meta"):
            if self.family == HIGHWAY:
                return highway_34(num_classes).eval()
            network: nn.Module = get_model(self._builder, num_classes=num_classes)
            if width != 64 or not self.has_shortcuts:
                network = NarrowResNet.like(network, width, num_classes, self.has_shortcuts)
        return network.eval()


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("resnet18", "ResNet-18", "ResNet"),
        Variant("resnet34", "ResNet-34", "ResNet"),
        Variant("resnet50", "ResNet-50", "ResNet"),
        Variant("resnet101", "ResNet-101", "ResNet"),
        Variant("resnet152", "ResNet-152", "ResNet"),
        Variant("resnext50_32x4d", "ResNeXt-50 32x4d", "ResNeXt"),
        Variant("resnext101_32x8d", "ResNeXt-101 32x8d", "ResNeXt"),
        Variant("resnext101_64x4d", "ResNeXt-101 64x4d", "ResNeXt"),
        Variant("wide_resnet50_2", "Wide ResNet-50-2", "Wide ResNet"),
        Variant("wide_resnet101_2", "Wide ResNet-101-2", "Wide ResNet"),
    )
}

# For the lessons: pairs with and without shortcuts, trained by one recipe that is fair to both.
# They are loaded by name; no widget offers them.
_DEPTHS = (18, 34, 50)
PLAIN_TWINS = {f"plain{n}": Variant(f"plain{n}", f"Plain-{n}", PLAIN) for n in _DEPTHS}
RESIDUAL_TWINS = {f"residual{n}": Variant(f"residual{n}", f"Residual-{n}", TWIN) for n in _DEPTHS}

# Networks that ResNets are compared with. They are offered for comparisons only.
CONTRAST = {
    variant.name: variant
    for variant in (
        Variant("vgg16", "VGG-16", "VGG"),
        Variant("vgg19", "VGG-19", "VGG"),
        Variant("densenet121", "DenseNet-121", "DenseNet"),
        Variant("efficientnet_b0", "EfficientNet-B0", "EfficientNet"),
        Variant("vit_b_16", "ViT-B/16", "Vision Transformer"),
    )
}

# For the lesson on ResNet's family: only its cost is known, as nobody has trained it.
HIGHWAYS = {"highway34": Variant("highway34", "Highway-34", HIGHWAY)}

_CATALOGUE = VARIANTS | PLAIN_TWINS | RESIDUAL_TWINS | CONTRAST | HIGHWAYS


def find_variant(name: str) -> Variant:
    """Look up a variant by its name.

    Raises:
        RequestError: if the catalogue has no such variant.
    """
    try:
        return _CATALOGUE[name]
    except KeyError:
        raise RequestError(
            f"There is no variant {name!r}. Choose one of {', '.join(VARIANTS)}."
        ) from None
