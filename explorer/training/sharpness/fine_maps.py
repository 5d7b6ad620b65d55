"""Maps that are finer than the grid of the last block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from explorer.explain.forward_pass import ForwardPass
from explorer.explain.target_score import Target
from explorer.networks.vit_tokens import as_grid
from explorer.photos.geometry import Frame, Preprocessing, paint_back, to_tensor

BATCH = 16  # shifted photos in one forward pass


def surroundings(image: Image.Image, preprocessing: Preprocessing, margin: int) -> Tensor:
    """Return the network's input with what the photo shows around it; black beyond the photo.

    Returns:
        Normalised, float32, shape (1, 3, S + 2 * margin, S + 2 * margin).
    """
    return to_tensor(image, replace(preprocessing, crop_size=preprocessing.crop_size + 2 * margin))


def shift_and_stitch(
    forward_pass: ForwardPass, block: str, target: Target, around: Tensor, parts: int = 4
) -> Tensor:
    """Explain a score by Grad-CAM of crops that are shifted by parts of a cell, maps interleaved.

    Crops are shifted by -3/8, -1/8, 1/8 and 3/8 of a cell each way for four parts, so that the
    centres of all cells together are those of a grid that is four times as fine.

    Args:
        forward_pass: forward pass of the photo.
        block: name of the block; its stride in pixels must be a multiple of twice `parts`.
        target: the score to explain.
        around: the network's input with its surroundings, of at least half a cell on each side.
        parts: number of shifts each way.

    Returns:
        The map after the ReLU; float32 on the CPU, shape (parts * h, parts * w).
    """
    size = forward_pass.x.shape[-1]
    grid = as_grid(forward_pass.outputs[block].detach())
    step = size // grid.shape[-1] // parts
    first = (around.shape[-1] - size - step * (parts - 1)) // 2
    offsets = range(first, first + step * parts, step)
    shifted = torch.cat(
        [around[:, :, y : y + size, x : x + size] for y in offsets for x in offsets]
    )
    batches = shifted.to(forward_pass.x.device).split(BATCH)
    maps = torch.cat([_grad_cam(forward_pass, batch, block, target) for batch in batches])
    by_shift: Tensor = maps.unflatten(0, (parts, parts))
    return by_shift.permute(2, 0, 3, 1).flatten(2).flatten(0, 1)


def _grad_cam(forward_pass: ForwardPass, x: Tensor, block: str, target: Target) -> Tensor:
    """Return Grad-CAM of several inputs; float32 on the CPU, shape (N, h, w)."""
    from captum.attr import LayerGradCam

    network = forward_pass.network
    links = list(network.chain)
    with torch.no_grad(), network.autocast():
        for link in links[: links.index(block) + 1]:
            x = network.chain[link](x)
    activation, suffix = network.opened_at(block, x)

    def score(activations: Tensor) -> Tensor:
        with network.autocast():
            return target.score(suffix(activations))

    maps: Tensor = LayerGradCam(score, suffix[0]).attribute(
        activation.clone().requires_grad_(), relu_attributions=True
    )
    return maps.detach()[:, 0].float().cpu()


def layer_cam_ladder(forward_pass: ForwardPass, target: Target) -> dict[str, Tensor]:
    """Explain a score at every block with LayerCAM (Jiang et al., 2021), from one backward pass.

    Each cell of each channel is weighted by its own gradient, if that is positive.

    Returns:
        Block name -> map on the block's own grid; float32 on the CPU, shape (h, w).
    """
    forward_pass = forward_pass.with_outputs()
    return {
        block: (as_grid(gradient).relu() * as_grid(forward_pass.outputs[block].detach()))
        .sum(1)[0]
        .relu()
        .float()
        .cpu()
        for block, gradient in forward_pass.gradients(target).items()
    }


def product(maps: Sequence[Tensor]) -> Tensor:
    """Multiply maps of one photo cell by cell, on the finest of their grids.

    Each is brought to a largest value of 1 first, and enlarged as a smooth picture of it would be.

    Returns:
        float32, shape (h, w) of the map with most cells.
    """
    return torch.stack(_on_one_grid(maps)).prod(0)


def largest(maps: Sequence[Tensor]) -> Tensor:
    """Take the largest of several maps at each cell; arguments and result as for `product`."""
    return torch.stack(_on_one_grid(maps)).amax(0)


def _on_one_grid(maps: Sequence[Tensor]) -> list[Tensor]:
    height, width = max((each.shape for each in maps), key=torch.Size.numel)
    place = Frame(height, width, max(height, width), 0, 0, height, width)
    return [
        torch.from_numpy(paint_back(each.numpy(), place)) / each.max().clamp_min(1e-12)
        for each in maps
    ]
