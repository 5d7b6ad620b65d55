"""Facts for texts from recorded gradients, learning curves, times and lesions of the twins."""

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

LEARNED = 10  # % of the pictures wrong, below which a twin counts as trained


def gradient_flow() -> dict[str, Fact]:
    """Return the ratio of the first block's gradient to the last block's.

    A name such as "plain.free.he.110" gives plain or residual, with ("bn") or without ("free")
    batch norm, the initialisation, and the depth in layers. Its value is the median over all seeds.
    The suffix ".weights" means the ratio of the weight gradients.
    """
    facts = {"seeds": Fact.count(len(SEEDS))}
    for plan, group in groupby(recorded(), lambda flow: flow.plan):
        flows = list(group)
        net = "residual" if plan.shortcuts else "plain"
        name = f"{net}.{'bn' if plan.batch_norm else 'free'}.{plan.init.value}.{plan.depth}"
        facts[name] = _power(median(flow.ratio() for flow in flows))
        weight_ratio = median(flow.ratio(GradientOf.WEIGHTS) for flow in flows)
        facts[f"{name}.weights"] = _power(weight_ratio)
    return facts


def learning() -> dict[str, Fact]:
    """Return how the twins learned, and what the 2015 paper reports about such networks.

    Names are e.g. "plain18.training", "residual18.validation" (error in % at the end of a recorded
    curve), "paper.plain.34", "paper.resnet.18" (top-1 error in % on ImageNet). "live.depth" is the
    number of layers of the networks trained live; "live.plain_learned" and "live.residual_learned"
    are the numbers of batches after which the recorded training's error fell below `LEARNED`.
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
    """Return the median time for one photo by network, in ms, on the reference machine's CPU.

    A name is e.g. "densenet121". "densenet121.of_resnet18" is the quotient of two times, and
    "builtin.resnet152.of_resnet34" that of two built-in networks. The text of "machine" is the name
    of the processor, and its value the number of threads.
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
    """Return each twin's accuracy in %: intact, and with the best and the worst single lesion.

    Names are e.g. "plain18.whole", "plain18.best", "plain18.worst", "residual18.photos".
    """
    facts: dict[str, Fact] = {}
    for pair in filter(None, map(twin_pair, VARIANTS)):
        for twin in (pair.plain, pair.residual):
            record = lesion_record(twin)
            accuracies = record.without.values()
            facts |= {
                f"{twin.name}.whole": Fact.percent(record.top1, 0),
                f"{twin.name}.best": Fact.percent(max(accuracies), 0),
                f"{twin.name}.worst": Fact.percent(min(accuracies), 0),
                f"{twin.name}.photos": Fact.count(record.count),
            }
    return facts


def _power(value: float) -> Fact:
    return Fact(value, power(value) if math.isfinite(value) else "\N{INFINITY}")


def _batches_to_learn(shortcuts: bool) -> Fact:
    points = (point for point in recorded_run() if point.shortcuts is shortcuts)
    return Fact.count(next(point.step for point in points if point.error < LEARNED))
