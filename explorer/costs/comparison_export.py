"""A comparison as a table to take along, and the line that says where its numbers come from."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from explorer.costs.comparison import Conditions, Entry, accuracy
from explorer.costs.measurements import Row, Run, RunState
from explorer.costs.metrics import METRICS
from explorer.weights.recipes import PublishedRecipe

BUSY_CORES = 0.5  # kept busy by others: from here on the times are to be taken with care


def table_csv(run: Run, recipe: PublishedRecipe) -> bytes:
    """List all rows of a run; each carries what it takes to repeat it.

    Args:
        run: a benchmark.
        recipe: which published weights lend their accuracy.

    Returns:
        UTF-8 with a mark at its start, by which spreadsheets recognise it.
    """
    lines = [_line(run, row, recipe) for row in run.rows]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(lines[0]) if lines else ["model"])
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _line(run: Run, row: Row, recipe: PublishedRecipe) -> dict[str, object]:
    setup, found = row.setup, accuracy(row.setup, recipe)
    entry = Entry(row, found, run.share_of_ceiling(row))
    latency = row.latency
    return {
        "model": setup.model,
        "network": entry.title,
        "weights": found.weights if found else "",
        "recipe": found.link if found else "",
        "device": setup.device,
        "dtype": setup.dtype.value,
        "batch_size": setup.batch_size,
        "resolution": setup.resolution,
        "memory_format": setup.memory_format.value,
        "compiled": setup.compiled,
        **{f"{name}_{_unit(measure.unit)}": measure.read(entry) for name, measure in _NUMBERS},
        "q1_ms": latency.q1 if latency else None,
        "q3_ms": latency.q3 if latency else None,
        "provisional": row.provisional,
        "problem": row.problem,
        **_machine(run),
    }


_NUMBERS = tuple(METRICS.items())


def _unit(unit: str) -> str:
    """Write a unit as part of a column's name."""
    known = {"%": "percent", "ms, p95": "ms", "images/s": "per_s", "GFLOP/s": "per_s"}
    return known.get(unit, unit)


def _machine(run: Run) -> dict[str, object]:
    machine = run.machine
    known: dict[str, object] = {
        "started": run.started,
        "state": run.state.value,
        "others_cores": run.others_cores,
        "other_sessions": run.sessions,
    }
    if machine is None:
        return known
    return known | {
        "device_name": machine.device_name,
        "cpu": machine.cpu,
        "cores": machine.cores,
        "threads": machine.threads,
        "system": machine.system,
        "versions": ", ".join(f"{name} {version}" for name, version in machine.versions.items()),
    }


def origin(run: Run, under: Conditions | None = None) -> str:
    """Say in one line where the numbers of a run come from."""
    device = run.machine.model if run.machine else "device unknown"
    torch = run.machine.versions.get("torch") if run.machine else None
    parts = [device, day(run), *([under.line] if under else [])]
    return " · ".join([*parts, *([f"torch {torch}"] if torch else [])])


def day(run: Run) -> str:
    """Write the day of a run, e.g. "21 November 2026"; in UTC."""
    try:
        started = datetime.fromisoformat(run.started)
    except ValueError:
        return "date unknown"
    return f"{started.day} {started:%B %Y}"


def doubts(run: Run) -> tuple[str, ...]:
    """Say what speaks against taking the numbers of a run at their word."""
    found = list(run.notes)
    if run.state is RunState.CANCELLED:
        found.append("It was cancelled: some rows have fewer calls than were wanted.")
    if run.state is RunState.BROKEN_OFF:
        found.append("It broke off: some rows have fewer calls than were wanted.")
    if run.others_cores is not None and run.others_cores > BUSY_CORES:
        found.append(
            f"Other programs kept {run.others_cores:.1f} processor cores busy meanwhile: "
            "take the times with care."
        )
    if run.sessions:
        found.append(f"Up to {run.sessions} other analyses of this app ran meanwhile.")
    return tuple(found)
