"""Recorded gradients, learning curves, times and lesions of the twins, as facts for texts."""

from __future__ import annotations

import math
from itertools import groupby
from statistics import median

from explorer.costs.result_files import references
from explorer.lessons.fact import Fact
from explorer.networks.variants import VARIANTS
from explorer.training.gradient_plans import GradientOf
from explorer.training.gradient_records import SEEDS, recorded
from explorer.training.recorded_curves import PAPER, curves, recorded_run
from explorer.training.twin_training import DEPTH
from explorer.training.twins import lesion_record, twin_pair
from explorer.wording import power

LEARNED = 10  # % of the pictures wrong


def gradient_flow() -> dict[str, Fact]:
    """Return how much stronger the first block's gradient is than the last one's.

    A name is e.g. "plain.free.he.110": plain or residual; with batch norm ("bn") or free of it; the
    initialisation; the depth. It stands for the median of all seeds. With ".weights" behind it is
    the ratio of the weight gradients.
    """
    facts = {"seeds": Fact.count(len(SEEDS))}
    for plan, flows in groupby(recorded(), lambda flow: flow.plan):
        several = list(flows)
        net = "residual" if plan.shortcuts else "plain"
        name = f"{net}.{'bn' if plan.batch_norm else 'free'}.{plan.init.value}.{plan.depth}"
        facts[name] = _power(median(flow.ratio() for flow in several))
        of_weights = median(flow.ratio(GradientOf.WEIGHTS) for flow in several)
        facts[f"{name}.weights"] = _power(of_weights)
    return facts


def learning() -> dict[str, Fact]:
    """Return how twins learned, and what the 2015 paper reports of such networks.

    Names are e.g. "plain18.training", "residual18.validation" (the error in % at the end of a
    recorded curve), "paper.plain.34", "paper.resnet.18" (top-1 error on ImageNet). "live.depth"
    counts the layers of the live training's networks; "live.plain_learned" and
    "live.residual_learned" the batches that it took in the recorded run until fewer than a tenth of
    the pictures were wrong.
    """
    facts = {
        "live.depth": Fact.count(DEPTH),
        "live.plain_learned": _batches_to_learn(shortcuts=False),
        "live.residual_learned": _batches_to_learn(shortcuts=True),
    }
    for name, curve in curves().items():
        facts[f"{name}.training"] = Fact.percent(curve.training[-1], 1)
        facts[f"{name}.validation"] = Fact.percent(curve.validation[-1], 1)
    for kind, errors in PAPER.items():
        for depth, error in errors.items():
            facts[f"paper.{kind.lower()}.{depth}"] = Fact.percent(error)
    return facts


def times() -> dict[str, Fact]:
    """Return the median time of one photo by network, in ms, on the reference machine's CPU.

    A name is e.g. "densenet121". "densenet121.of_resnet18" is the quotient of two, and
    "builtin.resnet152.of_resnet34" that of two built-in networks; "machine" names the processor,
    and its value is how many threads it used.
    """
    machine, run = next(
        (stored.run.machine, stored.run)
        for stored in references().runs
        if stored.run.machine and stored.run.machine.device == "cpu"
    )
    medians = {
        row.setup.model: row.latency.median
        for row in run.rows
        if row.latency and row.setup.batch_size == 1
    }
    return {
        **{name: Fact(ms, f"{ms:.0f}\N{NO-BREAK SPACE}ms") for name, ms in medians.items()},
        "densenet121.of_resnet18": Fact.tenths(medians["densenet121"] / medians["resnet18"]),
        "builtin.resnet152.of_resnet34": Fact.tenths(
            medians["resnet152/builtin"] / medians["resnet34/builtin"]
        ),
        "machine": Fact(machine.threads, machine.model),
    }


def lesions() -> dict[str, Fact]:
    """Return, for each twin, its accuracy in %: whole, and without one block at best and at worst.

    A name is e.g. "plain18.whole", "plain18.best", "plain18.worst", "residual18.photos".
    """
    facts: dict[str, Fact] = {}
    for pair in filter(None, map(twin_pair, VARIANTS)):
        for twin in (pair.plain, pair.residual):
            record = lesion_record(twin)
            without = record.without.values()
            facts |= {
                f"{twin.name}.whole": Fact.percent(record.top1, 0),
                f"{twin.name}.best": Fact.percent(max(without), 0),
                f"{twin.name}.worst": Fact.percent(min(without), 0),
                f"{twin.name}.photos": Fact.count(record.count),
            }
    return facts


def _power(value: float) -> Fact:
    return Fact(value, power(value) if math.isfinite(value) else "\N{INFINITY}")


def _batches_to_learn(shortcuts: bool) -> Fact:
    points = (point for point in recorded_run() if point.shortcuts is shortcuts)
    return Fact.count(next(point.step for point in points if point.error < LEARNED))
