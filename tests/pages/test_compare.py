"""The page of comparisons, without a browser: what is read, chosen, measured and said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from torchvision.models import get_weight

from example_run import example_run
from explorer.costs import benchmark, result_files
from explorer.costs.comparison_export import day
from explorer.costs.measurements import Run, RunState
from explorer.networks.variants import VARIANTS
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.components import sortable_table as tables
from explorer.ui.costs import benchmark_choice, benchmark_job, trade_offs
from explorer.weights import builtin
from explorer.weights.model_cards import read_card
from explorer.weights.published_recipes import PublishedRecipe
from explorer.wording import unbroken
from patience import PATIENCE

Tables = list[dict[str, Any]]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The folder of kept runs, and one run that ships with the app."""
    references, kept = tmp_path / "references", tmp_path / "kept"
    result_files.write(example_run(), references / "cpu.json")
    monkeypatch.setattr(result_files, "REFERENCES", references)
    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(kept))
    benchmark_choice._references.clear()
    yield kept
    benchmark_choice._references.clear()


@pytest.fixture
def drawn(recorded: Callable[[ModuleType, str], Tables]) -> Tables:
    """The tables sent to the browser, the latest last."""
    return recorded(tables, "_table")


@pytest.fixture
def app(folder: Path, drawn: Tables) -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "compare.py")).run()
    assert not app.exception
    return app


def by_network(table: dict[str, Any], column: str) -> dict[str, dict[str, Any]]:
    """Title of the network -> its cell in a column, with the row's note."""
    index = [header["id"] for header in table["columns"]].index(column)
    return {
        row["cells"][0]["text"]: row["cells"][index] | {"note": row["note"]}
        for row in table["rows"]
    }


@pytest.mark.parametrize("recipe", PublishedRecipe)
def test_the_top1_shown_is_that_of_the_weights_named_beside_it(
    app: AppTest, drawn: Tables, recipe: PublishedRecipe
) -> None:
    app.segmented_control(key="pick_recipe").set_value(recipe.value).run()
    assert not app.exception
    cells = by_network(drawn[-1], "top1")
    assert len(cells) == 15
    for cell in cells.values():
        if cell["value"] is None:
            assert (cell["text"], cell["note"]) == ("not published", "not published")
        else:
            published = get_weight(cell["note"])
            assert cell["value"] == published.meta["_metrics"]["ImageNet-1K"]["acc@1"]
            assert cell["text"] == f"{cell['value']:.1f}"


def test_the_page_opens_on_the_measurement_that_ships(app: AppTest, drawn: Tables) -> None:
    assert app.selectbox(key="pick_measurement").value == "reference-cpu"
    assert any("Example CPU, 2 threads" in caption.value for caption in app.caption)
    latency = by_network(drawn[-1], "latency")["ResNet-50"]
    run = result_files.references().runs[0].run
    expected = next(row for row in run.rows if row.setup.model == "resnet50").latency
    assert expected is not None
    assert latency["value"] == expected.median
    headings = [column["heading"] for column in drawn[-1]["columns"]]
    assert "Latency (ms)" in headings
    assert "Size (MB)" in headings
    parts = [cell["part"] for row in drawn[-1]["rows"] for cell in row["cells"]]
    assert all(part is None or 0 <= part <= 1 for part in parts)
    assert sum(part is not None for part in parts) > 5 * 15


def test_a_family_has_a_chart_and_a_table_of_its_own(app: AppTest, drawn: Tables) -> None:
    app.segmented_control(key="pick_networks").set_value("builtin").run()
    assert not app.exception
    cells = by_network(drawn[-1], "top1")
    assert list(cells) == ["ResNet-18", "ResNet-34", "ResNet-50"]
    for name, cell in cells.items():
        card = builtin.path_of(VARIANTS[name.lower().replace("-", "")])
        assert cell["value"] == read_card(card).top1
        assert cell["note"] == "Built-in (66 categories)"
    assert "pick_recipe" not in [control.key for control in app.segmented_control]


def test_the_reader_chooses_the_columns(app: AppTest, drawn: Tables) -> None:
    app.pills(key="compare_columns").set_value(["gflops", "ceiling"]).run()
    assert [column["id"] for column in drawn[-1]["columns"]] == ["network", "gflops", "ceiling"]


def test_the_budget_names_the_best_that_fits_and_what_would_have_to_give(app: AppTest) -> None:
    latency = next(slider for slider in app.slider if slider.label.startswith("Latency"))
    best = app.success[0].value
    assert best.startswith(unbroken("11 of 11 fit: take ResNeXt-101 32x8d, 79.3 % top-1"))
    latency.set_value(latency.max / 2).run()
    assert "instead of" in app.success[0].value
    assert app.success[0].value != best
    next(slider for slider in app.slider if slider.label.startswith("Latency")).set_value(
        latency.min
    ).run()
    assert app.warning[0].value.startswith("None fits: allow ")


