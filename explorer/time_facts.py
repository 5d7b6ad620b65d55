"""What the measurement that comes with the app says, as facts for texts: times of single photos."""

from __future__ import annotations

from explorer.facts import Fact
from explorer.result_files import references


def facts() -> dict[str, Fact]:
    """Return the median time of one photo by network, in ms, on the reference machine's CPU.

    A name is e.g. "densenet121". "densenet121.of_resnet18" is the quotient of two; "machine" names
    the processor, and its value is how many threads it used.
    """
    machine, run = next(
        (one.run.machine, one.run)
        for one in references().runs
        if one.run.machine and one.run.machine.device == "cpu"
    )
    times = {
        row.setup.model: row.latency.median
        for row in run.rows
        if row.latency and row.setup.batch_size == 1 and "/" not in row.setup.model
    }
    quotient = times["densenet121"] / times["resnet18"]
    return {
        **{name: Fact(time, f"{time:.0f}\N{NO-BREAK SPACE}ms") for name, time in times.items()},
        "densenet121.of_resnet18": Fact(quotient, f"{quotient:.1f}"),
        "machine": Fact(machine.threads, machine.model),
    }
