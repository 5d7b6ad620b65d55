"""Time a quick benchmark: until every network has its first calls, and until the end.

    python benchmarks/quick.py

The exit code is 1 if the first calls take more than 20 s or the whole run more than 60 s. Run it on
two idle cores.
"""

from __future__ import annotations

import sys
import time

from explorer.costs.benchmark import measure, quick

FIRST_ROWS, ALL = 20.0, 60.0  # seconds


def main() -> int:
    """Measure once and print the two times."""
    started, first = time.perf_counter(), float("inf")
    for progress in measure(quick("cpu")):
        if all(row.rounds_ms for row in progress.run.rows):
            first = min(first, time.perf_counter() - started)
    seconds = time.perf_counter() - started
    for row in progress.run.rows:
        assert row.latency is not None, row.problem
        print(f"{row.setup.model:18} {row.latency.calls:3} calls, {row.latency.median:7.1f} ms")
    print(f"every first row after {first:.1f} s, done after {seconds:.1f} s")
    print(f"cores that everything else kept busy: {progress.run.others_cores}")
    return 0 if first <= FIRST_ROWS and seconds <= ALL else 1


if __name__ == "__main__":
    sys.exit(main())
