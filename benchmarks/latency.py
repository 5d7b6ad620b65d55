"""Compare our median latency with that of torch.utils.benchmark, in the same run.

    python benchmarks/latency.py [--variant resnet18 resnet50 resnet152] [--device cpu]

Theirs is measured as in its documentation, on torchvision's own model, with as many threads as
ours. Both alternate, so that a machine that warms up favours neither. The exit code is 1 if any two
medians differ by more than 10 %. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import sys
from statistics import median

import torch
from torch.utils.benchmark import Timer
from torchvision.models import get_model

from explorer.costs.benchmark import measure, plan
from explorer.costs.measurements import THOROUGH, Run

TOLERANCE = 0.1
TURNS = 3


def ours(variants: list[str], device: str) -> Run:
    """Measure as the app does, in a separate process."""
    *_, last = measure(plan(tuple(variants), device=device, effort=THOROUGH))
    return last.run


def theirs(variant: str, device: str, threads: int) -> float:
    """Return the median in ms by torch.utils.benchmark."""
    model = get_model(variant, weights=None).eval().to(device)
    x = torch.randn(1, 3, 224, 224, device=device)
    with torch.inference_mode():
        timer = Timer("model(x)", globals={"model": model, "x": x}, num_threads=threads)
        timer.timeit(3)
        return 1000 * timer.blocked_autorange(min_run_time=5).median


def main() -> int:
    """Measure both, print them side by side, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--variant", nargs="+", default=["resnet18", "resnet50", "resnet152"])
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    medians: dict[str, list[tuple[float, float]]] = {variant: [] for variant in options.variant}
    for _ in range(TURNS):
        run = ours(options.variant, options.device)
        assert run.machine is not None
        for row in run.rows:
            assert row.latency is not None, row.problem
            other = theirs(row.setup.model, options.device, run.machine.threads)
            medians[row.setup.model].append((row.latency.median, other))
    print(f"{run.machine.model}, batch 1, 224 pixels, float32, medians of {TURNS} turns")
    print(f"{'network':12}  ours ms  torch.utils.benchmark ms  ratio")
    agrees = True
    for variant, pairs in medians.items():
        mine, other = (median(column) for column in zip(*pairs, strict=True))
        agrees &= abs(mine / other - 1) <= TOLERANCE
        print(f"{variant:12}  {mine:7.1f}  {other:24.1f}  {mine / other:5.3f}")
    print("They agree within 10 %." if agrees else "They do NOT agree within 10 %.")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
