"""The recorded gradients as facts for texts: the ratio of the first block's to the last one's."""

from __future__ import annotations

import math
from itertools import groupby
from statistics import median

from explorer.fact import Fact
from explorer.flow_records import SEEDS, recorded
from explorer.flows import Gradient
from explorer.powers import power


def facts() -> dict[str, Fact]:
    """Return the median of all seeds of each network, and the extremes.

    A name is e.g. "plain.free.he.110": plain or residual; with batch norm ("bn") or free of it; the
    initialisation; the depth. With ".weights" behind it is the ratio of the weight gradients.
    """
    found = {"seeds": Fact(len(SEEDS), str(len(SEEDS)))}
    for plan, flows in groupby(recorded(), lambda flow: flow.plan):
        several = list(flows)
        net = "residual" if plan.shortcuts else "plain"
        name = f"{net}.{'bn' if plan.batch_norm else 'free'}.{plan.init.value}.{plan.depth}"
        found[name] = _ratio(median(flow.ratio() for flow in several))
        of_weights = median(flow.ratio(Gradient.WEIGHTS) for flow in several)
        found[f"{name}.weights"] = _ratio(of_weights)
    return found


def _ratio(value: float) -> Fact:
    return Fact(value, power(value) if math.isfinite(value) else "\N{INFINITY}")
