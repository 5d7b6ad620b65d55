"""The choices of the duel that a link keeps: whose weights, and at which stage."""

from __future__ import annotations

from explorer.ui.frame.link_state import Choice, declare

DUELISTS_OFFERED = ("builtin", "imagenet-classic", "imagenet-new")
STAGES = ("stem", "layer1", "layer2", "layer3", "layer4")

DUELISTS = declare(Choice("duelists", DUELISTS_OFFERED[0], DUELISTS_OFFERED.__contains__))
STAGE = declare(Choice("stage", STAGES[-1], STAGES.__contains__))
