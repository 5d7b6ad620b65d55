"""The options that choose a network, and loading it with visible progress."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from explorer.networks.variants import VARIANTS, find_variant
from explorer.weights.availability import MEGABYTE
from explorer.weights.class_labels import open_labels

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.weights.download import DownloadProgress

LINES = 10  # of progress per download, where a line cannot be rewritten


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for variant, weights, labels, device and precision."""
    parser.add_argument(
        "--variant", help=f"{', '.join(VARIANTS)} (default: a checkpoint's own, else resnet18)"
    )
    parser.add_argument(
        "--weights",
        default="builtin",
        help="builtin, imagenet-classic, imagenet-new, random:SEED, or the path of a checkpoint "
        "(default: %(default)s)",
    )
    parser.add_argument("--labels", metavar="FILE", help="class names for a checkpoint")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    add_checkpoint_arguments(parser)


def add_checkpoint_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how to read a checkpoint, where its file does not."""
    group = parser.add_argument_group("how to read a checkpoint, where its file does not say it")
    group.add_argument("--size", type=int, metavar="PIXELS", help="side of the square input")
    group.add_argument(
        "--resize",
        dest="resize_before_crop",
        type=int,
        metavar="PIXELS",
        help="short side of the photo before the crop (default: 256 for a size of 224, and so on)",
    )
    for name in ("mean", "std"):
        group.add_argument(
            f"--{name}",
            type=_numbers,
            metavar="R,G,B",
            help=f"{name} of the colours from 0 to 1; one number counts for all three",
        )
    group.add_argument(
        "--fit", choices=("crop", "squash"), help="crop the photo, or squash it into the square"
    )
    group.add_argument(
        "--outputs",
        choices=("softmax", "sigmoid"),
        help="one class per photo, or classes that are independent of each other",
    )
    group.add_argument("--part", metavar="NAME", help="which of several networks in the file")


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(number) for number in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"numbers with commas between them are needed, as 0.5,0.5,0.5, not {text!r}"
        ) from None


def checkpoint_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the options of `add_checkpoint_arguments` as `load` takes them."""
    return {
        "size": arguments.size,
        "resize": arguments.resize_before_crop,
        "mean": arguments.mean,
        "std": arguments.std,
        "squash": None if arguments.fit is None else arguments.fit == "squash",
        "outputs": arguments.outputs,
        "part": arguments.part,
    }


def _print_remarks(network: Network) -> None:
    """Say on stderr what is assumed about a checkpoint, and what was left out."""
    for remark in network.weights.remarks:
        print(f"{network.weights.name}: {remark}", file=sys.stderr)


def load_network(
    variant: str | None,
    weights: str,
    device: str,
    labels: str | None = None,
    dtype: str = "float32",
    *,
    quiet: bool = False,
    **options: Any,
) -> Network:
    """Load a network, after downloading its weights if necessary.

    Args:
        variant: name of the variant; None for a checkpoint's own, or else the default one.
        weights: weights source: its name, "random:SEED", or the path of a checkpoint.
        device: "auto", "cpu", "cuda", "cuda:N" or "mps".
        labels: path of a file with class names for a checkpoint, or None.
        dtype: "float32" or "bfloat16".
        quiet: whether to hide the progress of a download.
        options: how to read a checkpoint; see `checkpoint_options`.

    Raises:
        ExplorerError: if there is no such network or device.
    """
    if variant is not None:
        find_variant(variant)  # report a wrong name before importing torch
    if labels is not None:
        print(open_labels(labels).line, file=sys.stderr)

    from explorer.networks.devices import Precision
    from explorer.networks.weight_sources import parse_weights
    from explorer.weights.availability import availability
    from explorer.weights.loading import DEFAULT_VARIANT, load

    source, name = parse_weights(weights).source, variant or DEFAULT_VARIANT
    if source.downloads and not quiet and availability(name, source).download_mb:
        show_fetch(name, source)
    network = load(variant, weights, device, labels, Precision(dtype), **options)
    _print_remarks(network)
    return network


def show_fetch(variant: str, source: str) -> None:
    """Fetch weights and show the progress on stderr.

    Raises:
        WeightsError: if the weights cannot be fetched.
    """
    from explorer.weights.availability import fetch

    show = _rewrite_line if sys.stderr.isatty() else _print_lines
    show(f"{variant}/{source}", fetch(variant, source))


def _rewrite_line(name: str, progress: Iterator[DownloadProgress]) -> None:
    try:
        for state in progress:
            print(f"\r{_line(name, state)}", end="", file=sys.stderr, flush=True)
    finally:
        print(file=sys.stderr)


def _print_lines(name: str, progress: Iterator[DownloadProgress]) -> None:
    last_part = -1
    for state in progress:
        part = LINES * state.bytes_done // state.bytes_total if state.bytes_total else 0
        if part > last_part:
            print(_line(name, state), file=sys.stderr, flush=True)
            last_part = part


def _line(name: str, state: DownloadProgress) -> str:
    done = state.bytes_done / MEGABYTE
    if state.bytes_total is None:
        return f"{name}: {done:.1f} MB"
    total = state.bytes_total / MEGABYTE
    return f"{name}: {done:.1f} of {total:.1f} MB, {100 * done / total:.0f} %"