def test_a_budget_stays_when_the_recipe_changes_and_other_networks_have_their_own(
    app: AppTest,
) -> None:
    def latency() -> Any:
        return next(slider for slider in app.slider if slider.label.startswith("Latency"))

    latency().set_value(100.0).run()
    app.segmented_control(key="pick_recipe").set_value("new").run()
    assert latency().value == 100
    app.segmented_control(key="pick_networks").set_value("builtin").run()
    assert latency().value == latency().max
    app.segmented_control(key="pick_networks").set_value("imagenet").run()
    assert latency().value == 100


def test_the_axes_are_the_readers_and_are_in_the_link(app: AppTest) -> None:
    app.selectbox(key="pick_across").set_value("size").run()
    app.selectbox(key="pick_upwards").set_value("latency").run()
    assert not app.exception
    assert app.query_params["across"] == "size"
    assert app.query_params["upwards"] == "latency"
    app.selectbox(key="pick_across").set_value("latency").run()
    assert app.selectbox(key="pick_upwards").value == "top1"


def test_a_link_that_names_other_axes_than_there_are_opens_on_the_usual_ones(
    folder: Path, drawn: Tables
) -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.query_params["across"] = "calls"
    app.query_params["upwards"] = "compile"
    app.switch_page(str(PAGES / "compare.py")).run()
    assert not app.exception
    assert app.selectbox(key="pick_across").value == "latency"
    assert app.selectbox(key="pick_upwards").value == "top1"


def test_a_measurement_that_cannot_be_read_is_reported_and_set_aside(
    folder: Path, drawn: Tables
) -> None:
    bad = folder / "example-cpu" / "20260101T000000.json"
    bad.parent.mkdir(parents=True)
    bad.write_text("{", encoding="utf-8")
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "compare.py")).run()
    assert not app.exception
    assert "set aside" in app.error[0].value
    assert not bad.exists()
    assert len(list(bad.parent.iterdir())) == 1


def test_two_devices_are_set_side_by_side(folder: Path, drawn: Tables) -> None:
    other = example_run(name="Other CPU", faster=3)
    result_files.write(other, folder / "other-cpu" / "20260101T000000.json")
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "compare.py")).run()
    charts = len(app.get("plotly_chart"))
    app.selectbox(key="pick_other_measurement").set_value("kept-20260101T000000").run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == charts + 1


def finished(job: benchmark_job.BenchmarkJob) -> Run | None:
    """Wait for a job to end; return its results."""
    job.join(PATIENCE)
    assert not job.alive
    return benchmark_job.measured(job)


def slowly(
    plan: benchmark.BenchmarkPlan, sessions: object
) -> Iterator[benchmark.BenchmarkProgress]:
    """Measure one more row per update, until the benchmark is cancelled."""
    assert plan == benchmark.quick("cpu")
    complete = example_run()
    for number in range(1, 1000):
        rows = complete.rows[: min(number, len(complete.rows))]
        run = replace(
            complete, rows=rows, state=RunState.RUNNING, started="2026-03-04T05:06:07+00:00"
        )
        yield benchmark.BenchmarkProgress(run, f"Round 1: {number}", min(1.0, number / 1000))
        GATE.acquire(timeout=0.05)


GATE = threading.Semaphore(0)


def test_a_measurement_shows_its_rows_and_keeps_them_when_it_is_cancelled(
    app: AppTest, drawn: Tables, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "measure", slowly)
    next(
        button for button in app.button if button.label.startswith("Quick measurement")
    ).click().run()
    job = app.session_state["benchmark_job"]
    assert job.alive
    GATE.release(8)
    while job.latest is None or len(job.latest.run.rows) < 4:
        GATE.acquire(timeout=0.01)
    app.run()
    assert app.selectbox(key="pick_measurement").value == benchmark_choice.LATEST
    assert len(drawn[-1]["rows"]) >= 4
    next(button for button in app.button if button.label == "Cancel").click().run()
    run = finished(job)
    assert run is not None
    assert run.state is RunState.CANCELLED
    app.run()
    assert any("cancelled" in caption.value for caption in app.caption)
    (kept,) = folder.glob("*/*.json")
    assert result_files.from_json(kept.read_bytes()).rows == run.rows


def test_a_second_measurement_waits_and_sees_its_place(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "measure", slowly)
    with benchmark.QUEUE.take():
        next(
            button for button in app.button if button.label.startswith("Quick measurement")
        ).click().run()
        job = app.session_state["benchmark_job"]
        while not job.place:
            GATE.acquire(timeout=0.01)
        app.run()
        assert "Your place in the line: 1." in app.info[0].value
        job.cancel()
    assert finished(job) is None


