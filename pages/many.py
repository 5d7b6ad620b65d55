"""Many photos: one network and one question, with a card for each photo."""

from __future__ import annotations

from explorer.ui import network_bar
from explorer.ui.components import copy_link
from explorer.ui.explain import many_photos
from explorer.ui.frame import page_layout

network_bar.bar()
page_layout.header("Many photos", "What does one network make of all of them?")

with page_layout.body():
    copy_link.notice()
    many_photos.page()
