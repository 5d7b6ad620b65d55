"""What is recorded of the twins as facts for texts: how accurate they are without each block."""

from __future__ import annotations

from explorer.fact import Fact
from explorer.twins import cuts, pair_of
from explorer.variants import VARIANTS


def facts() -> dict[str, Fact]:
    """Return, for each twin, its accuracy in %: whole, and without one block at best and at worst.

    A name is e.g. "plain18.whole", "plain18.best", "plain18.worst", "residual18.photos".
    """
    found: dict[str, Fact] = {}
    for pair in filter(None, map(pair_of, VARIANTS)):
        for twin in (pair.plain, pair.residual):
            record = cuts(twin)
            without = record.without.values()
            found |= {
                f"{twin.name}.whole": _percent(record.top1),
                f"{twin.name}.best": _percent(max(without)),
                f"{twin.name}.worst": _percent(min(without)),
                f"{twin.name}.photos": Fact(record.count, f"{record.count:,}"),
            }
    return found


def _percent(value: float) -> Fact:
    return Fact(value, f"{value:.0f}\N{NO-BREAK SPACE}%")
