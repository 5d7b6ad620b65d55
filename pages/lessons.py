"""Lessons: measure why residual connections work."""

from __future__ import annotations

from explorer.ui import layout, lesson, links

layout.header("Lessons", "Why do residual connections work? Measure it.")

with layout.body():
    links.notice()
    lesson.page()
