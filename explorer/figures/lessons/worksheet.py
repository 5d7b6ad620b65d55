"""The lessons on paper: one HTML file that opens anywhere and prints, with or without answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from explorer.lessons.teacher_notes import LessonPlan

_MARKS = ((r"\*\*(.+?)\*\*", "strong"), (r"\*(.+?)\*", "em"))


def sheet_html(plans: Sequence[LessonPlan], answers: bool) -> bytes:
    """Write the sheet.

    Args:
        plans: the lessons on it.
        answers: for the teacher, with right answers, reasons and misunderstandings; otherwise for
            students, with room to write.

    Returns:
        UTF-8.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["marked"] = marked
    minutes = sum(plan.lesson.minutes for plan in plans)
    template = environment.get_template("worksheet.html")
    return template.render(plans=plans, answers=answers, minutes=minutes).encode()


def marked(text: str) -> Markup:
    """Turn the little Markdown that lessons use into HTML: paragraphs, bold, italic."""
    safe = escape(text, quote=False)
    for pattern, tag in _MARKS:
        safe = re.sub(pattern, rf"<{tag}>\1</{tag}>", safe, flags=re.DOTALL)
    paragraphs = (part.strip() for part in safe.split("\n\n"))
    return Markup("".join(f"<p>{part}</p>" for part in paragraphs if part))
