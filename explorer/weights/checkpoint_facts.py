"""Describe a checkpoint's weights: what its file says, what is assumed, what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from explorer.errors import WeightsError
from explorer.networks.class_outputs import Outputs
from explorer.networks.heads import LayerKind
from explorer.networks.weight_sources import WeightSource
from explorer.networks.weights_info import COLOURS_ASSUMED, SIZE_ASSUMED, Weights
from explorer.weights.checkpoint_options import CHANNELS, no_and_yes
from explorer.weights.file_contents.found_heads import COMMON_NAMES
from explorer.weights.file_contents.stated_architecture import computes_otherwise, named_otherwise
from explorer.weights.file_contents.stated_facts import tensor_facts
from explorer.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.networks.architectures import Architecture
    from explorer.networks.heads import Head
    from explorer.photos.geometry import Preprocessing
    from explorer.weights.checkpoints import Checkpoint

IMAGENET_CLASSES = 1000
LISTED = 3  # entries named in a note


def weights_of(
    checkpoint: Checkpoint, architecture: Architecture, is_required: bool = False
) -> Weights:
    """Describe the weights of a checkpoint by what its file says, or else by what is usual.

    Args:
        checkpoint: checkpoint whose entries fit the architecture.
        architecture: architecture that its weights have the shapes of.
        is_required: whether the reader asked for this architecture; what the file says against it
            is then only noted.

    Raises:
        WeightsError: if the file says that the network computes otherwise than this architecture.
    """
    path, title = checkpoint.path, architecture.variant.title
    otherwise = computes_otherwise(checkpoint.stated)
    if otherwise and not is_required:
        raise WeightsError(
            f"{path.name} says that it {otherwise}. Its entries have the shapes of {title}'s, but "
            f"it would be computed as something else; only {title} as torchvision builds it is "
            f"computed here. Choose other weights, or ask for {architecture.variant.name} by name "
            "to compute it as that nevertheless."
        )
    location = f"{checkpoint.wrapper} in {path.name}" if checkpoint.wrapper else path.name
    outputs = _outputs(checkpoint, architecture)
    labels = _labels(checkpoint, architecture, outputs)
    several = len(checkpoint.parts) > 1
    weights = Weights(
        name=path.name,
        source=WeightSource.CHECKPOINT,
        title=f"{WeightSource.CHECKPOINT.heading} ({path.name})",
        labels=labels,
        preprocessing=_imagenet(),
        recipe=f"Not stated; the weights are {location}.",
        width=architecture.width,
        assumed_labels=_is_imagenet(checkpoint, architecture, outputs),
        outputs=outputs,
        head=_head(checkpoint, architecture, outputs),
        part=checkpoint.parts[0] if several else "",
        other_parts=checkpoint.parts[1:],
        notes=tuple(_notes(checkpoint, architecture, otherwise)),
    )
    return _prepared(weights, checkpoint)


def _imagenet() -> Preprocessing:
    from explorer.photos.geometry import IMAGENET

    return IMAGENET


def _head(checkpoint: Checkpoint, architecture: Architecture, outputs: Outputs) -> Head | None:
    """Return the head where it is not the usual one with an output per class."""
    if outputs is Outputs.YES_OR_NO and architecture.head is None:
        return checkpoint.head.head
    return architecture.head


def _outputs(checkpoint: Checkpoint, architecture: Architecture) -> Outputs:
    if architecture.head is not None and not architecture.head.layers:
        return Outputs.FEATURES
    if architecture.num_classes == 1:
        return Outputs.YES_OR_NO
    return checkpoint.stated.outputs or Outputs.SOFTMAX


def _labels(
    checkpoint: Checkpoint, architecture: Architecture, outputs: Outputs
) -> tuple[str, ...]:
    from explorer.weights import imagenet

    stated, count = checkpoint.stated, architecture.num_classes
    if outputs is Outputs.FEATURES:
        return ()
    if outputs is Outputs.YES_OR_NO:
        return no_and_yes(stated.labels(2) or stated.labels(1) or ("no", "yes"))
    if _is_imagenet(checkpoint, architecture, outputs):
        return imagenet.labels()
    return stated.labels(count) or tuple(f"class {i}" for i in range(count))


def _is_imagenet(checkpoint: Checkpoint, architecture: Architecture, outputs: Outputs) -> bool:
    """Whether ImageNet's labels are assumed."""
    count = architecture.num_classes
    usual = count == IMAGENET_CLASSES and outputs is not Outputs.FEATURES
    return usual and not checkpoint.stated.labels(count)


