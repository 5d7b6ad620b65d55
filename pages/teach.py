"""Teach: a pretrained network learns the reader's classes."""

from __future__ import annotations

from explorer.ui import network_bar
from explorer.ui.components import copy_link
from explorer.ui.frame import page_layout
from explorer.ui.transfer import class_cards, outcome_tabs, recorded_ways, ways_to_learn

network_bar.bar()
page_layout.header("Teach", "Can a pretrained ResNet learn your own classes?")

with page_layout.body(recorded_ways.first_view):
    copy_link.notice()
    class_cards.cards()
    run = ways_to_learn.table()
    outcome_tabs.draw(run)
