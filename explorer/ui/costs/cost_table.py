"""The networks of a comparison as a table: the reader's columns, the weights beside each name."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.costs.comparison import NOT_PUBLISHED, Entry
from explorer.costs.measurements import Dtype, NetworkGroup
from explorer.costs.metrics import METRICS, Metric
from explorer.ui.components.sortable_table import TableCell, TableColumn, TableRow, sortable_table
from explorer.ui.costs.budget_advisor import Advised
from explorer.weights.recipes import PublishedRecipe

_COLUMNS = "compare_columns"
_USUAL = ("top1", "latency", "throughput", "size", "macs", "memory")
_UNKNOWN = "\N{EN DASH}"


def draw(
    found: Sequence[Entry], family: NetworkGroup, recipe: PublishedRecipe, advised: Advised | None
) -> None:
    """Draw the table, with the columns that the reader chose.

    Args:
        found: the networks.
        family: of all of them.
        recipe: by which the weights were trained that lend their accuracy.
        advised: of which the best is marked.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(caption(family, recipe), anchor=False, width="stretch")
        with st.popover("Columns", icon=":material/view_column:"):
            names = st.pills(
                "Columns",
                list(METRICS),
                selection_mode="multi",
                default=list(_USUAL),
                format_func=lambda name: METRICS[name].heading,
                key=_COLUMNS,
                persist_state="session",
            )
    measures = [measure for name, measure in METRICS.items() if name in names]
    best = advised.advice.best.title if advised and advised.advice.best else ""
    columns = [
        TableColumn(
            "network", "Network", "Its name, and the weights whose accuracy is shown.", text=True
        ),
        *(TableColumn(m.name, m.heading, m.about, m.low_is_good) for m in measures),
    ]
    most = {m.name: _most(m, found) for m in measures}
    rows = [_row(entry, measures, most, entry.title == best) for entry in found]
    sortable_table("compare_table", caption(family, recipe), columns, rows)
    about = recipe.about if family is NetworkGroup.IMAGENET else "Quarter width, 66 categories."
    st.caption(f"A click on a header sorts, best first. {about}{_in_other_numbers(found)}")


def caption(family: NetworkGroup, recipe: PublishedRecipe) -> str:
    """Name the networks of a table."""
    if family is NetworkGroup.BUILTIN:
        return "Built-in networks, 66 categories"
    return f"ImageNet networks, {recipe.heading.lower()}"


def _in_other_numbers(found: Sequence[Entry]) -> str:
    """Say that the accuracy was measured in other numbers than the time."""
    usual = all(entry.row.setup.dtype is Dtype.FLOAT32 for entry in found)
    return "" if usual else " Top-1 was measured in float32."


def _most(measure: Metric, found: Sequence[Entry]) -> float:
    values = [value for entry in found if (value := measure.read(entry)) is not None]
    return 100.0 if measure.unit == "%" else max(values, default=0.0)


def _row(entry: Entry, measures: Sequence[Metric], most: dict[str, float], best: bool) -> TableRow:
    name = TableCell(entry.title, entry.title)
    cells = [_cell(entry, measure, most[measure.name]) for measure in measures]
    kinds = {"best": best, "provisional": entry.row.provisional}
    return TableRow(
        (name, *cells), _note(entry), " ".join(k for k, is_so in kinds.items() if is_so)
    )


def _note(entry: Entry) -> str:
    row, weights = entry.row, entry.accuracy.weights if entry.accuracy else NOT_PUBLISHED
    if row.problem:
        return f"{weights} · {row.problem}"
    if not row.calls_ms:
        return f"{weights} · not measured"
    return f"{weights} · provisional, n = {len(row.calls_ms)}" if row.provisional else weights


def _cell(entry: Entry, measure: Metric, most: float) -> TableCell:
    value = measure.read(entry)
    if value is None:
        return TableCell(NOT_PUBLISHED if measure.name == "top1" else _UNKNOWN, None)
    return TableCell(measure.written(value), value, value / most if most else None)
