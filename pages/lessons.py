"""Lessons: measurements that show why residual connections work."""

from __future__ import annotations

from explorer.ui import network_bar
from explorer.ui.components import copy_link
from explorer.ui.frame import page_layout
from explorer.ui.lessons import lesson_card

if lesson_card.offers_networks():
    network_bar.bar(in_lesson=True)
page_layout.header("Lessons", "Why do residual connections work? Measure it.")

with page_layout.body():
    copy_link.notice()
    lesson_card.page()
