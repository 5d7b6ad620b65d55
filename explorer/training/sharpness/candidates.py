"""The maps that are compared: the single map of the last block, finer ones, and controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from explorer.explain.block_attribution import grad_cam_ladder
from explorer.explain.forward_pass import ForwardPass
from explorer.explain.target_score import Target
from explorer.networks.block_names import stage_of
from explorer.training.sharpness.fine_maps import (
    largest,
    layer_cam_ladder,
    product,
    shift_and_stitch,
)

SPREAD = 1 / 4  # standard deviation of the blob, as a share of the input's side
SINGLE, BLOB, RANDOM = "Grad-CAM of the last block", "a blob in the centre", "a random coarse map"
STITCHED, LAYER_CAM = "16 passes, shifted and stitched", "LayerCAM of the last block"
LARGEST = "largest of LayerCAM, layer2 to layer4"
PRODUCT = "last block times LayerCAM of layer3"
ERASING = (SINGLE, STITCHED, LAYER_CAM, LARGEST, PRODUCT, BLOB, RANDOM)


@dataclass(frozen=True, eq=False)
class PhotoMaps:
    """What the maps of one photo are made of; each part is computed when it is first needed.

    Attributes:
        forward_pass: forward pass of the photo.
        target: the score to explain.
        around: the network's input with its surroundings, as `shift_and_stitch` needs them.
    """

    forward_pass: ForwardPass
    target: Target
    around: Tensor

    @cached_property
    def cams(self) -> Mapping[str, Tensor]:
        """Stage -> Grad-CAM of its last block."""
        return _lasts(grad_cam_ladder(self.forward_pass, self.target))

    @cached_property
    def layers(self) -> Mapping[str, Tensor]:
        """Stage -> LayerCAM of its last block."""
        return _lasts(layer_cam_ladder(self.forward_pass, self.target))

    @property
    def side(self) -> int:
        """Rows and columns of the network's input."""
        return self.forward_pass.x.shape[-1]

    def stitched(self, parts: int) -> Tensor:
        """Return the map that shift and stitch makes of the last block."""
        last = self.forward_pass.network.blocks[-1]
        return shift_and_stitch(self.forward_pass, last, self.target, self.around, parts)

    def random(self) -> Tensor:
        """Return a map as coarse as the last block's that knows nothing of the photo."""
        seed = int(self.forward_pass.x.double().abs().sum().item())
        side = self.cams["layer4"].shape[-1]
        return torch.from_numpy(np.random.default_rng(seed).random((side, side), np.float32))


CANDIDATES: Mapping[str, Callable[[PhotoMaps], Tensor]] = {
    SINGLE: lambda maps: maps.cams["layer4"],
    STITCHED: lambda maps: maps.stitched(4),
    "4 passes, shifted and stitched": lambda maps: maps.stitched(2),
    "Grad-CAM of layer3": lambda maps: maps.cams["layer3"],
    LAYER_CAM: lambda maps: maps.layers["layer4"],
    "LayerCAM of layer3": lambda maps: maps.layers["layer3"],
    LARGEST: lambda maps: largest([maps.layers[s] for s in ("layer2", "layer3", "layer4")]),
    "last block times Grad-CAM of layer3": lambda maps: product(
        [maps.cams["layer4"], maps.cams["layer3"]]
    ),
    PRODUCT: lambda maps: product([maps.cams["layer4"], maps.layers["layer3"]]),
    "last block times LayerCAM of layer3 and layer2": lambda maps: product(
        [maps.cams["layer4"], maps.layers["layer3"], maps.layers["layer2"]]
    ),
    "last block times the blob": lambda maps: product([maps.cams["layer4"], blob(maps.side // 16)]),
    BLOB: lambda maps: blob(maps.side),
    RANDOM: lambda maps: maps.random(),
}


def blob(side: int) -> Tensor:
    """Return a round bump in the centre, shape (side, side)."""
    offsets = (torch.arange(side) + 0.5) / side - 0.5
    squares = offsets[:, None] ** 2 + offsets**2
    return torch.exp(-squares / (2 * SPREAD**2))


def _lasts(maps: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return stage -> map of its last block."""
    return {stage_of(block): each for block, each in maps.items()}
