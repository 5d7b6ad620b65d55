"""The rows of a duel, one for each network."""

from __future__ import annotations

from explorer.ui.components import component

duel_rows = component(__file__, '<ol class="duel"></ol>')
