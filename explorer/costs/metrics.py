"""The numbers by which networks are compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from explorer.costs.comparison import Entry
from explorer.costs.measurements import Latency


@dataclass(frozen=True)
class Metric:
    """A number by which networks are compared.

    Attributes:
        name: name in links and files.
        title: display name.
        unit: unit of the number.
        digits: number of decimals.
        low_is_good: whether less is better.
        read: function that reads the number from an entry; it returns None if it is not known.
        about: description in at most 20 words.
    """

    name: str
    title: str
    unit: str
    digits: int
    low_is_good: bool
    read: Callable[[Entry], float | None]
    about: str

    @property
    def heading(self) -> str:
        """Title and unit, for table headers and axes."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    def written(self, value: float) -> str:
        """Format a value without its unit."""
        return f"{value:,.{self.digits}f}"


def _latency(pick: Callable[[Latency], float | None]) -> Callable[[Entry], float | None]:
    return lambda entry: pick(entry.row.latency) if entry.row.latency else None


def _nonzero(value: float) -> float | None:
    """Return None for zero, which means not counted."""
    return value or None


METRICS = {
    metric.name: metric
    for metric in (
        Metric(
            "top1",
            "Top-1",
            "%",
            1,
            False,
            lambda entry: entry.accuracy.top1 if entry.accuracy else None,
            "How often the best class is the right one, on validation photos of their own data.",
        ),
        Metric(
            "latency",
            "Latency",
            "ms",
            1,
            True,
            _latency(lambda latency: latency.median),
            "Time of one call: the median of the calls.",
        ),
        Metric(
            "p95",
            "Slowest calls",
            "ms, p95",
            1,
            True,
            _latency(lambda latency: latency.p95),
            "95 of 100 calls were not slower; from 20 calls up.",
        ),
        Metric(
            "throughput",
            "Throughput",
            "images/s",
            1,
            False,
            lambda entry: entry.row.throughput,
            "Photos per second at this batch size.",
        ),
        Metric(
            "size",
            "Size",
            "MB",
            1,
            True,
            lambda entry: _nonzero(entry.row.size_mb),
            "Parameters and buffers in MB of 1,000,000 bytes; files may be stored otherwise.",
        ),
        Metric(
            "params",
            "Parameters",
            "M",
            1,
            True,
            lambda entry: _nonzero(entry.row.params / 1e6),
            "Millions of trained numbers.",
        ),
        Metric(
            "macs",
            "Multiply-adds",
            "G",
            2,
            True,
            lambda entry: _nonzero(entry.row.macs / 1e9),
            "Billions for one photo; torchvision and others call them GFLOPS.",
        ),
        Metric(
            "memory",
            "Peak memory",
            "MB",
            0,
            True,
            lambda entry: entry.row.peak_memory_mb,
            "Measured: the network, and what a call needs beside it at its highest.",
        ),
        Metric(
            "gflops",
            "Speed",
            "GFLOP/s",
            1,
            False,
            lambda entry: entry.row.gflops,
            "Two operations for each multiply-add, divided by the median time.",
        ),
        Metric(
            "ceiling",
            "Share of ceiling",
            "%",
            0,
            False,
            lambda entry: None if entry.share_of_ceiling is None else 100 * entry.share_of_ceiling,
            "Of the fastest product of two large matrices measured on the same machine.",
        ),
        Metric(
            "calls",
            "Calls",
            "n",
            0,
            False,
            lambda entry: len(entry.row.calls_ms),
            "How many calls were timed.",
        ),
        Metric(
            "compile",
            "Compiling",
            "s",
            1,
            True,
            lambda entry: entry.row.compile_seconds,
            "What torch.compile took before the first call; not part of the latency.",
        ),
    )
}
