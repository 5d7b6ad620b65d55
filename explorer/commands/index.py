"""`resnet-explorer index`: make a collection of the photos in a folder, or bring it up to date."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.loading import add_network_arguments, checkpoint_options, load_network
from explorer.commands.outputs import one_line
from explorer.commands.stores import add_store_arguments, credentials
from explorer.wording import duration

if TYPE_CHECKING:
    from explorer.search.indexing import IndexProgress, IndexReport

ALL_READ, SOME_FAILED = 0, 1
LINES = 10  # of progress, where a line cannot be rewritten
MOST_DUPLICATES = 20  # that are listed
INDEXES = {"flat": "FLAT", "hnsw": "HNSW", "ivf": "IVF_FLAT"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for folder, network, vectors and store."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds photos, at any depth")
    parser.add_argument("--name", required=True, help="name of the collection")
    parser.add_argument("--block", help="block whose output is pooled (default: before the head)")
    parser.add_argument("--framing", choices=("crop", "whole"), default="crop")
    parser.add_argument(
        "--logits", action="store_true", help="take the head's logits as vectors, not a block"
    )
    parser.add_argument(
        "--index",
        choices=tuple(INDEXES),
        help="how it is searched: flat compares all photos, the others only some (default: flat)",
    )
    parser.add_argument("--batch-size", type=_batch, default=16, metavar="N", help="default: 16")
    parser.add_argument("--json", action="store_true", help="print the result as a JSON object")
    add_store_arguments(parser)
    add_network_arguments(parser)


def _batch(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"a number from 1 to 1024 is needed, not {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Index; photos that cannot be read are listed, and do not stop it."""
    from explorer.photos.geometry import Framing
    from explorer.photos.pillow_internals import silence_libtiff
    from explorer.search.index_by_name import index
    from explorer.search.milvus_store import IndexKind
    from explorer.search.vector_space import VectorKind

    silence_libtiff()
    network = load_network(
        arguments.variant,
        arguments.weights,
        arguments.device,
        arguments.labels,
        arguments.dtype,
        quiet=arguments.json and not sys.stdout.isatty(),
        **checkpoint_options(arguments),
    )
    report = index(
        arguments.folder,
        arguments.name,
        network,
        block=arguments.block,
        framing=Framing(arguments.framing),
        kind=VectorKind.LOGITS if arguments.logits else VectorKind.POOLED,
        store=arguments.store,
        token=credentials(arguments),
        index=IndexKind(INDEXES[arguments.index]) if arguments.index else None,
        batch=arguments.batch_size,
        watch=_progress(),
    )
    for path, reason in report.unreadable:
        print(f"{one_line(path)}: {reason}", file=sys.stderr)
    print(_json(arguments.name, report) if arguments.json else "\n".join(_lines(report)))
    return SOME_FAILED if report.unreadable else ALL_READ


def _progress() -> Callable[[IndexProgress], None]:
    """Return a function that rewrites one line, or else prints a line for each tenth."""
    printed: set[int] = set()

    def show(step: IndexProgress) -> None:
        left = f", {duration(step.seconds_left)} left" if step.done < step.total else ""
        line = f"{step.done:,} of {step.total:,} photos, {step.rate:.1f} a second{left}"
        if sys.stderr.isatty():
            end = "\n" if step.done == step.total else ""
            print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
            return
        tenth = LINES * step.done // step.total
        if tenth not in printed:
            printed.add(tenth)
            print(line, file=sys.stderr, flush=True)

    return show


def _json(name: str, report: IndexReport) -> str:
    return json.dumps(
        {
            "name": name,
            "photos": report.photos,
            "new": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "removed": report.removed,
            "duplicates": [list(pair) for pair in report.duplicates],
            "unreadable": [
                {"photo": one_line(path), "error": reason} for path, reason in report.unreadable
            ],
            "seconds": round(report.seconds, 3),
        }
    )


def _lines(report: IndexReport) -> Iterator[str]:
    yield (
        f"{report.photos:,} photos: {report.new:,} new, {report.changed:,} changed, "
        f"{report.unchanged:,} as before; {report.removed:,} removed ({duration(report.seconds)})"
    )
    for name, other in report.duplicates[:MOST_DUPLICATES]:
        yield f"  {name!r} is a copy of {other!r}"
    if len(report.duplicates) > MOST_DUPLICATES:
        yield f"  and {len(report.duplicates) - MOST_DUPLICATES:,} more copies"
