"""The choices of Compare that a link keeps: its tab, the networks, and the axes of the chart."""

from __future__ import annotations

from explorer.costs.measurements import NetworkGroup
from explorer.costs.metrics import METRICS
from explorer.ui.frame.link_state import Choice, declare
from explorer.weights.published_recipes import PublishedRecipe

COST, DUEL = "cost", "duel"  # the tabs

TAB = declare(Choice("tab", COST, (COST, DUEL).__contains__))
NETWORKS = declare(
    Choice("networks", NetworkGroup.IMAGENET.value, tuple(NetworkGroup).__contains__)
)
RECIPE = declare(
    Choice("recipe", PublishedRecipe.CLASSIC.value, tuple(PublishedRecipe).__contains__)
)
ACROSS = declare(Choice("across", "latency", METRICS.__contains__))
UPWARDS = declare(Choice("upwards", "top1", METRICS.__contains__))
