"""Time a quick benchmark: when every network has its first row, and when all is done.

    python benchmarks/quick.py

The exit code is 1 if the first rows take more than 20 s or the whole more than 60 s. Run it on two
cores that do nothing else.
"""

from __future__ import annotations

import sys
import time

from explorer.costs.benchmark import measure, quick

FIRST_ROWS, ALL = 20.0, 60.0  # seconds


def main() -> int:
    """Measure once, and print the two times."""
    started, first = time.perf_counter(), float("inf")
    for now in measure(quick("cpu")):
        if all(row.rounds_ms for row in now.run.rows):
            first = min(first, time.perf_counter() - started)
    seconds = time.perf_counter() - started
    for row in now.run.rows:
        assert row.latency is not None, row.problem
        print(f"{row.setup.model:18} {row.latency.calls:3} calls, {row.latency.median:7.1f} ms")
    print(f"every first row after {first:.1f} s, done after {seconds:.1f} s")
    print(f"cores that everything else kept busy: {now.run.others_cores}")
    return 0 if first <= FIRST_ROWS and seconds <= ALL else 1


if __name__ == "__main__":
    sys.exit(main())
