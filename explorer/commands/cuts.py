"""`resnet-explorer train --evaluate FOLDER --cuts FILE`: the accuracy without each block."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from explorer.commands.outputs import output_file, output_folder
from explorer.errors import RequestError

if TYPE_CHECKING:
    from explorer.blocks.lesion_records import LesionRecord
    from explorer.networks.network import Network
    from explorer.photos.class_folders import PhotoFolder


def check_recordable(network: Network) -> None:
    """Check that the network comes from a file, which a record can name.

    Raises:
        RequestError: if it does not.
    """
    if network.weights.sha256 is None:
        raise RequestError("Cuts are recorded for weights from a file, not for untrained ones.")


def record_cuts(network: Network, photos: PhotoFolder, arguments: argparse.Namespace) -> None:
    """Skip each block in turn, print the accuracies, and write them to the file of `--cuts`.

    Raises:
        RequestError: if the network does not come from a file, or the record cannot be written.
    """
    check_recordable(network)
    output_folder(arguments.cuts.absolute().parent)
    record = _measure(network, photos, network.weights.sha256 or "", arguments)
    with output_file(arguments.cuts.absolute()) as partial:
        partial.write_text(record.text, encoding="utf-8")
    print(f"{network.variant.title}, {network.weights.line}")
    print(f"{record.count:,} photos of {arguments.evaluate}")
    print(f"whole           {record.top1:6.2f} %")
    for block, top1 in record.without.items():
        print(f"without {block:<8}{top1:6.2f} %")
    print(f"record  {arguments.cuts.absolute()}")


def _measure(
    network: Network, photos: PhotoFolder, sha256: str, arguments: argparse.Namespace
) -> LesionRecord:
    from explorer.blocks.lesion_records import LesionRecord, measure_lesions
    from explorer.blocks.lesions import LesionKind
    from explorer.training.trainer import evaluation_transform

    transform = evaluation_transform(network.weights.preprocessing)
    for scores in measure_lesions(network, photos.transformed(transform), LesionKind.SKIP):
        print(f"{scores.done:,} of {scores.total:,} photos", file=sys.stderr, flush=True)
    return LesionRecord(
        variant=network.variant.name,
        sha256=sha256,
        cut=LesionKind.SKIP.value,
        photos=_photo_names(photos),
        top1=scores.percent(scores.correct),
        without={block: scores.percent(correct) for block, correct in scores.without.items()},
        command=_command(network, arguments),
    )


def _photo_names(photos: PhotoFolder) -> dict[str, tuple[str, ...]]:
    """Return the names of the photos of each class, in the order of the folder."""
    names: dict[str, tuple[str, ...]] = {}
    for name, target in zip(photos.names, photos.targets, strict=True):
        label = photos.labels[target]
        names[label] = (*names.get(label, ()), name)
    return names


def _command(network: Network, arguments: argparse.Namespace) -> str:
    """Return the command that repeats this measurement, with file names but no folders."""
    weights = arguments.weights.rpartition("/")[2]
    options = ["--variant", network.variant.name, "--weights", weights]
    folder = arguments.evaluate.resolve().name
    cuts = ["--cuts", arguments.cuts.name]
    return shlex.join(["resnet-explorer", "train", "--evaluate", folder, *options, *cuts])
