from __future__ import annotations

import csv
import io
from dataclasses import replace

from example_run import example_run, row
from explorer.costs.comparison import conditions
from explorer.costs.comparison_export import day, doubts, origin, table_csv
from explorer.costs.measurements import NetworkGroup, RunState
from explorer.weights.published_recipes import PublishedRecipe, published


def read(encoded: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(encoded.decode("utf-8-sig"))))


def test_every_row_stands_in_the_table_with_its_weights_and_its_machine() -> None:
    run = example_run()
    lines = read(table_csv(run, PublishedRecipe.NEW))
    assert [line["model"] for line in lines] == [row.setup.model for row in run.rows]
    for line, row_ in zip(lines, run.rows, strict=True):
        assert row_.latency is not None
        assert float(line["latency_ms"]) == row_.latency.median
        assert float(line["q3_ms"]) == row_.latency.q3
        assert line["device_name"] == "Example CPU"
        assert "torch 2.15.0" in line["versions"]
    by_name = {(line["model"], line["batch_size"]): line for line in lines}
    weights = published("resnet50", PublishedRecipe.NEW)
    assert weights is not None
    assert by_name["resnet50", "1"]["weights"] == weights.name
    assert float(by_name["resnet50", "1"]["top1_percent"]) == weights.top1
    assert by_name["resnet34", "1"]["top1_percent"] == ""


def test_a_failed_row_stands_there_with_its_problem() -> None:
    run = example_run(rows=(row("resnet152", problem="The memory ran out."),))
    (line,) = read(table_csv(run, PublishedRecipe.CLASSIC))
    assert (line["latency_ms"], line["problem"]) == ("", "The memory ran out.")


def test_a_run_without_rows_or_machine_is_a_table_all_the_same() -> None:
    run = replace(example_run(rows=()), machine=None, started="yesterday")
    assert read(table_csv(run, PublishedRecipe.CLASSIC)) == []
    assert origin(run) == "device unknown · date unknown"


def test_the_origin_names_device_day_conditions_and_version() -> None:
    run = example_run()
    assert day(run) == "2 January 2026"
    assert origin(run, conditions(run, NetworkGroup.IMAGENET)[0]) == (
        "Example CPU, 2 threads · 2 January 2026 · batch 1 · float32 · 224 pixels · torch 2.15.0"
    )


def test_doubts_are_named() -> None:
    assert doubts(example_run()) == ()
    run = replace(
        example_run(), state=RunState.CANCELLED, others_cores=1.9, sessions=2, notes=("X.",)
    )
    first, *sentences = doubts(run)
    assert first == "X."
    assert any("cancelled" in sentence for sentence in sentences)
    assert any("1.9 processor cores" in sentence for sentence in sentences)
    assert any("2 other analyses" in sentence for sentence in sentences)