def _prepared(weights: Weights, checkpoint: Checkpoint) -> Weights:
    """Put the preprocessing that the file states in place of ImageNet's."""
    stated, usual = checkpoint.stated, weights.preprocessing
    layer = tensor_facts(
        {name: t for group in checkpoint.network.beside for name, t in group.items()}
    )
    mean, std = (stated.mean, stated.std) if stated.mean and stated.std else (layer.mean, layer.std)
    size = stated.size or min(stated.resize or usual.crop_size, usual.crop_size)
    resize = stated.resize or round(
        size / stated.crop_share
        if stated.crop_share
        else size * usual.resize_size / usual.crop_size
    )
    prepared = replace(usual, crop_size=size, resize_size=resize, squash=stated.squash)
    assumed: tuple[str, ...] = () if stated.size or stated.resize else (SIZE_ASSUMED,)
    if mean and std:
        prepared = replace(prepared, mean=_spread(mean), std=_spread(std))
    elif checkpoint.is_grey:
        grey = [(sum(numbers) / CHANNELS,) for numbers in (usual.mean, usual.std)]
        prepared = replace(prepared, mean=_spread(grey[0]), std=_spread(grey[1]))
        assumed += (COLOURS_ASSUMED,)
    else:
        assumed += (COLOURS_ASSUMED,)
    return replace(weights, preprocessing=prepared, assumed=assumed)


def _spread(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return numbers * CHANNELS if len(numbers) == 1 else numbers


def _notes(checkpoint: Checkpoint, architecture: Architecture, otherwise: str) -> Iterator[str]:
    """Yield what a reader must know of how the file was read, in sentences."""
    stated = checkpoint.stated
    title = architecture.variant.title
    if otherwise:
        yield f"The file says that it {otherwise}; it is computed as {title}, as you asked."
    elif named_otherwise(stated, architecture.variant):
        yield (
            f"The file calls it {stated.architecture}; its weights are those of {title}, as which "
            "it is computed."
        )
    if len(checkpoint.parts) > 1:
        averaged = ", its averaged weights" if checkpoint.network.averaged else ""
        yield (
            f"The file holds {len(checkpoint.parts)} networks; this is {checkpoint.parts[0]}"
            f"{averaged}. You can choose another part: {listed(checkpoint.parts[1:])}."
        )
    if checkpoint.left_out:
        count = len(checkpoint.left_out)
        yield (
            f"{count:,} {'entry' if count == 1 else 'entries'} beside the network "
            f"{'is' if count == 1 else 'are'} left out: {_named(checkpoint.left_out)}."
        )
    yield from _notes_on_head(checkpoint, architecture)
    if checkpoint.is_grey:
        yield "It takes grey photos: colours are turned into grey values first."
    yield from stated.unusable


def _notes_on_head(checkpoint: Checkpoint, architecture: Architecture) -> Iterator[str]:
    stated, head = checkpoint.stated, checkpoint.head
    classes = architecture.num_classes
    if not head.head.layers:
        yield "It has no head: its blocks can be looked at, but it gives no classes."
        if any(name.partition(".")[0] in COMMON_NAMES for name in checkpoint.left_out):
            yield (
                "A head of convolutions stands beside it, as for segmentation: its blocks may have "
                "been dilated, which weights do not show; they are computed with the usual strides."
            )
        return
    if head.activation_assumed:
        yield (
            f"Its head, {head.name}, has several layers; a {LayerKind.RELU} between them is "
            "assumed, because the file does not state the activation."
        )
    if head.others:
        yield f"It has several heads; this is {head.name}, and {listed(head.others)} left out."
    if stated.num_classes not in (None, classes) and not (stated.num_classes == 2 and classes == 1):
        yield (
            f"The file states {stated.num_classes:,} classes, and the head has {classes:,} "
            f"{'output' if classes == 1 else 'outputs'}, which count."
        )
    lists = [names for names in stated.class_lists if names]
    counts = {1, 2} if classes == 1 else {classes}
    if lists and not any(len(names) in counts for names in lists):
        yield (
            f"The class names in the file are {len(lists[0]):,}, the head has {classes:,} "
            f"{'output' if classes == 1 else 'outputs'}, so they are left out."
        )


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:LISTED])
    return f"{shown}, ..." if len(names) > LISTED else shown
