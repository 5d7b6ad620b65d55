"""Recorded gradients of untrained networks, measured once with five seeds.

`python -m explorer.training.gradient_records FILE` measures them again, in a few minutes on one
thread.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

from explorer.errors import ResultError
from explorer.paths import ASSETS
from explorer.training.gradient_plans import GradientFlow, GradientPlan, Init

PATH = ASSETS / "training" / "gradient_flow.jsonl"
DEPTHS = (8, 20, 56, 110, 200)
SEEDS = (0, 1, 2, 3, 4)
PHOTOS = ("motorcycle", "face", "coffee", "camera")  # samples that come with the app
_COMMAND = "python -m explorer.training.gradient_records"


@cache
def recorded() -> tuple[GradientFlow, ...]:
    """Read the record that ships with the app.

    Raises:
        ResultError: if it is missing or damaged.
    """
    return read(PATH)


def read(path: Path) -> tuple[GradientFlow, ...]:
    """Read a file that this module has written.

    Raises:
        ResultError: if it is missing or damaged.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return tuple(_from_line(line) for line in lines)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ResultError(f"{path.name} cannot be read; write it with `{_COMMAND}`.") from error


def find(
    plan: GradientPlan, flows: tuple[GradientFlow, ...] | None = None
) -> tuple[GradientFlow, ...]:
    """Return the recorded passes through a network, one for each seed; empty if none."""
    return tuple(flow for flow in flows or recorded() if flow.plan == plan)


def plans() -> Iterator[GradientPlan]:
    """Yield all networks that are recorded."""
    for depth, shortcuts, batch_norm, init in product(DEPTHS, (False, True), (False, True), Init):
        yield GradientPlan(depth, shortcuts, batch_norm, init)


def measure_all() -> Iterator[GradientFlow]:
    """Measure all networks that are recorded, with all seeds."""
    from explorer.photos.samples import SAMPLES
    from explorer.training.gradient_flow import as_batch, measure

    photos = as_batch([SAMPLES[name].open() for name in PHOTOS])
    for plan, seed in product(plans(), SEEDS):
        yield measure(plan, seed, photos)


def to_line(flow: GradientFlow) -> str:
    """Return a pass as a line of JSON, with three significant digits of every norm."""
    plan = flow.plan
    return json.dumps(
        {
            "depth": plan.depth,
            "shortcuts": plan.shortcuts,
            "batch_norm": plan.batch_norm,
            "init": plan.init.value,
            "seed": flow.seed,
            "inputs": [_rounded(norm) for norm in flow.inputs],
            "weights": [_rounded(norm) for norm in flow.weights],
        },
        separators=(",", ":"),
    )


def _from_line(line: str) -> GradientFlow:
    record = json.loads(line)
    plan = GradientPlan(
        record["depth"], record["shortcuts"], record["batch_norm"], Init(record["init"])
    )
    return GradientFlow(plan, record["seed"], _norms(record["inputs"]), _norms(record["weights"]))


def _norms(values: list[float | None]) -> tuple[float, ...]:
    return tuple(math.inf if value is None else float(value) for value in values)


def _rounded(norm: float) -> float | None:
    """Round to three digits; infinity becomes None, since JSON has no infinity."""
    return None if math.isinf(norm) else float(f"{norm:.3g}")


def main(path: Path) -> None:
    """Measure all networks and write the record."""
    import torch

    torch.set_num_threads(1)
    with path.open("w", encoding="utf-8") as file:
        for flow in measure_all():
            print(to_line(flow), file=file, flush=True)
            print(f"{flow.plan}, seed {flow.seed}: ratio {flow.ratio():.3g}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PATH)
