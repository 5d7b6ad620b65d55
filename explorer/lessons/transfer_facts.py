"""Facts for texts from the recorded ways to teach a network new classes."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean

from explorer.lessons.fact import Fact
from explorer.transfer.intervals import Accuracy, Difference
from explorer.transfer.recorded.results import (
    SHIPPED,
    Way,
    WayResult,
    compared,
    curves,
    pitfalls,
    ways,
)

_MINUS = "\N{MINUS SIGN}"
_SHALLOWEST = "resnet18"


def transfer() -> dict[str, Fact]:
    """Return how well networks learned new classes, and how sure one can be of it.

    Names begin with the set, the variant and the way, e.g. "caltech_ship.resnet18.probe": accuracy
    on the photos to check with in %. The suffix ".interval" means its 95 % interval, ".points" and
    ".points_interval" the difference from the probe in points, ".seconds" the processor time of
    learning. "caltech_ship.learn", ".check", ".classes" and ".chance" tell of a set;
    "deeper.resnet50" and "deeper.resnet50.interval" how many points the probe on the example is
    better than that of the shallowest network; "curve.probe.4" is the mean accuracy after four
    photos of each class; "pitfall.no_augmentation.learn" the last epoch's accuracy on the photos
    to learn from with the pitfall, ".learn_before" without, and ".check", ".check_before" those on
    the photos to check with.
    """
    return {**dict(_results()), **dict(_depths()), **dict(_curves()), **dict(_pitfalls())}


def _results() -> Iterator[tuple[str, Fact]]:
    for row in ways().rows:
        name = f"{row.data}.{row.variant}.{row.way.name.lower()}"
        yield name, _share(row.accuracy.value)
        yield f"{name}.interval", _interval(row.accuracy)
        yield f"{name}.seconds", Fact(row.seconds, f"{row.seconds:.0f}\N{NO-BREAK SPACE}s")
        if row.over_probe is not None:
            yield f"{name}.points", _points(row.over_probe)
            yield f"{name}.points_interval", _points_interval(row.over_probe)
        yield f"{row.data}.learn", Fact.count(row.photos.learn)
        yield f"{row.data}.check", Fact.count(row.photos.check)
        yield f"{row.data}.classes", Fact.count(row.classes)
        yield f"{row.data}.chance", _share(1 / row.classes)


def _depths() -> Iterator[tuple[str, Fact]]:
    probes: dict[str, WayResult] = {
        row.variant: row for row in ways().rows if (row.data, row.way) == (SHIPPED, Way.PROBE)
    }
    first = probes.pop(_SHALLOWEST)
    for variant, probe in probes.items():
        difference = compared(probe, first)
        yield f"deeper.{variant}", _points(difference)
        yield f"deeper.{variant}.interval", _points_interval(difference)


def _curves() -> Iterator[tuple[str, Fact]]:
    for curve in curves().rows:
        for point in curve.points:
            name = f"curve.{curve.way.name.lower()}.{point.per_class}"
            yield name, _share(mean(point.accuracies))


def _pitfalls() -> Iterator[tuple[str, Fact]]:
    for run in pitfalls().rows:
        name = f"pitfall.{run.pitfall.name.lower()}"
        yield f"{name}.check_before", _share(run.check_before.value)
        yield f"{name}.check", _share(run.check_after.value)
        for suffix, epochs in (("learn_before", run.before), ("learn", run.after)):
            if (score := epochs[-1].learn) is not None:
                yield f"{name}.{suffix}", _share(score.accuracy)


def _share(value: float) -> Fact:
    return Fact.percent(100 * value, 1)


def _interval(accuracy: Accuracy) -> Fact:
    low, high = 100 * accuracy.low, 100 * accuracy.high
    return Fact(high - low, f"{low:.0f} to {high:.0f}\N{NO-BREAK SPACE}%")


def _points(difference: Difference) -> Fact:
    return Fact(100 * difference.value, _written(100 * difference.value))


def _points_interval(difference: Difference) -> Fact:
    low, high = 100 * difference.low, 100 * difference.high
    return Fact(high - low, f"{_written(low)} to {_written(high)}")


def _written(points: float) -> str:
    """Write points with a minus sign if they are negative, and no sign otherwise."""
    text = f"{points:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", _MINUS)
