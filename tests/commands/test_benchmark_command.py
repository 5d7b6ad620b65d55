"""Tests of `resnet-explorer benchmark`, with a small program as the measuring process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from torchvision.models import ResNet18_Weights, ResNeXt101_64X4D_Weights

from explorer import load
from explorer.cli import INTERRUPTED
from explorer.costs import benchmark, benchmark_process, result_files
from explorer.networks.variants import VARIANTS
from measuring_programs import ANSWERS

Call = Callable[..., Any]
KEYS = [
    "variant",
    "device",
    "dtype",
    "batch_size",
    "resolution",
    "params",
    "macs",
    "size_mb",
    "latency_ms",
    "throughput",
    "peak_memory_mb",
    "top1",
    "recipe",
]


@pytest.fixture(autouse=True)
def _answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(benchmark_process, "COMMAND", ANSWERS)
    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path / "results"))


def test_without_options_the_ten_resnets_are_measured(call: Call) -> None:
    done = call("benchmark", "--device", "cpu", "--json")
    assert (done.code, done.err) == (0, "")
    assert [row["variant"] for row in done.objects] == list(VARIANTS)
    assert all(list(row) == KEYS for row in done.objects)


def test_a_row_for_scripts_has_what_was_measured_and_whose_accuracy_it_is(call: Call) -> None:
    done = call("benchmark", "--variant", "resnet18", "resnext101_64x4d", "--device=cpu", "--json")
    small, large = done.objects
    stated = ResNet18_Weights.IMAGENET1K_V1.meta
    assert small == {
        "variant": "resnet18",
        "device": "cpu",
        "dtype": "float32",
        "batch_size": 1,
        "resolution": 224,
        "params": 1000,
        "macs": 10**9,
        "size_mb": 4.0,
        "latency_ms": {"median": 10.0, "q1": 10.0, "q3": 10.0, "p95": 10.0},
        "throughput": 100.0,
        "peak_memory_mb": 10.0,
        "top1": stated["_metrics"]["ImageNet-1K"]["acc@1"],
        "recipe": stated["recipe"],
    }
    assert large["recipe"] == ResNeXt101_64X4D_Weights.IMAGENET1K_V1.meta["recipe"]


def test_lists_take_both_forms(call: Call) -> None:
    together = call(
        "benchmark", "--variant", "resnet18", "vgg16", "--batch-size", 1, 2, "--device=cpu"
    )
    one_by_one = call(
        *("benchmark", "--variant", "resnet18", "--variant", "vgg16", "--device=cpu"),
        *("--batch-size", 1, "--batch-size", 2),
    )
    rows = [line.split()[:2] for line in together.out.splitlines()[-4:]]
    assert rows == [["resnet18", "1"], ["resnet18", "2"], ["vgg16", "1"], ["vgg16", "2"]]
    assert [line.split()[:2] for line in one_by_one.out.splitlines()[-4:]] == rows


def test_the_built_in_networks_bring_their_own_accuracy(call: Call) -> None:
    done = call("benchmark", "--variant", "resnet18/builtin", "--device=cpu", "--json")
    (row,) = done.objects
    weights = load("resnet18").weights
    assert row["resolution"] == weights.preprocessing.crop_size
    assert (row["top1"], row["recipe"]) == (weights.top1, weights.recipe)


def test_another_resolution_has_no_accuracy(call: Call) -> None:
    done = call("benchmark", "--variant=resnet18", "--resolution=128", "--device=cpu", "--json")
    (row,) = done.objects
    assert (row["resolution"], row["top1"], row["recipe"]) == (128, None, None)


def test_a_row_that_fails_says_why_and_the_others_stay(call: Call) -> None:
    arguments = ("benchmark", "--variant", "vgg16", "resnet18", "--device=cpu")
    failed, fine = call(*arguments, "--json").objects
    assert failed["error"] == "Out of memory."
    assert failed["latency_ms"] == {"median": None, "q1": None, "q3": None, "p95": None}
    assert "error" not in fine
    table = call(*arguments)
    assert table.code == 1
    assert "Out of memory." in table.out


def test_the_table_names_device_method_and_units(call: Call) -> None:
    out = call("benchmark", "--variant", "resnet18", "--device", "cpu").out
    assert "Pocket Calculator, 2 threads" in out
    assert "fastest matrix product in float32: 100 GFLOP/s" in out
    assert "median ms" in out
    line = out.splitlines()[-1].split()
    assert line[:4] == ["resnet18", "1", "20", "10.0"]
    assert "200" in line  # % of the ceiling, since the program makes up its numbers


def test_the_result_is_kept_and_written_where_one_asks(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "new" / "result.json"
    done = call("benchmark", "--variant=resnet18", "--device=cpu", "--thorough", "--output", path)
    assert done.code == 0
    (entry,) = result_files.stored().runs
    assert entry.run == result_files.from_json(path.read_bytes())
    assert entry.run.effort.calls == 60


def test_a_file_that_cannot_be_written_is_said_after_the_rows(call: Call, tmp_path: Path) -> None:
    done = call("benchmark", "--variant=resnet18", "--device=cpu", "--json", "--output", tmp_path)
    assert (done.code, len(done.objects), done.err.count("\n")) == (2, 1, 1)
    assert "cannot be written" in done.err


def test_an_interruption_prints_what_there_is(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = benchmark.measure

    def interrupted(plan: benchmark.BenchmarkPlan) -> Any:
        for progress in whole(plan):
            yield progress
            if progress.run.rows[0].rounds_ms:
                raise KeyboardInterrupt

    monkeypatch.setattr(benchmark, "measure", interrupted)
    done = call("benchmark", "--variant", "resnet18", "resnet34", "--device=cpu", "--json")
    assert done.code == INTERRUPTED
    first, second = done.objects
    assert first["latency_ms"]["median"] == 10.0
    assert second["latency_ms"]["median"] is None
    (entry,) = result_files.stored().runs
    assert entry.run.state == "cancelled"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--variant", "resnet20"), "no network 'resnet20'"),
        (("--batch-size", "0"), "1 to 4096 photos"),
        (("--batch-size", "many"), "invalid int value"),
        (("--dtype", "float16", "--device", "cpu"), "float16 is not worth measuring on cpu"),
        (("--dtype", "int8"), "invalid choice"),
        (("--device", "abacus"), "no device 'abacus'"),
    ],
)
def test_an_unusable_request_is_one_line(
    call: Call, arguments: tuple[str, ...], reason: str
) -> None:
    done = call("benchmark", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert reason in done.err


def test_numbers_for_scripts_are_json(call: Call) -> None:
    done = call("benchmark", "--variant=vgg16", "--device=cpu", "--json")
    assert json.loads(done.out)["throughput"] is None
