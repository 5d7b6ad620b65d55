"""Small programs that stand in for the measuring process, and answer at once."""

from __future__ import annotations

import sys

_START = """
import json, os, signal
request = json.loads(input())
rows = request["rows"]
def tell(**news): print(json.dumps(news), flush=True)
def is_open(row): return not row["problem"] and sum(map(len, row["rounds_ms"])) < row["wanted"]
"""
_MACHINE = """
tell(machine={
    "device": "cpu", "device_name": "Pocket Calculator", "cpu": "Pocket Calculator", "cores": 2,
    "threads": request["threads"] or 2, "memory_mb": 64.0, "system": "Abacus",
    "versions": {"torch": "2"},
})
tell(ceiling={"dtype": "float32", "gflops": 100.0, "size": 16})
"""
_ROUNDS = """
while any(map(is_open, rows)):
    for index, row in enumerate(rows):
        if is_open(row):
            tell(index=index)
            if row["setup"]["model"] == "vgg19":
                os.kill(os.getpid(), signal.SIGKILL)
            if row["setup"]["model"] == "vgg16":
                row["problem"] = "Out of memory."
            else:
                row.update(params=1000, macs=10**9, size_mb=4.0, peak_memory_mb=10.0)
                row["rounds_ms"].append([10.0 * (index + 1)] * 5)
            tell(index=index, row=row)
"""
_END = """
tell(done=True)
"""
_WAIT = """
input()
"""


def _command(*parts: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", "-c", "".join(parts))


# The row in place i takes 10 (i + 1) ms, five calls per round; VGG-16 has no memory, and VGG-19 is
# killed by the system.
ANSWERS = _command(_START, _MACHINE, _ROUNDS, _END)
NEVER_ENDS = _command(_START, _MACHINE, _ROUNDS, _WAIT)
DIES_AT_ONCE = _command("raise SystemExit(7)")
