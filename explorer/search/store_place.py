"""Where collections are kept: in a folder of this machine, or on a server."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from explorer.errors import RequestError

FOLDER_VARIABLE = "RESNET_EXPLORER_COLLECTIONS"
TOKEN_VARIABLE = "RESNET_EXPLORER_TOKEN"
SUFFIX = ".milvus"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_ADDRESS = re.compile(r"https?://[^\s/@]+", re.ASCII)


@dataclass(frozen=True)
class StorePlace:
    """A folder with one store per collection, or a server with all of them.

    Attributes:
        folder: the folder; None for a server.
        address: address of the server, such as "http://host:19530"; "" for a folder.
        token: what the server asks for, "user:password" or an API key; "" for nothing.
    """

    folder: Path | None = None
    address: str = ""
    token: str = field(default="", repr=False)

    @property
    def in_words(self) -> str:
        """The folder or the address."""
        return self.address or str(self.folder)

    def path_of(self, name: str) -> Path:
        """Return where a collection of this name lies; only for a folder."""
        return (self.folder or Path()) / (check_name(name) + SUFFIX)


def store_place(store: str | os.PathLike[str] | None = None, token: str = "") -> StorePlace:
    """Understand what a reader gave as the place of collections.

    Args:
        store: address of a server, or a folder; None for the reader's own data folder, or the one
            that `RESNET_EXPLORER_COLLECTIONS` names.
        token: "user:password" or an API key; "" takes the one in `RESNET_EXPLORER_TOKEN`.

    Raises:
        RequestError: if it is an address that names no server.
    """
    if store is None:
        named = os.environ.get(FOLDER_VARIABLE)
        return StorePlace(
            Path(named) if named else user_data_path("resnet-explorer") / "collections"
        )
    text = os.fspath(store)
    if "://" not in text:
        return StorePlace(Path(text).absolute())
    address = text.rstrip("/")
    if not _ADDRESS.fullmatch(address):
        raise RequestError(
            "That is no address of a Milvus server; give one such as http://host:19530, and user "
            "and token by their own options."
        )
    return StorePlace(address=address, token=token or os.environ.get(TOKEN_VARIABLE, ""))


def check_name(name: str) -> str:
    """Return the name of a collection if it can be one.

    Raises:
        RequestError: if it cannot.
    """
    if not _NAME.fullmatch(name):
        raise RequestError(
            f"A collection cannot be named {name!r}; take a letter from A to Z and then letters, "
            "digits and _, at most 60."
        )
    return name
