"""`resnet-explorer train --evaluate`: measure a network on a folder of photos."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.cuts import check_recordable, record_cuts
from explorer.commands.loading import checkpoint_options, load_network
from explorer.errors import DataError

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.photos.class_folders import PhotoFolder
    from explorer.training.evaluation import Evaluation


def evaluate_folder(arguments: argparse.Namespace) -> None:
    """Evaluate `--weights` on the photos of `--evaluate`, and print or record the result.

    Raises:
        ExplorerError: if the network or the photos cannot be used.
    """
    network = load_network(
        arguments.variant,
        arguments.weights,
        arguments.device,
        labels=arguments.labels,
        **checkpoint_options(arguments),
    )
    network.check_classes()
    if arguments.cuts is not None:
        check_recordable(network)
    photos = _photos_for(network, arguments.evaluate)
    if arguments.cuts is not None:
        record_cuts(network, photos, arguments)
        return
    scores = _evaluate(network, photos)
    print(f"{network.variant.title}, {network.weights.line}")
    print(f"{len(scores.targets):,} photos of {arguments.evaluate}")
    print(f"top-1           {scores.accuracy():6.2f} %{_stated(network)}")
    print(f"top-5           {scores.accuracy(5):6.2f} %")
    print(f"mean per class  {scores.mean_per_class:6.2f} %")
    print(f"loss            {scores.loss:6.3f}")


def _photos_for(network: Network, folder: Path) -> PhotoFolder:
    """Read the photos, with the network's class indices as targets, and print what was assumed."""
    from explorer.photos.class_folders import open_photo_folder
    from explorer.training.folder_classes import classes_of_folders

    photos = open_photo_folder(folder, network.weights.preprocessing.resize_size)
    try:
        classes = classes_of_folders(photos.folders, network.labels)
    except DataError as error:
        raise DataError(f"{folder} and the network do not match: {error}") from error
    for note in (*photos.notes, *classes.notes):
        print(note, file=sys.stderr)
    return photos.relabelled(classes.indices, network.labels)


def _evaluate(network: Network, photos: PhotoFolder) -> Evaluation:
    from explorer.training.evaluation import evaluate
    from explorer.training.trainer import evaluation_transform

    transform = evaluation_transform(network.weights.preprocessing)
    return evaluate(network.module, photos.transformed(transform))


def _stated(network: Network) -> str:
    stated = network.weights.top1
    return "" if stated is None else f"   (stated: {stated:.2f} %)"
