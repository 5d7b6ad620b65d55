"""The lessons as worksheets: one HTML file to print, with or without answers."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markupsafe import Markup

from explorer.figures.html_template import template_beside
from explorer.lessons.teacher_notes import LessonPlan

_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def sheet_html(plans: Sequence[LessonPlan], answers: bool) -> bytes:
    """Write the worksheet.

    Args:
        plans: the lessons of the worksheet.
        answers: whether it is for teachers, with correct answers, reasons and misconceptions;
            otherwise it is for students, with space to write.

    Returns:
        HTML in UTF-8.
    """
    minutes = sum(plan.lesson.minutes for plan in plans)
    template = template_beside(__file__, "worksheet.html", {"marked": marked})
    return template.render(plans=plans, answers=answers, minutes=minutes).encode()


def marked(text: str) -> Markup:
    """Convert the Markdown of lessons to HTML; HTML in the text is shown, not interpreted."""
    return Markup(_MARKDOWN.render(text))
