"""`resnet-explorer search`: find the photos of a collection that look most like some photo."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.loading import add_network_arguments, checkpoint_options, load_network
from explorer.commands.stores import add_store_arguments, credentials

if TYPE_CHECKING:
    from explorer.search.collection import Match

FOUND = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for photos, collection, filter and network."""
    parser.add_argument(
        "photos", nargs="+", type=Path, metavar="PHOTO", help="to be like; several are averaged"
    )
    parser.add_argument("--name", required=True, help="name of the collection")
    parser.add_argument(
        "--minus", nargs="+", type=Path, default=[], metavar="PHOTO", help="not to be like"
    )
    parser.add_argument(
        "--limit", type=_limit, default=10, metavar="N", help="photos to find (default: 10)"
    )
    parser.add_argument(
        "--category", action="append", default=[], help="only of this one; repeat for more"
    )
    parser.add_argument("--folder", default="", help="only below this folder of the collection")
    parser.add_argument("--json", action="store_true", help="print one JSON object per photo")
    add_store_arguments(parser)
    add_network_arguments(parser)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"a whole number is needed, not {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Search with the network that the options name, which must be that of the collection."""
    from explorer.photos.pillow_internals import silence_libtiff
    from explorer.photos.reading import read_image
    from explorer.search.collection import Where
    from explorer.search.embedding import embed
    from explorer.search.kept_collections import open_collection
    from explorer.search.query import combined

    silence_libtiff()
    plus = [read_image(path) for path in arguments.photos]
    minus = [read_image(path) for path in arguments.minus]
    with open_collection(arguments.name, arguments.store, credentials(arguments)) as collection:
        network = load_network(
            arguments.variant or _own_variant(arguments, collection.space.variant),
            arguments.weights,
            arguments.device,
            arguments.labels,
            arguments.dtype,
            quiet=arguments.json and not sys.stdout.isatty(),
            **checkpoint_options(arguments),
        )
        vectors = embed(network, [*plus, *minus], collection.space)
        query = combined(vectors[: len(plus)], vectors[len(plus) :])
        where = Where(tuple(arguments.category), arguments.folder)
        matches = collection.search(query, arguments.limit, where)
        folder = collection.folder
    for place, match in enumerate(matches, 1):
        print(_json(match, folder) if arguments.json else _line(place, match))
    return FOUND


def _own_variant(arguments: argparse.Namespace, variant: str) -> str | None:
    """Return the variant of the collection, unless a checkpoint knows its own."""
    from explorer.networks.weight_sources import parse_weights

    return variant if parse_weights(arguments.weights).path is None else None


def _line(place: int, match: Match) -> str:
    return f"{place:3}  {match.similarity:6.3f}  {match.row.name}"


def _json(match: Match, folder: Path | None) -> str:
    return json.dumps(
        {
            "name": match.row.name,
            "category": match.row.category,
            "similarity": round(match.similarity, 6),
            "path": str(folder / match.row.name) if folder else None,
        }
    )
