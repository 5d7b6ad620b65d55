"""The page "What can I bring?": which files are accepted, and what is assumed of them.

Each text ends in a table, and a test stands for each row (tests/ui/bring/test_accepted_files.py).
"""

from __future__ import annotations

import streamlit as st

from explorer.paths import ASSETS

TEXTS = ASSETS / "bring"
SECTIONS = ("pictures", "checkpoints", "labels", "folders")


def page() -> None:
    """Draw the page: a section for each kind of file."""
    st.markdown(
        "Whatever is chosen or assumed for a file is noted where the file is used, here in the app "
        "and on the command line. A file that cannot be read is named, with what to do instead."
    )
    for name, text in sections().items():
        with st.container(border=True, key=f"bring_{name}"):
            st.markdown(text)


def sections() -> dict[str, str]:
    """Return the text of each section by its name, in order."""
    files = {name: TEXTS / f"{name}.md" for name in SECTIONS}
    return {name: file.read_text("utf-8") for name, file in files.items() if file.is_file()}
