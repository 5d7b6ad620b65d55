"""`resnet-explorer benchmark`: measure what networks cost on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.costs.measurements import QUICK, SECONDS_PER_ROW, THOROUGH, Dtype, Row, Run
from explorer.errors import RequestError
from explorer.networks.variants import VARIANTS

if TYPE_CHECKING:
    from explorer.costs.benchmark import BenchmarkPlan, BenchmarkProgress
    from explorer.costs.comparison import Accuracy

ALL_MEASURED, SOME_FAILED = 0, 1
_DECIMALS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for what to measure, where, and how to print it."""
    _add_setups(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object per row")
    parser.add_argument(
        "--thorough",
        action="store_true",
        help=f"time {THOROUGH.calls} calls of each network, however long it takes, and not "
        f"{QUICK.calls} in about {SECONDS_PER_ROW:.0f} seconds each",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="also keep the whole result in this file"
    )


def _add_setups(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--variant",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="such as resnet50, vgg16, or resnet50/builtin for the one that comes with the app "
        "(default: the ten ResNets)",
    )
    parser.add_argument(
        "--batch-size",
        nargs="+",
        action="extend",
        type=int,
        metavar="N",
        help="photos in one call (default: 1)",
    )
    parser.add_argument(
        "--resolution", type=int, metavar="N", help="pixels a side (default: the network's own)"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument(
        "--dtype", choices=[dtype.value for dtype in Dtype], default=Dtype.FLOAT32.value
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure and print a row for each network and batch size; Ctrl-C prints the rows so far."""
    from explorer.costs.benchmark import measure
    from explorer.costs.result_files import saved

    plan, result = _plan(arguments), None
    report = _print_json if arguments.json else _print_table
    try:
        with closing(saved(measure(plan))) as news:
            for progress in news:
                result = progress.run
                _show_progress(progress)
    finally:
        _show_progress(None)
        if result is not None:
            report(result)
            _write_output(result, arguments.output)
    failed = result is None or any(row.problem or not row.rounds_ms for row in result.rows)
    return SOME_FAILED if failed else ALL_MEASURED


def _plan(arguments: argparse.Namespace) -> BenchmarkPlan:
    from explorer.costs.benchmark import plan

    return plan(
        tuple(arguments.variant or VARIANTS),
        tuple(arguments.batch_size or (1,)),
        arguments.device,
        Dtype(arguments.dtype),
        arguments.resolution,
        effort=THOROUGH if arguments.thorough else None,
    )


def _show_progress(progress: BenchmarkProgress | None) -> None:
    """Update the progress line on a terminal; None clears it."""
    if sys.stderr.isatty():
        text = f"{100 * progress.done:3.0f} %  {progress.step}" if progress else ""
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _write_output(run: Run, path: Path | None) -> None:
    from explorer.costs.result_files import write

    if path is None:
        return
    try:
        write(run, path)
    except OSError as error:
        raise RequestError(f"{path} cannot be written ({error.strerror}).") from error


def _print_json(run: Run) -> None:
    for row in run.rows:
        print(json.dumps(_json_row(row)), flush=True)


def _json_row(row: Row) -> dict[str, object]:
    """Return the JSON object of a row; only a failed row has an "error"."""
    setup, accuracy = row.setup, _accuracy(row)
    latency = asdict(row.latency) if row.latency else {}
    times = {name: _rounded(latency.get(name)) for name in ("median", "q1", "q3", "p95")}
    error = {"error": row.problem} if row.problem else {}
    return {
        "variant": setup.model,
        "device": setup.device,
        "dtype": setup.dtype.value,
        "batch_size": setup.batch_size,
        "resolution": setup.resolution,
        "params": row.params,
        "macs": row.macs,
        "size_mb": row.size_mb,
        "latency_ms": times,
        "throughput": _rounded(row.throughput),
        "peak_memory_mb": _rounded(row.peak_memory_mb),
        "top1": accuracy.top1 if accuracy else None,
        "recipe": accuracy.link if accuracy else None,
        **error,
    }


def _accuracy(row: Row) -> Accuracy | None:
    """Return the accuracy by the first recipe that has weights, starting with the classic one.

    None at any resolution but the network's own, where the accuracy would differ.
    """
    from explorer.costs.benchmark_models import find_benchmark_model
    from explorer.costs.comparison import accuracy
    from explorer.weights.published_recipes import PublishedRecipe

    if row.setup.resolution != find_benchmark_model(row.setup.model).resolution:
        return None
    accuracies = (accuracy(row.setup, recipe) for recipe in PublishedRecipe)
    return next((candidate for candidate in accuracies if candidate is not None), None)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, _DECIMALS)


def _print_table(run: Run) -> None:
    print("\n".join(_lines(run)), flush=True)


def _lines(run: Run) -> Iterator[str]:
    machine = run.machine
    if machine:
        yield f"{machine.model} · {machine.system} · torch {machine.versions.get('torch', '?')}"
    for ceiling in run.ceilings:
        yield f"fastest matrix product in {ceiling.dtype}: {ceiling.gflops:,.0f} GFLOP/s"
    if run.others_cores is not None:
        yield f"processor cores that everything else kept busy: {run.others_cores:.1f} on average"
    width = max(len(row.setup.model) for row in run.rows)
    yield ""
    yield (
        f"{'network':{width}}  batch  calls  median ms  (q1 - q3)           p95  images/s"
        "  peak MB  size MB  GMACs  of ceiling  top-1 %"
    )
    yield from (_line(run, row, width) for row in run.rows)
    yield from ("", *run.notes) if run.notes else ()


def _line(run: Run, row: Row, width: int) -> str:
    start = f"{row.setup.model:{width}}  {row.setup.batch_size:5}"
    latency, accuracy = row.latency, _accuracy(row)
    if latency is None or row.throughput is None:
        return f"{start}  {row.problem or 'not measured'}"
    quartiles = f"({latency.q1:.1f} - {latency.q3:.1f})"
    share = run.share_of_ceiling(row)
    return (
        f"{start}  {latency.calls:5}  {latency.median:9.1f}  {quartiles:17}"
        f"{_number(latency.p95):>8}  {row.throughput:8.1f}  {_number(row.peak_memory_mb, 0):>7}"
        f"  {row.size_mb:7.1f}  {row.macs / 1e9:5.2f}  {_number(share and 100 * share, 0):>8} %"
        f"  {_number(accuracy.top1 if accuracy else None, 2):>7}"
        f"{'  ' + row.problem if row.problem else ''}"
    )


def _number(value: float | None, decimals: int = 1) -> str:
    return "-" if value is None else f"{value:.{decimals}f}"
