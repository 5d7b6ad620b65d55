"""What the measurement that comes with the app says, as facts for texts: times of single photos."""

from __future__ import annotations

from explorer.fact import Fact
from explorer.result_files import references


def facts() -> dict[str, Fact]:
    """Return the median time of one photo by network, in ms, on the reference machine's CPU.

    A name is e.g. "densenet121". "densenet121.of_resnet18" is the quotient of two, and
    "builtin.resnet152.of_resnet34" that of two built-in networks; "machine" names the processor,
    and its value is how many threads it used.
    """
    machine, run = next(
        (one.run.machine, one.run)
        for one in references().runs
        if one.run.machine and one.run.machine.device == "cpu"
    )
    times = {
        row.setup.model: row.latency.median
        for row in run.rows
        if row.latency and row.setup.batch_size == 1
    }
    return {
        **{name: Fact(time, f"{time:.0f}\N{NO-BREAK SPACE}ms") for name, time in times.items()},
        "densenet121.of_resnet18": _quotient(times["densenet121"], times["resnet18"]),
        "builtin.resnet152.of_resnet34": _quotient(
            times["resnet152/builtin"], times["resnet34/builtin"]
        ),
        "machine": Fact(machine.threads, machine.model),
    }


def _quotient(time: float, other: float) -> Fact:
    return Fact(time / other, f"{time / other:.1f}")
