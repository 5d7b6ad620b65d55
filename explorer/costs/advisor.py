"""Choose the most accurate network within a budget, or say which limit to relax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Candidate:
    """A network to choose from.

    Attributes:
        title: display name.
        latency_ms: median time of one call in ms.
        size_mb: size of parameters and buffers in MB (1e6 bytes).
        memory_mb: peak memory during a call in MB; None if it was not measured.
        top1: top-1 accuracy in %.
    """

    title: str
    latency_ms: float
    size_mb: float
    memory_mb: float | None
    top1: float


@dataclass(frozen=True)
class Budget:
    """What a network may cost and must reach; None means no limit.

    Attributes:
        latency_ms: highest median time of one call in ms.
        size_mb: largest size of parameters and buffers in MB.
        memory_mb: highest peak memory in MB.
        top1: lowest top-1 accuracy in %.
    """

    latency_ms: float | None = None
    size_mb: float | None = None
    memory_mb: float | None = None
    top1: float | None = None


@dataclass(frozen=True)
class Advice:
    """The answer to a budget.

    Attributes:
        fitting: all candidates within the budget, the most accurate first.
        sentence: recommendation with its reason, or the limits to relax if no network fits.
    """

    fitting: tuple[Candidate, ...]
    sentence: str

    @property
    def best(self) -> Candidate | None:
        """The most accurate candidate that fits; of equals, the fastest."""
        return self.fitting[0] if self.fitting else None


@dataclass(frozen=True)
class _Limit:
    title: str
    unit: str
    at_most: bool = True

    def written(self, value: float) -> str:
        """Format a value with its unit; percentages and small values get one decimal."""
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
        candidates: at least one network, all of the same data set, so that accuracies compare.
        budget: limits on cost and accuracy.
    """
    ordered = sorted(candidates, key=lambda candidate: (-candidate.top1, candidate.latency_ms))
    fitting = tuple(c for c in ordered if not _missed_limits(c, budget))
    if fitting:
        return Advice(fitting, _reason(fitting, ordered, budget))
    return Advice((), _limits_to_relax(ordered, budget))


def _missed_limits(candidate: Candidate, budget: Budget) -> tuple[str, ...]:
    """Name the limits that a candidate misses; a value that was not measured misses any limit."""
    missed = []
    for field in fields(Budget):
        limit, value = getattr(budget, field.name), getattr(candidate, field.name)
        if limit is None:
            continue
        at_most = _LIMITS[field.name].at_most
        if value is None or (value > limit if at_most else value < limit):
            missed.append(field.name)
    return tuple(missed)


def _reason(fitting: Sequence[Candidate], ordered: Sequence[Candidate], budget: Budget) -> str:
    best = fitting[0]
    fits = f"{len(fitting)} of {len(ordered)} fit" if len(ordered) > 1 else "It fits"
    choice = (
        f"{fits}: take {best.title}, {_LIMITS['top1'].written(best.top1)} top-1 in "
        f"{_LIMITS['latency_ms'].written(best.latency_ms)} and "
        f"{_LIMITS['size_mb'].written(best.size_mb)}"
    )
    more_accurate = [candidate for candidate in ordered if candidate.top1 > best.top1]
    if not more_accurate:
        return f"{choice}; none is more accurate."
    closest = more_accurate[-1]
    return (
        f"{choice}; the next more accurate, {closest.title} "
        f"({_LIMITS['top1'].written(closest.top1)}), has {_excess(closest, budget)}."
    )


def _excess(candidate: Candidate, budget: Budget) -> str:
    """Say by which numbers a candidate misses the budget."""
    return " and ".join(
        _compared(name, getattr(candidate, name), getattr(budget, name))
        for name in _missed_limits(candidate, budget)
    )


def _compared(name: str, value: float | None, limit: float) -> str:
    kind = _LIMITS[name]
    if value is None:
        return f"no measured {kind.title}"
    return f"{kind.written(value)} {kind.title} instead of {kind.written(limit)}"


def _limits_to_relax(ordered: Sequence[Candidate], budget: Budget) -> str:
    """Say which single limit to relax and how far, or what the closest candidate misses."""
    options = [text for f in fields(Budget) if (text := _relaxed_limit(ordered, budget, f.name))]
    if options:
        return f"None fits: {' or '.join(options)}."
    closest = min(ordered, key=lambda candidate: _distance(candidate, budget))
    return f"None fits. The closest, {closest.title}, has {_excess(closest, budget)}."


def _relaxed_limit(ordered: Sequence[Candidate], budget: Budget, name: str) -> str:
    """Say how far to relax one limit while all others stay; "" if no candidate fits then."""
    limit, kind = getattr(budget, name), _LIMITS[name]
    other_limits = replace(budget, **{name: None})
    fitting = [
        candidate
        for candidate in ordered
        if not _missed_limits(candidate, other_limits) and getattr(candidate, name) is not None
    ]
    if limit is None or not fitting:
        return ""
    sign = 1 if kind.at_most else -1
    nearest = min(fitting, key=lambda candidate: sign * getattr(candidate, name))
    verb = "allow" if kind.at_most else "accept"
    value = kind.written(getattr(nearest, name))
    return f"{verb} {value} {kind.title} instead of {kind.written(limit)} ({nearest.title})"


def _distance(candidate: Candidate, budget: Budget) -> float:
    """Sum the relative amounts by which a candidate misses each limit."""
    distance = 0.0
    for name in _missed_limits(candidate, budget):
        value, limit = getattr(candidate, name), getattr(budget, name)
        distance += 1.0 if value is None else abs(value - limit) / max(abs(limit), 1e-9)
    return distance
