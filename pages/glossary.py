"""Glossary: the field's terms, two sentences and a picture each."""

from __future__ import annotations

from explorer.ui import errors, glossary, layout

layout.header("Glossary", "What does it mean?")

with errors.reported():
    glossary.page()
