"""Export a comparison as a CSV table, and describe the origin of its numbers in one line."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from explorer.costs.comparison import Conditions, Entry, accuracy
from explorer.costs.measurements import Row, Run, RunState
from explorer.costs.metrics import METRICS
from explorer.weights.published_recipes import PublishedRecipe

BUSY_CORES = 0.5  # average kept busy by other programs, above which the times get a warning


def table_csv(run: Run, recipe: PublishedRecipe) -> bytes:
    """Write all rows of a run, each with everything needed to repeat it.

    Args:
        run: a benchmark.
        recipe: recipe of the published weights whose accuracy is used.

    Returns:
        CSV in UTF-8 with a byte order mark, by which spreadsheets recognise the encoding.
    """
    lines = [_line(run, row, recipe) for row in run.rows]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(lines[0]) if lines else ["model"])
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def _line(run: Run, row: Row, recipe: PublishedRecipe) -> dict[str, object]:
    setup, entry_accuracy = row.setup, accuracy(row.setup, recipe)
    entry = Entry(row, entry_accuracy, run.share_of_ceiling(row))
    latency = row.latency
    return {
        "model": setup.model,
        "network": entry.title,
        "weights": entry_accuracy.weights if entry_accuracy else "",
        "recipe": entry_accuracy.link if entry_accuracy else "",
        "device": setup.device,
        "dtype": setup.dtype.value,
        "batch_size": setup.batch_size,
        "resolution": setup.resolution,
        "memory_format": setup.memory_format.value,
        "compiled": setup.compiled,
        **{f"{name}_{_unit(metric.unit)}": metric.read(entry) for name, metric in METRICS.items()},
        "q1_ms": latency.q1 if latency else None,
        "q3_ms": latency.q3 if latency else None,
        "provisional": row.provisional,
        "problem": row.problem,
        **_machine(run),
    }


def _unit(unit: str) -> str:
    """Return a unit as part of a column name."""
    suffixes = {"%": "percent", "ms, p95": "ms", "images/s": "per_s", "GFLOP/s": "per_s"}
    return suffixes.get(unit, unit)


def _machine(run: Run) -> dict[str, object]:
    machine = run.machine
    columns: dict[str, object] = {
        "started": run.started,
        "state": run.state.value,
        "others_cores": run.others_cores,
        "other_sessions": run.sessions,
    }
    if machine is None:
        return columns
    return columns | {
        "device_name": machine.device_name,
        "cpu": machine.cpu,
        "cores": machine.cores,
        "threads": machine.threads,
        "system": machine.system,
        "versions": ", ".join(f"{name} {version}" for name, version in machine.versions.items()),
    }


def origin(run: Run, under: Conditions | None = None) -> str:
    """Describe in one line where the numbers of a run come from."""
    device = run.machine.model if run.machine else "device unknown"
    torch = run.machine.versions.get("torch") if run.machine else None
    parts = [device, day(run), *([under.line] if under else [])]
    return " · ".join([*parts, *([f"torch {torch}"] if torch else [])])


def day(run: Run) -> str:
    """Return the day of a run in UTC, e.g. "21 November 2026"."""
    try:
        started = datetime.fromisoformat(run.started)
    except ValueError:
        return "date unknown"
    return f"{started.day} {started:%B %Y}"


def doubts(run: Run) -> tuple[str, ...]:
    """List the reasons to take the numbers of a run with care, a sentence each."""
    reasons = list(run.notes)
    if run.state is RunState.CANCELLED:
        reasons.append("It was cancelled: some rows have fewer calls than were wanted.")
    if run.state is RunState.BROKEN_OFF:
        reasons.append("It broke off: some rows have fewer calls than were wanted.")
    if run.others_cores is not None and run.others_cores > BUSY_CORES:
        reasons.append(
            f"Other programs kept {run.others_cores:.1f} processor cores busy meanwhile: "
            "take the times with care."
        )
    if run.sessions:
        reasons.append(f"Up to {run.sessions} other analyses of this app ran meanwhile.")
    return tuple(reasons)
