"""How twins learned as facts for texts, and what the 2015 paper reports."""

from __future__ import annotations

from explorer.fact import Fact
from explorer.training_curves import PAPER, curves, recorded_run
from explorer.twin_training import DEPTH

LEARNED = 10  # % of the pictures wrong


def facts() -> dict[str, Fact]:
    """Return errors in %.

    Names are e.g. "plain18.training", "residual18.validation" (at the end of a recorded curve),
    "paper.plain.34", "paper.resnet.18" (top-1 error on ImageNet). "live.depth" counts the layers of
    the live training's networks; "live.plain_learned" and "live.residual_learned" the batches that
    it took in the recorded run until fewer than a tenth of the pictures were wrong.
    """
    found = {
        "live.depth": Fact(DEPTH, str(DEPTH)),
        "live.plain_learned": _learned(shortcuts=False),
        "live.residual_learned": _learned(shortcuts=True),
    }
    for name, curve in curves().items():
        found[f"{name}.training"] = _percent(curve.training[-1], 1)
        found[f"{name}.validation"] = _percent(curve.validation[-1], 1)
    for kind, errors in PAPER.items():
        found |= {
            f"paper.{kind.lower()}.{depth}": _percent(error, 2) for depth, error in errors.items()
        }
    return found


def _learned(shortcuts: bool) -> Fact:
    points = (point for point in recorded_run() if point.shortcuts is shortcuts)
    step = next(point.step for point in points if point.error < LEARNED)
    return Fact(step, str(step))


def _percent(value: float, digits: int) -> Fact:
    return Fact(value, f"{value:.{digits}f}\N{NO-BREAK SPACE}%")
