"""The choices of the network that a link keeps."""

from __future__ import annotations

from explorer.networks.variants import VARIANTS
from explorer.ui.frame.link_state import Choice, declare

WEIGHTS_OFFERED = ("builtin", "imagenet-classic", "imagenet-new", "random:0")

VARIANT = declare(Choice("variant", "resnet18", VARIANTS.__contains__))
WEIGHTS = declare(Choice("weights", WEIGHTS_OFFERED[0], WEIGHTS_OFFERED.__contains__))
