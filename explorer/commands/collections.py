"""`resnet-explorer collections`: list, verify or drop the collections of a store."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from explorer.commands.stores import add_store_arguments, chosen_place, credentials
from explorer.errors import SearchError

if TYPE_CHECKING:
    from explorer.search.verification import Verification

ALL_WELL, SOME_FAILED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the three actions."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    text = "show the collections, what their vectors are, and how many photos they hold"
    listing = actions.add_parser("list", help=text, description=text)
    listing.set_defaults(act=_list)
    text = "compare a collection with its folder, and its index with exact search"
    verifying = actions.add_parser("verify", help=text, description=text)
    verifying.set_defaults(act=_verify)
    text = "remove a collection; its photos stay"
    dropping = actions.add_parser("drop", help=text, description=text)
    dropping.set_defaults(act=_drop)
    for action in (listing, verifying):
        action.add_argument("--json", action="store_true", help="print one JSON object per line")
    for action in (verifying, dropping):
        action.add_argument("name", metavar="NAME", help="name of the collection")
    for action in (listing, verifying, dropping):
        add_store_arguments(action)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen action."""
    code: int = arguments.act(arguments)
    return code


def _list(arguments: argparse.Namespace) -> int:
    """List all; one that cannot be opened is reported, and does not stop the others."""
    from explorer.search.kept_collections import names, open_collection

    code = ALL_WELL
    for name in names(chosen_place(arguments)):
        try:
            with open_collection(name, arguments.store, credentials(arguments)) as collection:
                photos, space = len(collection.rows), collection.space.in_words
                folder, index = collection.folder, collection.index.value
        except SearchError as error:
            print(f"{name}: {error}", file=sys.stderr)
            code = SOME_FAILED
            continue
        if arguments.json:
            facts = {"name": name, "photos": photos, "space": space, "index": index}
            print(json.dumps(facts | {"folder": str(folder) if folder else None}))
        else:
            print(f"{name}  {photos:,} photos of {folder}  {space}  {index}")
    return code


def _verify(arguments: argparse.Namespace) -> int:
    from explorer.search.kept_collections import open_collection
    from explorer.search.verification import verify

    with open_collection(arguments.name, arguments.store, credentials(arguments)) as collection:
        found = verify(collection)
        index = collection.index.value
    print(_json(found) if arguments.json else _report(found, index))
    return ALL_WELL if found.well else SOME_FAILED


def _drop(arguments: argparse.Namespace) -> int:
    from explorer.search.kept_collections import drop

    drop(arguments.name, chosen_place(arguments))
    print(f"{arguments.name} is dropped; its photos are where they were.")
    return ALL_WELL


def _json(found: Verification) -> str:
    from explorer.json_records import to_record

    return json.dumps(to_record(found))


def _report(found: Verification, index: str) -> str:
    recall = found.recall
    return "\n".join(
        [
            f"{found.photos:,} photos; {found.outdated:,} files not in it as they are now, "
            f"{found.gone:,} gone from the folder, {found.broken:,} with a damaged vector",
            f"exact {recall.exact_ms:.1f} ms, Milvus ({index}) {recall.store_ms:.1f} ms, "
            f"recall at {recall.limit} {recall.recall:.2f} over {recall.queries} queries"
            if recall
            else "no photo, so nothing to search",
        ]
    )
