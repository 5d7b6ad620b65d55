"""What can I bring?: the files that are accepted, and what is assumed of them."""

from __future__ import annotations

from explorer.ui.bring import accepted_files
from explorer.ui.frame import error_messages, page_layout

page_layout.header("What can I bring?", "Which files are read, and what is assumed of them?")

with error_messages.reported():
    accepted_files.page()
