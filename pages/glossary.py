"""Glossary: the field's terms, each with two sentences and a picture."""

from __future__ import annotations

from explorer.ui.frame import error_messages, page_layout
from explorer.ui.lessons import glossary

page_layout.header("Glossary", "What does it mean?")

with error_messages.reported():
    glossary.page()
