"""The choices about training that a link keeps: gradients and learning curves."""

from __future__ import annotations

from explorer.training.gradient_plans import GradientOf, Init
from explorer.training.gradient_records import DEPTHS
from explorer.ui.frame.link_state import YES, Choice, declare

FLOW_DEPTH = declare(Choice("flow_depth", "20", tuple(map(str, DEPTHS)).__contains__))
FLOW_NORM = declare(Choice("flow_norm", "no", ("no", YES).__contains__))
FLOW_INIT = declare(Choice("flow_init", Init.PYTORCH.value, tuple(Init).__contains__))
FLOW_OF = declare(Choice("flow_of", GradientOf.INPUTS.value, tuple(GradientOf).__contains__))
# The photos whose error the recorded curves show.
CURVE = declare(Choice("curve", "validation", ("training", "validation").__contains__))
