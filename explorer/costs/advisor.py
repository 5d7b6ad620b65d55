"""Which network fits a budget, which is the best of them, and what would have to give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Candidate:
    """A network to choose from.

    Attributes:
        title: its name for people.
        latency_ms: median time of one call.
        size_mb: MB (1e6 bytes) of parameters and buffers.
        memory_mb: peak memory in MB while it computes; None if it was not measured.
        top1: accuracy in %.
    """

    title: str
    latency_ms: float
    size_mb: float
    memory_mb: float | None
    top1: float


@dataclass(frozen=True)
class Budget:
    """What a network may cost, and what it must reach; None for no limit.

    Attributes:
        latency_ms: at most.
        size_mb: at most.
        memory_mb: at most.
        top1: in %, at least.
    """

    latency_ms: float | None = None
    size_mb: float | None = None
    memory_mb: float | None = None
    top1: float | None = None


@dataclass(frozen=True)
class Advice:
    """The answer to a budget.

    Attributes:
        fitting: all that fit, the most accurate first.
        sentence: which to take and why; or that none fits, and what would have to give.
    """

    fitting: tuple[Candidate, ...]
    sentence: str

    @property
    def best(self) -> Candidate | None:
        """The most accurate that fits; of equals, the fastest."""
        return self.fitting[0] if self.fitting else None


@dataclass(frozen=True)
class _Limit:
    title: str
    unit: str
    at_most: bool = True

    def written(self, value: float) -> str:
        """Write a value: % and small ones with a digit after the point."""
        digits = 1 if self.unit == "%" or value < _LARGE[self.unit] else 0
        return f"{value:,.{digits}f} {self.unit}"


_LARGE = {"ms": 1000.0, "MB": 10.0}
_LIMITS = {
    "latency_ms": _Limit("latency", "ms"),
    "size_mb": _Limit("size", "MB"),
    "memory_mb": _Limit("memory", "MB"),
    "top1": _Limit("top-1", "%", at_most=False),
}


def advise(candidates: Sequence[Candidate], budget: Budget) -> Advice:
    """Choose among networks within a budget.

    Args:
        candidates: at least one; all of one data set, so that their accuracies compare.
        budget: what they may cost, and must reach.
    """
    ordered = sorted(candidates, key=lambda one: (-one.top1, one.latency_ms))
    fitting = tuple(one for one in ordered if not _broken(one, budget))
    if fitting:
        return Advice(fitting, _why(fitting, ordered, budget))
    return Advice((), _what_would_have_to_give(ordered, budget))


def _broken(candidate: Candidate, budget: Budget) -> tuple[str, ...]:
    """Name the limits that a candidate does not keep; what nobody measured keeps none."""
    broken = []
    for field in fields(Budget):
        limit, value = getattr(budget, field.name), getattr(candidate, field.name)
        if limit is None:
            continue
        at_most = _LIMITS[field.name].at_most
        if value is None or (value > limit if at_most else value < limit):
            broken.append(field.name)
    return tuple(broken)


def _why(fitting: Sequence[Candidate], ordered: Sequence[Candidate], budget: Budget) -> str:
    best = fitting[0]
    fits = f"{len(fitting)} of {len(ordered)} fit" if len(ordered) > 1 else "It fits"
    taken = (
        f"{fits}: take {best.title}, {_LIMITS['top1'].written(best.top1)} top-1 in "
        f"{_LIMITS['latency_ms'].written(best.latency_ms)} and "
        f"{_LIMITS['size_mb'].written(best.size_mb)}"
    )
    better = [one for one in ordered if one.top1 > best.top1]
    if not better:
        return f"{taken}; none is more accurate."
    closest = better[-1]
    return (
        f"{taken}; the next more accurate, {closest.title} "
        f"({_LIMITS['top1'].written(closest.top1)}), has {_excess(closest, budget)}."
    )


def _excess(candidate: Candidate, budget: Budget) -> str:
    """Say by which numbers a candidate breaks the budget."""
    return " and ".join(
        _compared(name, getattr(candidate, name), getattr(budget, name))
        for name in _broken(candidate, budget)
    )


def _compared(name: str, value: float | None, limit: float) -> str:
    kind = _LIMITS[name]
    if value is None:
        return f"no measured {kind.title}"
    return f"{kind.written(value)} {kind.title} instead of {kind.written(limit)}"


def _what_would_have_to_give(ordered: Sequence[Candidate], budget: Budget) -> str:
    """Say which single limit would have to give, and how far; or what all at once."""
    ways = [way for field in fields(Budget) if (way := _one_way(ordered, budget, field.name))]
    if ways:
        return f"None fits: {' or '.join(ways)}."
    closest = min(ordered, key=lambda one: _distance(one, budget))
    return f"None fits. The closest, {closest.title}, has {_excess(closest, budget)}."


def _one_way(ordered: Sequence[Candidate], budget: Budget, name: str) -> str:
    """Say how far one limit would have to give while all others stay; "" if that helps nobody."""
    limit, kind = getattr(budget, name), _LIMITS[name]
    others = replace(budget, **{name: None})
    left = [one for one in ordered if not _broken(one, others) and getattr(one, name) is not None]
    if limit is None or not left:
        return ""
    sign = 1 if kind.at_most else -1
    nearest = min(left, key=lambda one: sign * getattr(one, name))
    verb = "allow" if kind.at_most else "accept"
    value = kind.written(getattr(nearest, name))
    return f"{verb} {value} {kind.title} instead of {kind.written(limit)} ({nearest.title})"


def _distance(candidate: Candidate, budget: Budget) -> float:
    """Add up by which share a candidate misses each limit."""
    missed = 0.0
    for name in _broken(candidate, budget):
        value, limit = getattr(candidate, name), getattr(budget, name)
        missed += 1.0 if value is None else abs(value - limit) / max(abs(limit), 1e-9)
    return missed
