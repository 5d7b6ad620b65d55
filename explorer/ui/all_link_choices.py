"""The choices of all rooms: whoever imports this module knows every choice that a link may hold.

A page is imported when it is opened first, but a link is read before that, and it may hold choices
of other pages. So the entry script imports this module.
"""

from __future__ import annotations

from explorer.ui.blocks import link_choices as blocks
from explorer.ui.components import link_choices as components
from explorer.ui.costs import link_choices as costs
from explorer.ui.duel import link_choices as duel
from explorer.ui.explain import link_choices as explain
from explorer.ui.lessons import link_choices as lessons
from explorer.ui.networks import link_choices as networks
from explorer.ui.photos import link_choices as photos
from explorer.ui.training import link_choices as training
from explorer.ui.transfer import link_choices as transfer

__all__ = [
    "blocks",
    "components",
    "costs",
    "duel",
    "explain",
    "lessons",
    "networks",
    "photos",
    "training",
    "transfer",
]
