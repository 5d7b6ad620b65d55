"""The choice that components make on every page: the block."""

from __future__ import annotations

import re

from explorer.ui.frame.link_state import Choice, declare

# "" means the last block of the network
LAYER = declare(Choice("layer", "", re.compile(r"stem|layer[1-4]\.\d{1,2}").fullmatch))
