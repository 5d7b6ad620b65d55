"""For teachers: what the lessons show, their duration, common mistakes, and printable sheets."""

from __future__ import annotations

from explorer.ui.frame import page_layout
from explorer.ui.lessons import teacher_notes

page_layout.header("For teachers", "What do the lessons show, and what do students get wrong?")

with page_layout.body():
    teacher_notes.page()
