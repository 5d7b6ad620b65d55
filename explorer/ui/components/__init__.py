"""Components that run in the browser, each in a folder with its script and its style sheet.

Encoded pictures are sent as bytes, after the rest of the data.

A component draws itself a moment after the page; so that nothing moves then, its height is
reserved. Where its data determines the height, it is passed to Streamlit. Where the width of the
page decides or texts wrap, `<name>.reserved.css`, which joins the style sheet of the page, says how
high it is at least.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_SCRIPTS = Path(__file__).parent / "scripts"


def component(file: str, html: str, *needed: str) -> ComponentRenderer:
    """Make a component; call it once, when its module is imported.

    A component has a folder of its own, with its module, its script and, if it needs one, its style
    sheet; script and style sheet are named after the folder.

    Args:
        file: `__file__` of the module in that folder.
        html: HTML of the component before its script runs.
        needed: names of further scripts whose functions it calls, each with the style sheet beside
            it; from its own folder, or from the shared folder of scripts.
    """
    name, (script, style) = f"resnet-explorer.{Path(file).parent.name}", sources(file, *needed)
    return st.components.v2.component(name, html=html, css=style, js=script)


def sources(file: str, *needed: str) -> tuple[str, str]:
    """Return the script and the style sheet of a component; arguments as for `component`."""
    folder = Path(file).parent
    parts = [
        _path_without_suffix(folder, name)
        for name in ("dom", "unpack", "radio_buttons", *needed, folder.name)
    ]
    script = "".join(_read(part.with_suffix(".js")) for part in parts)
    return script, "".join(_read(part.with_suffix(".css")) for part in parts)


class Pictures(tuple[bytes, ...]):
    """Encoded pictures, or other bytes, among a component's data."""

    __slots__ = ()


def pictures(*encoded: bytes) -> Pictures:
    """Mark encoded pictures, so that `packed` can pack them with a component's other data."""
    return Pictures(encoded)


def packed(data: Mapping[str, object]) -> bytes:
    """Pack a component's data: first the JSON values, then the pictures; the script unpacks them.

    Streamlit would accept pictures in a table, but import pandas and pyarrow for it: a third of a
    second before the page paints.

    Args:
        data: name -> JSON value or `pictures`.
    """
    encoded = {name: value for name, value in data.items() if isinstance(value, Pictures)}
    rest = {name: value for name, value in data.items() if name not in encoded}
    lengths = {name: [len(picture) for picture in value] for name, value in encoded.items()}
    head = json.dumps({"data": rest, "lengths": lengths}).encode()
    return b"".join([len(head).to_bytes(4, "little"), head, *chain(*encoded.values())])


def _path_without_suffix(folder: Path, name: str) -> Path:
    """Return the path of a script without its suffix."""
    return (folder if (folder / f"{name}.js").is_file() else _SCRIPTS) / name


def _read(file: Path) -> str:
    """Return the text of a file; "" for a style sheet that does not exist."""
    return file.read_text(encoding="utf-8") if file.suffix == ".js" or file.is_file() else ""
