"""Many photos through one network: predictions and one map each, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from explorer.explain.analysis import Prediction, best
from explorer.networks.devices import unless_out_of_memory
from explorer.networks.network import Network
from explorer.photos.geometry import Frame, Framing, frame, to_tensor

BATCH = 8  # photos in one pass


@dataclass(frozen=True, eq=False)
class PhotoResult:
    """What the network makes of one photo among many.

    Attributes:
        frame: where the network's input lies in the photo.
        predictions: the most probable classes, at most five, best first.
        target: the class that the map explains.
        heatmap: Grad-CAM on the block's own grid, float32, shape (h, w).
    """

    frame: Frame
    predictions: tuple[Prediction, ...]
    target: Prediction
    heatmap: NDArray[np.float32]


def explain_many(
    network: Network,
    photos: Sequence[Callable[[], Image.Image]],
    layer: str | None = None,
    target: str | int | None = None,
    signed: bool = False,
    framing: Framing = Framing.CROP,
) -> Iterator[list[PhotoResult]]:
    """Explain photos batch by batch, so that a page can show what is done and stop.

    Args:
        network: the model; shared and only read.
        photos: opens a photo when its turn comes, so that one batch is in memory at a time.
        layer: the block whose map is wanted; None for the last one.
        target: one class for all photos; None for each photo's own predicted class.
        signed: keep the evidence against the class; False applies the ReLU.
        framing: the centre crop, or the whole photo, padded.

    Yields:
        The results of one batch, in the order of the photos.

    Raises:
        RequestError: if there is no such block or class.
    """
    block = network.find_block(layer)
    index = None if target is None else network.find_class(target)
    for start in range(0, len(photos), BATCH):
        images = [open_photo() for open_photo in photos[start : start + BATCH]]
        preprocessing = network.weights.preprocessing
        x = torch.cat([to_tensor(image, preprocessing, framing) for image in images])
        frames = [frame(image, preprocessing, framing) for image in images]
        yield [
            PhotoResult(placed, *explained)
            for placed, explained in zip(
                frames, _explained_where_it_fits(network, x, block, index, signed), strict=True
            )
        ]


Explained = tuple[tuple[Prediction, ...], Prediction, NDArray[np.float32]]


def _explained_where_it_fits(
    network: Network, x: Tensor, block: str, index: int | None, signed: bool
) -> list[Explained]:
    """Explain a batch; short of GPU memory, its photos one by one; still short, on the CPU."""
    done = unless_out_of_memory(
        lambda: _explained(network, x.to(network.device), block, index, signed)
    )
    if done is not None:
        return done
    if len(x) == 1:
        return _explained(network.on_cpu(), x, block, index, signed)
    return [
        explained
        for single in x.split(1)
        for explained in _explained_where_it_fits(network, single, block, index, signed)
    ]


def _explained(
    network: Network, x: Tensor, block: str, index: int | None, signed: bool
) -> list[Explained]:
    from captum.attr import LayerGradCam

    links = list(network.chain)
    behind = links.index(block) + 1
    with torch.no_grad(), network.autocast():
        activation = _through(network, links[:behind], x)
        logits = _through(network, links[behind:], activation).float()
    targets = logits.argmax(1) if index is None else torch.full_like(logits[:, 0], index).long()
    activation, suffix = network.opened_at(block, activation)

    def score(activations: Tensor) -> Tensor:
        with network.autocast():
            scores: Tensor = suffix(activations).float().gather(1, targets[:, None])[:, 0]
        return scores

    heatmaps = LayerGradCam(score, suffix[0]).attribute(
        activation.requires_grad_(), relu_attributions=not signed
    )
    probabilities = (logits / network.weights.temperature).softmax(1).cpu()
    return [
        (
            best(row, network.labels),
            Prediction(at, network.labels[at], float(row[at])),
            heatmap.detach()[0].float().cpu().numpy(),
        )
        for row, at, heatmap in zip(probabilities, targets.tolist(), heatmaps, strict=True)
    ]


def _through(network: Network, links: list[str], x: Tensor) -> Tensor:
    for link in links:
        x = network.chain[link](x)
    return x
