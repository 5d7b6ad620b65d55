"""How twins learned as facts for texts, and what the 2015 paper reports."""

from __future__ import annotations

from statistics import mean

from explorer.facts import Fact
from explorer.training_curves import PAPER, curves, recorded_run
from explorer.twin_training import DEPTH, STEPS

LAST = 5  # points of a live run that tell where it ended


def facts() -> dict[str, Fact]:
    """Return errors in %.

    Names are e.g. "plain18.training", "residual18.validation" (at the end of a recorded curve),
    "paper.plain.34", "paper.resnet.18" (top-1 error on ImageNet), and "live.plain",
    "live.residual" (at the end of the recorded live run), "live.depth", "live.steps".
    """
    found = {
        "live.depth": Fact(DEPTH, str(DEPTH)),
        "live.steps": Fact(STEPS, str(STEPS)),
        "live.plain": _percent(_end(shortcuts=False), 0),
        "live.residual": _percent(_end(shortcuts=True), 0),
    }
    for name, curve in curves().items():
        found[f"{name}.training"] = _percent(curve.training[-1], 1)
        found[f"{name}.validation"] = _percent(curve.validation[-1], 1)
    for kind, errors in PAPER.items():
        found |= {
            f"paper.{kind.lower()}.{depth}": _percent(error, 2) for depth, error in errors.items()
        }
    return found


def _end(shortcuts: bool) -> float:
    return mean([point.error for point in recorded_run() if point.shortcuts is shortcuts][-LAST:])


def _percent(value: float, digits: int) -> Fact:
    return Fact(value, f"{value:.{digits}f}\N{NO-BREAK SPACE}%")
