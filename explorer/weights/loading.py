"""Load a network with weights from any source.

    load("resnet18")                                built-in
    load("resnet50", "imagenet-new")                published by torchvision
    load("resnet50", "random:0")                    untrained
    load(weights="mine.pth", labels="names.txt")    the reader's own, see `checkpoint_options`

Importing this module is cheap: torch is imported by the first call of `load`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from explorer.errors import WeightsError
from explorer.networks.variants import CONTRAST, HIGHWAYS, VARIANTS, Variant, find_variant
from explorer.networks.weight_sources import WeightSource, WeightsRequest, parse_weights
from explorer.networks.weights_info import Weights
from explorer.weights import builtin
from explorer.weights.checkpoint_options import LARGEST_INPUT, SMALLEST_INPUT, CheckpointOptions

if TYPE_CHECKING:
    from torch import nn

    from explorer.networks.class_outputs import Outputs
    from explorer.networks.devices import Precision
    from explorer.networks.network import Network
    from explorer.photos.geometry import Preprocessing
    from explorer.weights.checkpoints import Checkpoint
    from explorer.weights.model_cards import ModelCard

DEFAULT_VARIANT, IMAGENET_CLASSES = "resnet18", 1000


def load(
    variant: str | None = None,
    weights: str | os.PathLike[str] = WeightSource.BUILTIN,
    device: str = "cpu",
    labels: str | os.PathLike[str] | Sequence[str] | None = None,
    precision: Precision | None = None,
    *,
    size: int | None = None,
    resize: int | None = None,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    squash: bool | None = None,
    outputs: Outputs | str | None = None,
    part: str | None = None,
    preprocessing: Preprocessing | None = None,
    download: bool = True,
) -> Network:
    """Load a network, ready to analyse photos and safe to share between threads.

    Args:
        variant: name of the variant in the catalogue; None recognises a checkpoint's variant, and
            stands for ResNet-18 otherwise.
        weights: "builtin", "imagenet-classic", "imagenet-new", "random:SEED", or the path of a
            checkpoint.
        device: "auto", "cpu", "cuda", "cuda:N" or "mps".
        labels: path of the file with a checkpoint's class labels, see
            `explorer.weights.class_labels.read_labels`; or the labels themselves.
        precision: float32 (also for None), or bfloat16 autocast on CUDA.
        size: as the following arguments an option for a checkpoint, see `CheckpointOptions`: the
            side of its square input in pixels.
        resize: short side of the resized photo before the crop in pixels.
        mean: mean per colour channel, for colours in 0..1.
        std: standard deviation per colour channel.
        squash: whether the whole photo is squashed into the square, instead of cropped.
        outputs: "softmax" (one class per photo) or "sigmoid" (each class for itself).
        part: which of several networks in the file.
        preprocessing: all of a checkpoint's preprocessing at once; None takes what its file says,
            or else ImageNet's.
        download: whether to download ImageNet weights that are not on this machine. To show
            progress, call `explorer.weights.availability.fetch` first.

    Raises:
        RequestError: if there is no such variant.
        WeightsError: if there are no such weights, or they do not fit or are not safe to open.
        WeightsUnavailableError: if the weights are not on this machine and were not downloaded.
        DeviceError: if the device is not on this machine, or does not offer the precision.
    """
    from explorer.networks.devices import Precision, check_precision, choose
    from explorer.networks.network import Network

    target, precision = choose(device), precision or Precision.FLOAT32
    check_precision(target, precision)
    request, entry = parse_weights(weights), find_variant(variant) if variant is not None else None
    options = CheckpointOptions(labels, size, resize, mean, std, squash, outputs, part)
    if request.path is not None:
        loaded = _load_checkpoint(request.path, entry, options, preprocessing)
    elif options == CheckpointOptions() and preprocessing is None:
        loaded = _load_catalogued(entry or VARIANTS[DEFAULT_VARIANT], request, download)
    else:
        raise WeightsError(f"Only a checkpoint takes labels and preprocessing, not {weights}.")
    cpu = choose("cpu")
    return Network(loaded.variant, loaded.weights, loaded.module, cpu).on(target, precision)


def verify(variant: str, source: WeightSource | str) -> Network:
    """Check the hash of weights on this machine, then load them.

    Raises:
        WeightsError: if there are no such weights, or a built-in file is not the recorded one.
        WeightsUnavailableError: if the weights are not on this machine, or are damaged.
    """
    source = WeightSource(source)
    if source is WeightSource.BUILTIN:
        from explorer.weights.download import sha256

        path = builtin.find(find_variant(variant))
        builtin.check_sum(path, sha256(path))
    return load(variant, source, download=False)  # checks the hash of ImageNet weights


class _Loaded(NamedTuple):
    variant: Variant
    weights: Weights
    module: nn.Module


def _load_catalogued(variant: Variant, request: WeightsRequest, download: bool) -> _Loaded:
    if request.source is WeightSource.BUILTIN:
        return _load_builtin(variant)
    if request.source is WeightSource.UNTRAINED and variant.name in CONTRAST | HIGHWAYS:
        raise WeightsError(
            f"Only ResNets come untrained, not {variant.title}. Choose one, or other weights."
        )
    if request.source is WeightSource.UNTRAINED:
        return _load_untrained(variant, request.seed)
    return _load_imagenet(variant, request.source, download)


def _load_builtin(variant: Variant) -> _Loaded:
    from explorer.networks.architectures import Architecture
    from explorer.weights import checkpoints
    from explorer.weights.download import sha256
    from explorer.weights.model_cards import read_card

    path = builtin.find(variant)
    card = read_card(path)
    weights = Weights(
        name=WeightSource.BUILTIN,
        source=WeightSource.BUILTIN,
        title=builtin.title(card),
        labels=card.labels,
        preprocessing=_preprocessing_of(card),
        recipe=card.recipe,
        top1=card.top1,
        width=card.width,
        temperature=card.temperature,
        calibration_error=card.calibration_error,
        sha256=sha256(path),
    )
    architecture = Architecture(variant, card.width, len(card.labels))
    module = architecture.assemble(checkpoints.read(path).to_float32())
    return _Loaded(variant, weights, module)


def _load_imagenet(variant: Variant, source: WeightSource, download: bool) -> _Loaded:
    from explorer.networks.architectures import Architecture
    from explorer.photos.geometry import Preprocessing
    from explorer.weights import imagenet

    published = imagenet.find(variant, source)
    if download and not imagenet.cached_path(published).exists():
        for _ in imagenet.fetch(published):
            pass
    weights = Weights(
        name=source,
        source=source,
        title=source.heading,
        labels=tuple(published.meta["categories"]),
        preprocessing=Preprocessing.of(published.transforms()),
        recipe=published.meta["recipe"],
        top1=published.meta["_metrics"]["ImageNet-1K"]["acc@1"],
        sha256=imagenet.verify(published),
    )
    module = Architecture(variant, 64, IMAGENET_CLASSES).assemble(imagenet.read(published))
    return _Loaded(variant, weights, module)


def _load_untrained(variant: Variant, seed: int) -> _Loaded:
    from explorer.photos.geometry import IMAGENET
    from explorer.weights import imagenet
    from explorer.weights.untrained import build_untrained

    weights = Weights(
        name=f"{WeightSource.UNTRAINED}:{seed}",
        source=WeightSource.UNTRAINED,
        title=f"Untrained (noise), seed {seed}",
        labels=imagenet.labels(),
        preprocessing=IMAGENET,
        recipe="Initialised as torchvision does, never trained: what it predicts is noise.",
    )
    return _Loaded(variant, weights, build_untrained(variant, seed))


def _load_checkpoint(
    path: Path,
    required: Variant | None,
    options: CheckpointOptions,
    preprocessing: Preprocessing | None,
) -> _Loaded:
    from explorer.weights import checkpoints
    from explorer.weights.checkpoint_facts import weights_of
    from explorer.weights.download import sha256

    checkpoint = checkpoints.read(path, options.part)
    architecture = checkpoint.architecture(required)
    card = _card_of(checkpoint)
    weights = weights_of(checkpoint, architecture, is_required=required is not None)
    if card is not None:
        weights = replace(
            weights,
            labels=card.labels if len(card.labels) == architecture.num_classes else weights.labels,
            assumed_labels=False,
            preprocessing=_preprocessing_of(card),
            recipe=card.recipe,
            top1=card.top1,
            temperature=card.temperature,
            calibration_error=card.calibration_error,
            assumed=(),
        )
    if preprocessing is not None:
        weights = replace(weights, preprocessing=preprocessing, assumed=())
    weights = options.applied_to(replace(weights, sha256=sha256(path)))
    return _Loaded(architecture.variant, weights, architecture.assemble(checkpoint.to_float32()))


def _card_of(checkpoint: Checkpoint) -> ModelCard | None:
    """Read the card of a file that `resnet-explorer train` wrote; other files have none."""
    from explorer.weights.model_cards import read_card

    if "card" not in checkpoint.metadata:
        return None
    card = read_card(checkpoint.path)
    sides = (card.crop_size, card.resize_size)
    fits = min(sides) >= SMALLEST_INPUT and max(sides) <= LARGEST_INPUT
    in_colour = len(card.mean) == len(card.std) == 3
    if not (fits and in_colour and min(*card.std, card.temperature) > 0):
        raise WeightsError(
            f"The card in {checkpoint.path.name} is damaged: no photo can be brought to its size "
            "and scale. Save the weights without it."
        )
    return card


def _preprocessing_of(card: ModelCard) -> Preprocessing:
    from explorer.photos.geometry import Preprocessing

    return Preprocessing(
        crop_size=card.crop_size,
        resize_size=card.resize_size,
        mean=card.mean,
        std=card.std,
        squash=card.squash,
    )
