"""Tests of explorer/costs/result_files.py."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer.costs import benchmark_process, result_files
from explorer.costs.benchmark import BenchmarkProgress, measure, plan
from explorer.costs.measurements import QUICK, Ceiling, Dtype, Machine, Row, Run, RunState, Setup
from explorer.costs.result_files import folder, from_json, references, saved, stored, to_json, write
from explorer.errors import ResultError
from measuring_programs import NEVER_ENDS

MACHINE = Machine("cpu", "AMD EPYC (rev. 2)", "AMD EPYC", 2, 1, 1e3, "Linux x86_64", {"torch": "2"})
ROWS = (
    Row(Setup("resnet18"), 20, 11, 12, 13.5, ((1.5, 2.25), (3.0,)), 14.0),
    Row(Setup("vit_b_16", dtype=Dtype.BFLOAT16), 20, problem="Out of memory."),
)
RUN = Run(
    "2026-03-01T12:00:00+00:00",
    RunState.DONE,
    QUICK,
    ROWS,
    MACHINE,
    (Ceiling(Dtype.FLOAT32, 99.5, 16),),
    12.5,
    0.25,
    2,
    ("A note.",),
)


def news_of(*runs: Run) -> Generator[BenchmarkProgress, None, None]:
    yield from (BenchmarkProgress(run, "Round 1", 0.5) for run in runs)


def grown(calls: int, state: RunState = RunState.RUNNING) -> Run:
    """Return a run whose first row has this number of calls."""
    rounds = tuple((float(ms),) for ms in range(1, calls + 1))
    return replace(RUN, state=state, rows=(replace(ROWS[0], rounds_ms=rounds), Row(Setup("x"), 5)))


def test_a_result_comes_back_as_it_was() -> None:
    assert from_json(to_json(RUN)) == RUN
    assert from_json(to_json(RUN).encode()) == RUN
    assert json.loads(to_json(RUN))["rows"][0]["rounds_ms"] == [[1.5, 2.25], [3.0]]


def test_a_result_without_machine_or_rows_comes_back_too() -> None:
    empty = replace(RUN, machine=None, rows=(), ceilings=(), others_cores=None)
    assert from_json(to_json(empty)) == empty


def changed(**entries: Any) -> str:
    return json.dumps(json.loads(to_json(RUN)) | entries)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        to_json(RUN)[:-40],
        "[" * 100_000,
        b"\xff\xfe\x00",
        changed(state="finished"),
        changed(rows=[{}]),
        changed(format="1"),
        changed(ceilings=[{"dtype": "float32", "gflops": 0, "size": 1}]),
        to_json(RUN).replace("2.25", "-2.25"),
        to_json(RUN).replace("2.25", "NaN"),
        to_json(RUN).replace('"batch_size": 1', '"batch_size": 0'),
    ],
)
def test_a_file_that_holds_no_result_is_refused(text: str | bytes) -> None:
    with pytest.raises(ResultError, match="holds no measurements that we can read"):
        from_json(text)


def test_a_file_of_a_newer_version_says_so() -> None:
    with pytest.raises(ResultError, match="newer version"):
        from_json(changed(format=2))


def test_a_file_beyond_all_measure_is_not_even_parsed() -> None:
    with pytest.raises(ResultError, match="too large"):
        from_json(b" " * (result_files.LARGEST_FILE + 1))


def test_a_run_is_written_as_it_grows_and_the_news_pass(tmp_path: Path) -> None:
    runs = [replace(RUN, rows=(Row(Setup("x"), 5),)), grown(1), grown(2), grown(3, RunState.DONE)]
    passed_on = []
    for progress in saved(news_of(*runs), tmp_path):
        passed_on.append(progress.run)
        on_disk = [entry.run for entry in stored(tmp_path).runs]
        assert on_disk == ([] if progress.run is runs[0] else [progress.run])
    assert passed_on == runs
    (only,) = stored(tmp_path).runs
    assert only.run == runs[-1]
    assert only.path.parent == tmp_path / "amd-epyc-rev-2-1-thread"
    assert only.title == "AMD EPYC (rev. 2), 1 thread · 2026-03-01 12:00 UTC"


def test_a_run_that_was_left_is_kept_as_cancelled(tmp_path: Path) -> None:
    news = saved(news_of(grown(1), grown(2)), tmp_path)
    next(news)
    news.close()
    (entry,) = stored(tmp_path).runs
    assert entry.run == replace(grown(1), state=RunState.CANCELLED)


def test_a_real_cancel_leaves_every_row_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_process, "COMMAND", NEVER_ENDS)
    news = saved(measure(plan(("resnet18", "vgg16", "resnet50"), device="cpu")), tmp_path)
    for progress in news:
        if progress.run.rows[2].rounds_ms:
            break
    news.close()
    (entry,) = stored(tmp_path).runs
    assert entry.run.state is RunState.CANCELLED
    assert [len(row.calls_ms) for row in entry.run.rows] == [5, 0, 5]
    assert entry.run.rows[1].problem == "Out of memory."


def test_a_run_whose_server_was_killed_is_kept_as_broken_off(tmp_path: Path) -> None:
    write(grown(2), tmp_path / "device" / "run.json")
    (entry,) = stored(tmp_path).runs
    assert entry.run == replace(grown(2), state=RunState.BROKEN_OFF)


def test_a_run_without_any_row_leaves_no_file(tmp_path: Path) -> None:
    list(saved(news_of(replace(RUN, rows=(Row(Setup("x"), 5),))), tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_does_not_end_the_measurement(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    *_, last = saved(news_of(grown(1), grown(2, RunState.DONE)), blocked)
    assert last.run.rows == grown(2).rows
    assert "could not be kept on the disk" in last.run.notes[-1]


def test_a_damaged_file_is_reported_and_set_aside_and_never_lost(tmp_path: Path) -> None:
    write(RUN, tmp_path / "device" / "good.json")
    for name in ("bad.json", "bad.json.damaged1"):
        (tmp_path / "device" / name).write_text(name)
    first, again = stored(tmp_path), stored(tmp_path)
    assert [entry.run for entry in first.runs] == [RUN]
    (complaint,) = first.complaints
    assert complaint.startswith("bad.json holds no measurements that can be read")
    aside = tmp_path / "device" / "bad.json.damaged2"
    assert str(aside) in complaint
    assert aside.read_text() == "bad.json"
    assert (again.runs, again.complaints) == (first.runs, ())


def test_a_file_of_a_newer_version_stays_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "device").mkdir()
    newer = tmp_path / "device" / "newer.json"
    newer.write_text(changed(format=2))
    (complaint,) = stored(tmp_path).complaints
    assert "newer version" in complaint
    assert newer.is_file()


def test_the_newest_comes_first_whatever_the_device(tmp_path: Path) -> None:
    for device, day in (("a", "20260102T0000"), ("b", "20260103T0000"), ("b", "20260101T0000")):
        write(replace(RUN, started=day), tmp_path / device / f"{day}-x.json")
    days = [entry.run.started[:8] for entry in stored(tmp_path).runs]
    assert days == ["20260103", "20260102", "20260101"]


def test_without_a_folder_there_is_nothing_and_no_complaint(tmp_path: Path) -> None:
    assert stored(tmp_path / "missing") == result_files.StoredRuns((), ())


def test_results_lie_where_the_system_keeps_data(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(folder()) == result_files.os.environ[result_files.FOLDER_VARIABLE]
    monkeypatch.delenv(result_files.FOLDER_VARIABLE)
    monkeypatch.setattr(result_files.sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert folder() == Path("/data/resnet-explorer/measurements")


def test_the_references_that_ship_are_whole() -> None:
    shipped = references()
    assert shipped.complaints == ()
    for entry in shipped.runs:
        assert entry.run.state is RunState.DONE
        assert entry.run.machine is not None
