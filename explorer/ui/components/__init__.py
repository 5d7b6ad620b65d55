"""Components that run in the browser, each in a folder with its script and its style.

Pictures travel as they are encoded, behind the rest of the data.
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
    sheet; all three bear the folder's name.

    Args:
        file: `__file__` of the module in that folder.
        html: what the script finds when it starts.
        needed: names of further scripts whose functions it calls, with the styles beside them: of
            its own folder, or of those that components share.
    """
    name, (script, style) = f"resnet-explorer.{Path(file).parent.name}", sources(file, *needed)
    return st.components.v2.component(name, html=html, css=style, js=script)


def sources(file: str, *needed: str) -> tuple[str, str]:
    """Put the script and the style sheet of a component together; arguments as for `component`."""
    folder = Path(file).parent
    parts = [_part(folder, name) for name in ("unpack", "radio_buttons", *needed, folder.name)]
    script = "".join(_text(part.with_suffix(".js")) for part in parts)
    return script, "".join(_text(part.with_suffix(".css")) for part in parts)


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


def _part(folder: Path, name: str) -> Path:
    """Return where a script lies, without its ending."""
    return (folder if (folder / f"{name}.js").is_file() else _SCRIPTS) / name


def _text(file: Path) -> str:
    """Read a file; a part without a style sheet has none to read."""
    return file.read_text(encoding="utf-8") if file.suffix == ".js" or file.is_file() else ""