def test_a_custom_run_measures_what_the_reader_asked_for(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[benchmark.BenchmarkPlan] = []

    def record(
        plan: benchmark.BenchmarkPlan, sessions: object
    ) -> Iterator[benchmark.BenchmarkProgress]:
        plans.append(plan)
        yield benchmark.BenchmarkProgress(example_run(), "Done", 1.0)

    monkeypatch.setattr(benchmark, "measure", record)
    app.multiselect(key="custom_run_models_imagenet").set_value(["resnet18", "vgg16"])
    app.pills(key="custom_run_batches").set_value([1, 4])
    app.number_input(key="custom_run_resolution").set_value(160)
    app.button(key="custom_run_start").click().run()
    finished(app.session_state["benchmark_job"])
    setups = [(setup.model, setup.batch_size, setup.resolution) for setup in plans[0].setups]
    assert setups == [
        ("resnet18", 1, 160),
        ("resnet18", 4, 160),
        ("vgg16", 1, 160),
        ("vgg16", 4, 160),
    ]


def upload(app: AppTest, encoded: bytes) -> None:
    uploader = next(each for each in app.file_uploader if each.label.startswith("Results from"))
    uploader.upload("results.json", encoded, "application/json").run()
    assert not app.exception


def test_a_file_from_another_device_is_compared_and_can_be_shown(app: AppTest) -> None:
    run = example_run(name="Far GPU", faster=10)
    run = replace(run, started="2026-05-06T07:08:09+00:00")
    upload(app, result_files.to_json(run).encode())
    assert app.selectbox(key="pick_other_measurement").value == "file-0"
    app.selectbox(key="pick_measurement").set_value("file-0").run()
    assert not app.exception
    assert any("Far GPU" in caption.value for caption in app.caption)


def test_a_file_that_is_none_of_ours_is_refused_in_a_sentence(app: AppTest) -> None:
    upload(app, b"[1, 2]")
    assert "holds no measurements" in app.error[0].value
    upload(app, result_files.to_json(example_run(name="Far GPU")).encode())
    assert not app.error


def test_a_file_is_read_once_however_often_the_page_is_drawn(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    parse = result_files.from_json

    def record(encoded: bytes) -> Any:
        parsed.append(encoded)
        return parse(encoded)

    monkeypatch.setattr(result_files, "from_json", record)
    encoded = result_files.to_json(example_run(name="Far GPU")).encode()
    upload(app, encoded)
    app.run()
    assert parsed == [encoded]
    upload(app, encoded)
    assert len(app.session_state["measurement_files"]) == 1
    assert app.selectbox(key="pick_other_measurement").value == "file-0"


def test_two_files_of_the_same_second_are_told_apart(app: AppTest) -> None:
    for faster in (2, 3):
        run = example_run(name="Far GPU", faster=faster)
        upload(app, result_files.to_json(run).encode())
    assert app.selectbox(key="pick_other_measurement").value == "file-1"
    app.selectbox(key="pick_other_measurement").set_value("file-0").run()
    assert app.selectbox(key="pick_other_measurement").value == "file-0"


def test_so_many_files_are_kept_and_the_next_one_is_refused_in_a_sentence(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_choice, "_MOST_FILES", 1, raising=False)
    for faster in (2, 3):
        run = example_run(name="Far GPU", faster=faster)
        upload(app, result_files.to_json(run).encode())
    assert app.error[0].value.startswith("There is room for 1 files; reload the page")
    assert len(app.session_state["measurement_files"]) == 1


def test_table_results_and_chart_can_be_taken_along(
    folder: Path, drawn: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoders: dict[str, Callable[[], bytes]] = {}

    def record(label: str, icon: str, name: str, mime: str, encode: Callable[[], bytes]) -> None:
        encoders[name.rpartition(".")[2]] = encode

    monkeypatch.setattr(trade_offs, "deferred_download", record)
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "compare.py")).run()
    assert not app.exception
    assert list(encoders) == ["csv", "json", "png", "svg"]
    assert result_files.from_json(encoders["json"]()) == example_run()
    assert encoders["csv"]().decode("utf-8-sig").count("\n") == 1 + len(example_run().rows)
    assert encoders["png"]().startswith(b"\x89PNG")
    assert "Example CPU, 2 threads" in encoders["svg"]().decode()


def test_a_page_without_any_measurement_says_how_to_get_one(
    drawn: Tables, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(result_files, "REFERENCES", tmp_path / "none")
    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(tmp_path / "nothing"))
    benchmark_choice._references.clear()
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "compare.py")).run()
    benchmark_choice._references.clear()
    assert not app.exception
    assert "Start a quick measurement" in app.info[0].value
    assert any(button.label.startswith("Quick measurement") for button in app.button)


def test_what_ships_can_be_read_and_names_its_device_and_day() -> None:
    shipped = result_files.references()
    assert shipped.complaints == ()
    for stored in shipped.runs:
        assert stored.run.machine is not None
        assert day(stored.run) != "date unknown"
    first = shipped.runs[0].run
    assert {row.setup.model for row in first.rows} >= set(VARIANTS)
