"""The options that choose a network, and loading it with progress to see."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from explorer.networks.variants import VARIANTS, find_variant
from explorer.weights.availability import MEBIBYTE

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.weights.download import DownloadProgress

LINES = 10  # that a download takes where lines cannot be rewritten


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    """Add variant, weights, labels, device and precision."""
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


def load_network(
    variant: str | None,
    weights: str,
    device: str,
    labels: str | None = None,
    dtype: str = "float32",
    *,
    quiet: bool = False,
) -> Network:
    """Load a network, after a download if need be.

    Args:
        variant: as for `explorer.weights.loading.load`, like all but the last two.
        weights: what the reader asked for.
        device: where it computes.
        labels: a file, or None.
        dtype: "float32" or "bfloat16".
        quiet: show no progress.

    Raises:
        ExplorerError: if there is no such network or device.
    """
    if variant is not None:
        find_variant(variant)  # a wrong name is known before torch is there

    from explorer.networks.devices import Precision
    from explorer.networks.weight_sources import parse_weights
    from explorer.weights.availability import availability
    from explorer.weights.loading import DEFAULT_VARIANT, load

    source, name = parse_weights(weights).source, variant or DEFAULT_VARIANT
    if source.downloads and not quiet and availability(name, source).download_mb:
        show_fetch(name, source)
    return load(variant, weights, device, labels, Precision(dtype))


def show_fetch(variant: str, source: str) -> None:
    """Fetch weights, and show on stderr how far it is.

    Raises:
        WeightsError: if they cannot be fetched.
    """
    from explorer.weights.availability import fetch

    show = _rewrite_line if sys.stderr.isatty() else _add_lines
    show(f"{variant}/{source}", fetch(variant, source))


def _rewrite_line(name: str, progress: Iterator[DownloadProgress]) -> None:
    try:
        for state in progress:
            print(f"\r{_line(name, state)}", end="", file=sys.stderr, flush=True)
    finally:
        print(file=sys.stderr)


def _add_lines(name: str, progress: Iterator[DownloadProgress]) -> None:
    shown = -1
    for state in progress:
        part = LINES * state.bytes_done // state.bytes_total if state.bytes_total else 0
        if part > shown:
            print(_line(name, state), file=sys.stderr, flush=True)
            shown = part


def _line(name: str, state: DownloadProgress) -> str:
    done = state.bytes_done / MEBIBYTE
    if state.bytes_total is None:
        return f"{name}: {done:.1f} MB"
    total = state.bytes_total / MEBIBYTE
    return f"{name}: {done:.1f} of {total:.1f} MB, {100 * done / total:.0f} %"
