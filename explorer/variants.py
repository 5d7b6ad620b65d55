"""The catalogue of ResNet variants.

Importing this module costs nothing: torchvision is imported when a network is built or a fact is
looked up, so that a page can list the variants before torch is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.errors import RequestError

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum
    from torchvision.models.resnet import ResNet


PLAIN = "Plain"


@dataclass(frozen=True)
class Variant:
    """One ResNet of the catalogue.

    Attributes:
        name: torchvision's builder name, e.g. "resnet50".
        title: the name as papers write it, e.g. "ResNet-50".
        family: "ResNet", "ResNeXt", "Wide ResNet", or "Plain" for a ResNet without shortcuts.
    """

    name: str
    title: str
    family: str

    @property
    def published(self) -> tuple[WeightsEnum, ...]:
        """Every set of ImageNet weights that torchvision publishes for this variant."""
        from torchvision.models import get_model_weights

        return () if self.family == PLAIN else tuple(get_model_weights(self.name))

    @property
    def any_width(self) -> bool:
        """Whether it can be built, and trained here, at other widths than torchvision's."""
        return self.family in ("ResNet", PLAIN)

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

        from explorer.narrow import NarrowResNet

        shortcuts = self.family != PLAIN
        with torch.device("meta"):
            network = get_model(self.name.replace("plain", "resnet"), num_classes=num_classes)
            if width != 64 or not shortcuts:
                network = NarrowResNet.like(network, width, num_classes, shortcuts)
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

# For the lessons: the same layers without shortcuts. They are loaded by name and offered nowhere.
PLAIN_TWINS = {
    variant.name: variant
    for variant in (
        Variant("plain18", "Plain-18", PLAIN),
        Variant("plain34", "Plain-34", PLAIN),
        Variant("plain50", "Plain-50", PLAIN),
    )
}


def find_variant(name: str) -> Variant:
    """Look a variant up by its name.

    Raises:
        RequestError: if the catalogue has no such variant.
    """
    try:
        return (VARIANTS | PLAIN_TWINS)[name]
    except KeyError:
        raise RequestError(
            f"There is no variant {name!r}. Choose one of {', '.join(VARIANTS)}."
        ) from None
