"""Many photos through one network, batch by batch: predictions and one map for each photo."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from explorer.array_types import Map
from explorer.explain.analysis import Prediction, best
from explorer.networks.class_outputs import class_scores
from explorer.networks.devices import unless_out_of_memory
from explorer.networks.network import Network
from explorer.photos.geometry import Frame, Framing, frame, to_tensor

BATCH = 8  # photos in one forward pass


@dataclass(frozen=True, eq=False)
class PhotoResult:
    """The prediction and the map of one photo of many.

    Attributes:
        frame: where the network's input lies in the photo.
        predictions: the most probable classes, at most five, best first.
        target: the class that the map explains.
        heatmap: the Grad-CAM map on the block's own grid, float32, shape (h, w).
    """

    frame: Frame
    predictions: tuple[Prediction, ...]
    target: Prediction
    heatmap: Map


def explain_many(
    network: Network,
    photos: Sequence[Callable[[], Image.Image]],
    layer: str | None = None,
    target: str | int | None = None,
    signed: bool = False,
    framing: Framing = Framing.CROP,
) -> Iterator[list[PhotoResult]]:
    """Explain photos batch by batch, so that a page can show progress and stop.

    Args:
        network: the network; shared and only read.
        photos: functions that open one RGB photo each; they are called batch by batch, so that only
            one batch is in memory at a time.
        layer: the block to explain; None for the last one.
        target: the class to explain in all photos, by label or index; None for each photo's
            predicted class.
        signed: whether to keep evidence against the class; False applies the ReLU.
        framing: the centre crop, or the whole photo, padded.

    Yields:
        The results of one batch, in the order of the photos.

    Raises:
        RequestError: if there is no such block or class, or the network gives no classes.
    """
    network.check_classes()
    block = network.find_block(layer)
    index = None if target is None else network.find_class(target)
    for start in range(0, len(photos), BATCH):
        images = [open_photo() for open_photo in photos[start : start + BATCH]]
        preprocessing = network.weights.preprocessing
        x = torch.cat([to_tensor(image, preprocessing, framing) for image in images])
        frames = [frame(image, preprocessing, framing) for image in images]
        yield [
            PhotoResult(photo_frame, *explained)
            for photo_frame, explained in zip(
                frames, _explain_with_fallback(network, x, block, index, signed), strict=True
            )
        ]


Explained = tuple[tuple[Prediction, ...], Prediction, Map]


def _explain_with_fallback(
    network: Network, x: Tensor, block: str, index: int | None, signed: bool
) -> list[Explained]:
    """Explain a batch; if the GPU runs out of memory, photo by photo, and then on the CPU."""
    explanations = unless_out_of_memory(
        lambda: _explain_batch(network, x.to(network.device), block, index, signed)
    )
    if explanations is not None:
        return explanations
    if len(x) == 1:
        return _explain_batch(network.on_cpu(), x, block, index, signed)
    return [
        explained
        for single in x.split(1)
        for explained in _explain_with_fallback(network, single, block, index, signed)
    ]


def _explain_batch(
    network: Network, x: Tensor, block: str, index: int | None, signed: bool
) -> list[Explained]:
    from captum.attr import LayerGradCam

    links = list(network.chain)
    split = links.index(block) + 1
    with torch.no_grad(), network.autocast():
        activation = _run_links(network, links[:split], x)
        logits = _run_links(network, links[split:], activation).float()
    best_classes = class_scores(logits).argmax(1)
    targets = best_classes if index is None else torch.full_like(best_classes, index)
    activation, suffix = network.opened_at(block, activation)

    def score(activations: Tensor) -> Tensor:
        with network.autocast():
            scores = class_scores(suffix(activations).float())
        return scores.gather(1, targets[:, None])[:, 0]

    heatmaps = LayerGradCam(score, suffix[0]).attribute(
        activation.requires_grad_(), relu_attributions=not signed
    )
    probabilities = network.weights.probabilities(logits).cpu()
    return [
        (
            best(row, network.labels),
            Prediction(class_index, network.labels[class_index], float(row[class_index])),
            heatmap.detach()[0].float().cpu().numpy(),
        )
        for row, class_index, heatmap in zip(probabilities, targets.tolist(), heatmaps, strict=True)
    ]


def _run_links(network: Network, links: list[str], x: Tensor) -> Tensor:
    for link in links:
        x = network.chain[link](x)
    return x
