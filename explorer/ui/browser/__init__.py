"""Small components that run in the browser: their scripts and styles lie in this folder.

Pictures travel as one Arrow column, so that they are neither re-encoded nor turned into text.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
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


def pictures(*encoded: bytes) -> pa.Table:
    """Pack encoded pictures for a component."""
    return pa.table({"picture": pa.array(encoded, pa.binary())})


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
