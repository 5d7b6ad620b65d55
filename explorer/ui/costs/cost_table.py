"""Table of a comparison: the columns that the reader chose, and the weights beside each name."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.costs.comparison import NOT_PUBLISHED, Entry
from explorer.costs.measurements import Dtype, NetworkGroup
from explorer.costs.metrics import METRICS, Metric
from explorer.ui.components.sortable_table import TableCell, TableColumn, TableRow, sortable_table
from explorer.ui.costs.budget_advisor import Advised
from explorer.weights.published_recipes import PublishedRecipe

_COLUMNS = "compare_columns"
_DEFAULT_COLUMNS = ("top1", "latency", "throughput", "size", "macs", "memory")
_UNKNOWN = "\N{EN DASH}"


def draw(
    entries: Sequence[Entry],
    family: NetworkGroup,
    recipe: PublishedRecipe,
    advised: Advised | None,
) -> None:
    """Draw the table with the columns that the reader chose.

    Args:
        entries: networks to list.
        family: group that the networks belong to.
        recipe: training recipe of the weights whose accuracy is shown.
        advised: answer of the budget advisor, whose best network is marked; None without one.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(caption(family, recipe), anchor=False, width="stretch")
        with st.popover("Columns", icon=":material/view_column:"):
            names = st.pills(
                "Columns",
                list(METRICS),
                selection_mode="multi",
                default=list(_DEFAULT_COLUMNS),
                format_func=lambda name: METRICS[name].heading,
                key=_COLUMNS,
                persist_state="session",
            )
    metrics = [metric for name, metric in METRICS.items() if name in names]
    best = advised.advice.best.title if advised and advised.advice.best else ""
    columns = [
        TableColumn(
            "network", "Network", "Its name, and the weights whose accuracy is shown.", text=True
        ),
        *(TableColumn(m.name, m.heading, m.about, m.low_is_good) for m in metrics),
    ]
    bar_ends = {m.name: _bar_end(m, entries) for m in metrics}
    rows = [_row(entry, metrics, bar_ends, entry.title == best) for entry in entries]
    sortable_table("compare_table", caption(family, recipe), columns, rows)
    about = recipe.about if family is NetworkGroup.IMAGENET else "Quarter width, 66 categories."
    st.caption(f"Click a header to sort, best first. {about}{_dtype_note(entries)}")


def caption(family: NetworkGroup, recipe: PublishedRecipe) -> str:
    """Return the heading of a table."""
    if family is NetworkGroup.BUILTIN:
        return "Built-in networks, 66 categories"
    return f"ImageNet networks, {recipe.heading.lower()}"


def _dtype_note(entries: Sequence[Entry]) -> str:
    """Return a note if the accuracy was measured in another dtype than the time."""
    only_float32 = all(entry.row.setup.dtype is Dtype.FLOAT32 for entry in entries)
    return "" if only_float32 else " Top-1 was measured in float32."


def _bar_end(metric: Metric, entries: Sequence[Entry]) -> float:
    """Return the value of a full bar, in the metric's unit."""
    values = [value for entry in entries if (value := metric.read(entry)) is not None]
    return 100.0 if metric.unit == "%" else max(values, default=0.0)


def _row(
    entry: Entry, metrics: Sequence[Metric], bar_ends: dict[str, float], best: bool
) -> TableRow:
    name = TableCell(entry.title, entry.title)
    cells = [_cell(entry, metric, bar_ends[metric.name]) for metric in metrics]
    kinds = {"best": best, "provisional": entry.row.provisional}
    return TableRow(
        (name, *cells), _note(entry), " ".join(kind for kind, applies in kinds.items() if applies)
    )


def _note(entry: Entry) -> str:
    row, weights = entry.row, entry.accuracy.weights if entry.accuracy else NOT_PUBLISHED
    if row.problem:
        return f"{weights} · {row.problem}"
    if not row.calls_ms:
        return f"{weights} · not measured"
    return f"{weights} · provisional, n = {len(row.calls_ms)}" if row.provisional else weights


def _cell(entry: Entry, metric: Metric, bar_end: float) -> TableCell:
    value = metric.read(entry)
    if value is None:
        return TableCell(NOT_PUBLISHED if metric.name == "top1" else _UNKNOWN, None)
    return TableCell(metric.written(value), value, value / bar_end if bar_end else None)
