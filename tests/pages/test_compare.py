"""The page of comparisons, without a browser: what is read, chosen, measured and said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from example_run import example_run
from streamlit.testing.v1 import AppTest
from torchvision.models import get_weight

from explorer import result_files
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.recipes import Recipe
from explorer.ui import runs
from explorer.ui import table as tables

Tables = list[dict[str, Any]]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder of kept measurements, and one measurement that ships."""
    references, kept = tmp_path / "references", tmp_path / "kept"
    result_files.write(example_run(), references / "cpu.json")
    monkeypatch.setattr(result_files, "REFERENCES", references)
    monkeypatch.setenv(result_files.FOLDER_VARIABLE, str(kept))
    runs._references.clear()
    yield kept
    runs._references.clear()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Tables:
    """The tables that the browser was sent, the latest last."""
    sent: Tables = []
    draw = tables._table

    def noting(*, key: str, data: dict[str, Any]) -> Any:
        sent.append(data)
        return draw(key=key, data=data)

    monkeypatch.setattr(tables, "_table", noting)
    return sent


@pytest.fixture
def app(folder: Path, drawn: Tables) -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120)
    app.switch_page(str(PAGES / "compare.py")).run()
    assert not app.exception
    return app


def by_network(table: dict[str, Any], column: str) -> dict[str, dict[str, Any]]:
    """Title of the network -> its cell in a column, with the row's note."""
    at = [one["id"] for one in table["columns"]].index(column)
    return {
        row["cells"][0]["text"]: row["cells"][at] | {"note": row["note"]} for row in table["rows"]
    }


@pytest.mark.parametrize("recipe", Recipe)
def test_the_top1_shown_is_that_of_the_weights_named_beside_it(
    app: AppTest, drawn: Tables, recipe: Recipe
) -> None:
    app.segmented_control(key="pick_recipe").set_value(recipe.value).run()
    assert not app.exception
    cells = by_network(drawn[-1], "top1")
    assert len(cells) == 15
    for cell in cells.values():
        if cell["value"] is None:
            assert (cell["text"], cell["note"]) == ("not published", "not published")
        else:
            stock = get_weight(cell["note"])
            assert cell["value"] == stock.meta["_metrics"]["ImageNet-1K"]["acc@1"]
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
