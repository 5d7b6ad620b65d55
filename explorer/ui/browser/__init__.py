"""Small components that run in the browser: their scripts and styles lie in this folder.

Pictures travel as they are encoded, behind the rest of the data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent


def component(name: str, html: str, *needed: str) -> ComponentRenderer:
    """Make a component of `<name>.css` and `<name>.js`; call it once, when a module is imported.

    Args:
        name: of the two files.
        html: what the script finds when it starts.
        needed: names of further scripts whose functions it calls, and of styles beside them.
    """
    script = "".join(_read(f"{part}.js") for part in ("pictures", "choices", *needed, name))
    styled = [part for part in (*needed, name) if (_FOLDER / f"{part}.css").is_file()]
    style = "".join(_read(f"{part}.css") for part in styled)
    return st.components.v2.component(f"resnet-explorer.{name}", html=html, css=style, js=script)


class Pictures(tuple[bytes, ...]):
    """Encoded pictures, or other bytes, among a component's data."""

    __slots__ = ()


def pictures(*encoded: bytes) -> Pictures:
    """Name encoded pictures, to be packed with the rest of a component's data."""
    return Pictures(encoded)


def packed(data: Mapping[str, object]) -> bytes:
    """Pack a component's data: what JSON can say, then the pictures; the script unpacks them.

    Streamlit would take them in a table, and import pandas and pyarrow for it: a third of a second
    before the page paints.

    Args:
        data: values for JSON, and `pictures`.
    """
    found = {name: value for name, value in data.items() if isinstance(value, Pictures)}
    rest = {name: value for name, value in data.items() if name not in found}
    lengths = {name: [len(picture) for picture in value] for name, value in found.items()}
    head = json.dumps({"data": rest, "lengths": lengths}).encode()
    return b"".join([len(head).to_bytes(4, "little"), head, *chain(*found.values())])


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
