"""The catalogue of ResNet variants, and of the networks that they are compared with.

Importing this module costs nothing: torchvision is imported when a network is built or a fact is
looked up, so that a page can list the variants before torch is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.errors import RequestError

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum
    from torchvision.models.resnet import ResNet


PLAIN, TWIN, HIGHWAY = "Plain", "Residual twin", "Highway"


@dataclass(frozen=True)
class Variant:
    """One network of the catalogue.

    Attributes:
        name: torchvision's builder name, e.g. "resnet50"; "plain50" and "residual50" for twins.
        title: the name as papers write it, e.g. "ResNet-50".
        family: "ResNet", "ResNeXt", "Wide ResNet"; "Plain" for a ResNet without shortcuts,
            "Residual twin" for the ResNet that was trained exactly as that one; else what it is.
    """

    name: str
    title: str
    family: str

    @property
    def published(self) -> tuple[WeightsEnum, ...]:
        """Every set of ImageNet weights that torchvision publishes for this variant."""
        from torchvision.models import get_model_weights

        ours = (PLAIN, TWIN, HIGHWAY)
        return () if self.family in ours else tuple(get_model_weights(self.name))

    @property
    def any_width(self) -> bool:
        """Whether it can be built, and trained here, at other widths than torchvision's."""
        return self.family in ("ResNet", PLAIN, TWIN)

    @property
    def has_shortcuts(self) -> bool:
        """Whether its blocks add their input to what they compute."""
        return self.family != PLAIN

    @property
    def _builder(self) -> str:
        """The name by which torchvision builds its topology."""
        return re.sub("^(plain|residual)", "resnet", self.name)

    def build(self, num_classes: int = 1000, width: int = 64) -> ResNet:
        """Build the network on the meta device: shapes without memory or wasted initialisation.

        Args:
            num_classes: outputs of the head, K.
            width: channels of the stem; 64 is torchvision's own network.

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
            network = get_model(self._builder, num_classes=num_classes)
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

# For the lessons: pairs trained under one recipe that is fair to both, with and without shortcuts.
# They are loaded by name, and no picker offers them.
_PAIRS = (18, 34, 50)
PLAIN_TWINS = {f"plain{n}": Variant(f"plain{n}", f"Plain-{n}", PLAIN) for n in _PAIRS}
RESIDUAL_TWINS = {f"residual{n}": Variant(f"residual{n}", f"Residual-{n}", TWIN) for n in _PAIRS}

# For the comparison: what ResNets are measured against. They are offered nowhere else.
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

# For the lesson on ResNet's family: only its cost can be told, nobody has trained it.
HIGHWAYS = {"highway34": Variant("highway34", "Highway-34", HIGHWAY)}

_CATALOGUE = VARIANTS | PLAIN_TWINS | RESIDUAL_TWINS | CONTRAST | HIGHWAYS


def find_variant(name: str) -> Variant:
    """Look a variant up by its name.

    Raises:
        RequestError: if the catalogue has no such variant.
    """
    try:
        return _CATALOGUE[name]
    except KeyError:
        raise RequestError(
            f"There is no variant {name!r}. Choose one of {', '.join(VARIANTS)}."
        ) from None
