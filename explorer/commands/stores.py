"""The options that say where collections are kept."""

from __future__ import annotations

import argparse

from explorer.search.store_place import FOLDER_VARIABLE, TOKEN_VARIABLE, StorePlace, store_place


def add_store_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for the store, and for user and token of a server."""
    parser.add_argument(
        "--store",
        metavar="URI",
        help="where collections are kept: a folder, or the address of a Milvus server such as "
        f"http://host:19530 (default: your data folder, or the one in {FOLDER_VARIABLE})",
    )
    parser.add_argument("--user", default="", help="user of the server, if it asks for one")
    parser.add_argument(
        "--token",
        default="",
        help=f"the user's password, or an API key (default: {TOKEN_VARIABLE}, which other users "
        "of this machine cannot read)",
    )


def credentials(arguments: argparse.Namespace) -> str:
    """Return user and token as one text, as Milvus takes them."""
    if not arguments.user:
        return str(arguments.token)
    return f"{arguments.user}:{arguments.token}"


def chosen_place(arguments: argparse.Namespace) -> StorePlace:
    """Return the store that the options name.

    Raises:
        RequestError: if it can be none.
    """
    return store_place(arguments.store, credentials(arguments))
