"""`resnet-explorer explain`: explain photos without a browser."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.loading import (
    add_network_arguments,
    checkpoint_options,
    load_network,
)
from explorer.commands.outputs import one_line, output_file, output_folder, unique_stems
from explorer.commands.reports import (
    ExplainReport,
    ExplainRequest,
    json_error,
    json_object,
    text_block,
)
from explorer.errors import ImageError, RequestError

if TYPE_CHECKING:
    from PIL import Image

    from explorer.networks.network import Network

OVERLAY, HEATMAP = ".overlay.png", ".heatmap.npy"
OVERLAY_SIDE = 2000  # longest side in pixels; larger photos are reduced
ALL_EXPLAINED, SOME_FAILED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for photos, network, question and output."""
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    add_network_arguments(parser)
    _add_question(parser)
    parser.add_argument(
        "--output", type=Path, default=Path(), metavar="DIR", help="default: the current folder"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per photo")


def _add_question(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--method",
        default="grad-cam",
        help="grad-cam, hires-cam, guided-grad-cam, guided-backprop, integrated-gradients, "
        "saliency or occlusion (default: %(default)s)",
    )
    parser.add_argument("--layer", help="a block, such as layer4.1 (default: the last one)")
    parser.add_argument(
        "--target",
        metavar="LABEL|INDEX",
        help="the class to explain (default: the predicted one)",
    )
    parser.add_argument(
        "--rather-than",
        metavar="LABEL|INDEX",
        help="a second class: show what supports the first and not this one",
    )
    parser.add_argument(
        "--signed", action="store_true", help="keep the evidence against the class, too"
    )
    parser.add_argument(
        "--frame",
        choices=("crop", "whole"),
        default="crop",
        help="show the network the centre, or the whole photo with a margin (default: crop)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Explain each photo; one that cannot be read does not stop the others."""
    from explorer.photos.pillow_internals import silence_libtiff

    silence_libtiff()
    output = output_folder(arguments.output).absolute()
    network = load_network(
        arguments.variant,
        arguments.weights,
        arguments.device,
        arguments.labels,
        arguments.dtype,
        quiet=arguments.json and not sys.stdout.isatty(),
        **checkpoint_options(arguments),
    )
    network.check_classes()
    question = _question(arguments, network)
    report = json_object if arguments.json else text_block
    stems = unique_stems(arguments.photos, (OVERLAY, HEATMAP), output)
    code = ALL_EXPLAINED
    for photo, stem in zip(arguments.photos, stems, strict=True):
        try:
            explanation = _explain(network, question, photo, output / stem)
        except ImageError as error:
            print(f"{one_line(photo)}: {error}", file=sys.stderr)
            if arguments.json:
                print(json_error(photo, error), flush=True)
            code = SOME_FAILED
        else:
            print(report(explanation), flush=True)
            for note in explanation.analysis.notes:
                print(f"{one_line(photo)}: {note}", file=sys.stderr)
    return code


def _question(arguments: argparse.Namespace, network: Network) -> ExplainRequest:
    from explorer.explain.method_catalogue import find_method

    target, rather_than = (
        None if name is None else network.find_class(name)
        for name in (arguments.target, arguments.rather_than)
    )
    for name in (arguments.target, arguments.rather_than):
        _say_which(name, network)
    if target is not None and target == rather_than:
        raise RequestError("--target and --rather-than name the same class; give two.")
    return ExplainRequest(
        method=find_method(arguments.method),
        layer=network.find_block(arguments.layer),
        target=target,
        rather_than=rather_than,
        signed=arguments.signed,
        frame=arguments.frame,
    )


def _say_which(name: str | None, network: Network) -> None:
    """Say that a number is a label, where it could be taken for an index."""
    if name is None or not name.strip().isdecimal():
        return
    number, index = int(name), network.find_class(name)
    if index != number < len(network.labels):
        print(
            f"{name} is read as the label of output {index}, not as output {number}; that is "
            f"{network.labels[number]!r}.",
            file=sys.stderr,
        )


def _explain(network: Network, question: ExplainRequest, photo: Path, base: Path) -> ExplainReport:
    """Explain one photo and write its two files, whose paths begin with `base`."""
    from explorer.explain.analysis import analyze
    from explorer.photos.geometry import Framing
    from explorer.photos.reading import read_photo

    read = read_photo(photo)
    image = read.image
    for note in read.notes:
        print(f"{one_line(photo)}: {note}", file=sys.stderr)
    started = time.perf_counter()
    analysis = analyze(network, image, Framing(question.frame))
    target = analysis.predictions[0]
    if question.target is not None:
        target = analysis.prediction(question.target)
    heatmap = analysis.heatmap(
        question.layer, target.index, question.rather_than, question.signed, question.method.name
    )
    seconds = time.perf_counter() - started
    explanation = ExplainReport(
        photo=photo.absolute(),
        question=question,
        analysis=analysis,
        target=target,
        heatmap=heatmap,
        overlay_file=Path(f"{base}{OVERLAY}"),
        heatmap_file=Path(f"{base}{HEATMAP}"),
        seconds=seconds,
    )
    _write(explanation, image)
    return explanation


def _write(explanation: ExplainReport, image: Image.Image) -> None:
    import numpy as np

    from explorer.figures.explain.heatmaps import overlay
    from explorer.figures.pictures import fitted, png

    heatmap, resized = explanation.heatmap, fitted(image, OVERLAY_SIDE)
    picture = overlay(resized, heatmap, explanation.analysis.frame, explanation.question.signed)
    with output_file(explanation.overlay_file) as partial:
        partial.write_bytes(png(picture))
    with output_file(explanation.heatmap_file) as partial, partial.open("wb") as file:
        np.save(file, heatmap)
