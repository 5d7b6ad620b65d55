"""For teachers: what the lessons show, how long they take, what goes wrong, and sheets to print."""

from __future__ import annotations

from explorer.ui.frame import page_layout
from explorer.ui.lessons import teacher_notes

page_layout.header("For teachers", "What do the lessons show, and what do students get wrong?")

with page_layout.body():
    teacher_notes.page()
