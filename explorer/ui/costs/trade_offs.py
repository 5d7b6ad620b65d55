"""The first tab of Compare: what each network costs, and how accurate it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from explorer.costs.comparison import Conditions, Entry, conditions, entries
from explorer.costs.comparison_export import doubts, origin, table_csv
from explorer.costs.measurements import NetworkGroup, Run, RunState
from explorer.costs.metrics import METRICS, Metric
from explorer.figures import plotly_chart
from explorer.figures.chart import Chart
from explorer.figures.costs import comparison_charts
from explorer.ui.components.deferred_download import deferred_download
from explorer.ui.components.download_row import titled_row
from explorer.ui.costs import benchmark_choice, benchmark_controls, budget_advisor, cost_table
from explorer.ui.costs.benchmark_choice import OfferedRun
from explorer.ui.costs.budget_advisor import Advised
from explorer.ui.costs.link_choices import ACROSS, NETWORKS, RECIPE, UPWARDS
from explorer.ui.frame import error_messages, link_state, page_layout
from explorer.ui.frame.link_widgets import link_widget
from explorer.weights.published_recipes import PublishedRecipe

_FAMILIES = {NetworkGroup.IMAGENET: "ImageNet", NetworkGroup.BUILTIN: "Built-in"}
_CONDITIONS = "compare_under"
_ACROSS = ("latency", "throughput", "size", "macs", "memory", "params")
_UPWARDS = ("top1", "latency", "throughput", "size", "macs", "memory")
CURVE = 320  # height in pixels


def tab() -> None:
    """Draw the run bar, the choices, the chart with the advisor, the table, and the curves."""
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="compare_top"
    ):
        offered = benchmark_choice.picker()
        chosen = _conditions(offered.run, _family()) if offered is not None else None
        benchmark_controls.draw(_family())
    for complaint in benchmark_choice.complaints():
        error_messages.show(complaint)
    if offered is None:
        st.info("Nothing is measured yet. Start a quick measurement.", icon=":material/timer:")
        return
    _origin(offered)
    family, recipe, across, upwards = _controls()
    networks = entries(offered.run, family, recipe, chosen) if chosen else ()
    if not networks:
        st.info(_no_rows(family), icon=":material/timer:")
        return
    left, right = page_layout.columns()
    with right:
        advised = budget_advisor.advisor(networks, family.value)
    with left:
        chart = _trade_off(networks, across, upwards, advised)
    cost_table.draw(networks, family, recipe, advised)
    _curves(offered.run, family, recipe, chosen, networks)
    _other_device(offered, family, recipe, chosen, networks)
    caption = f"{cost_table.caption(family, recipe)} · {origin(offered.run, chosen)}"
    _downloads(offered, recipe, chart, caption)


def _family() -> NetworkGroup:
    return NetworkGroup(link_state.get(NETWORKS))


def _no_rows(family: NetworkGroup) -> str:
    return (
        f"This measurement has no rows for the {_FAMILIES[family]} networks. "
        "Choose another one, or start a quick measurement."
    )


def _origin(offered: OfferedRun) -> None:
    """Say on which machine and when the run was measured, and list doubts about it."""
    run = offered.run
    complete = sum(not row.provisional for row in run.rows)
    state = f"{complete} of {len(run.rows)} rows complete"
    parts = [
        origin(run),
        *([state] if complete < len(run.rows) else []),
        *(["provisional until done"] if run.state is RunState.RUNNING else []),
        *(f":material/warning: {doubt}" for doubt in doubts(run)),
    ]
    st.caption(" · ".join(parts))


def _controls() -> tuple[NetworkGroup, PublishedRecipe, Metric, Metric]:
    """Draw the controls; return the group, the recipe, and the metrics of both axes."""
    required: dict[str, Any] = {"required": True}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="controls"):
        link_widget(st.segmented_control, "Networks", NETWORKS, _FAMILIES, **required)
        family = _family()
        if family is NetworkGroup.IMAGENET:
            recipes = {recipe: recipe.heading.removesuffix(" recipe") for recipe in PublishedRecipe}
            link_widget(st.segmented_control, "Training recipe", RECIPE, recipes, **required)
        across = _headings(_ACROSS)
        link_widget(st.selectbox, "Across", ACROSS, across, width=180)
        upwards = {name: title for name, title in _headings(_UPWARDS).items() if name != _x()}
        if link_state.get(UPWARDS) not in upwards:
            link_state.choose(UPWARDS, next(iter(upwards)))
        link_widget(st.selectbox, "Upwards", UPWARDS, upwards, width=180)
    recipe = PublishedRecipe(link_state.get(RECIPE))
    return family, recipe, METRICS[_x()], METRICS[link_state.get(UPWARDS)]


def _x() -> str:
    chosen = link_state.get(ACROSS)
    return chosen if chosen in _ACROSS else _ACROSS[0]


def _headings(names: Sequence[str]) -> dict[str, str]:
    return {name: METRICS[name].heading for name in names}


def _conditions(run: Run, family: NetworkGroup) -> Conditions | None:
    """Let the reader choose the conditions if the run has several; None if it has no rows."""
    available = conditions(run, family)
    if len(available) < 2:
        return available[0] if available else None
    lines = {choice.line: choice for choice in available}
    line = st.selectbox(
        "Measured with",
        list(lines),
        key=f"{_CONDITIONS}_{family.value}_{hash(available)}",
        persist_state="session",
        width=230,
    )
    return lines.get(str(line), available[0])


def _trade_off(
    networks: Sequence[Entry], across: Metric, upwards: Metric, advised: Advised | None
) -> Chart:
    best = advised.advice.best.title if advised and advised.advice.best else ""
    chart = comparison_charts.trade_off(networks, across, upwards, best, _limits(advised))
    if chart.marks:
        _plot(chart, "trade_off")
    else:
        st.info("The first network is being measured.", icon=":material/hourglass_top:")
    return chart


def _limits(advised: Advised | None) -> dict[str, float | None]:
    """Return the reader's limits by metric, in its unit, to be drawn as lines."""
    if advised is None:
        return {}
    budget = advised.budget
    return {
        "latency": budget.latency_ms,
        "size": budget.size_mb,
        "memory": budget.memory_mb,
        "top1": budget.top1,
    }


def _plot(chart: Chart, key: str, height: int = plotly_chart.HEIGHT) -> None:
    st.plotly_chart(
        plotly_chart.plot(chart, height),
        key=f"chart_{key}",
        config=plotly_chart.CONFIG,
        alt=chart.alt,
    )
    st.caption(chart.reading)


def _curves(
    run: Run,
    family: NetworkGroup,
    recipe: PublishedRecipe,
    chosen: Conditions | None,
    networks: Sequence[Entry],
) -> None:
    depth = comparison_charts.depth_curve(networks)
    all_batches = [
        entry
        for entry in entries(run, family, recipe, None)
        if chosen is None or _without_batch(entry) == _with_batch(chosen, 0)
    ]
    batch = comparison_charts.batch_curve(all_batches)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(depth.heading, anchor=False)
        _plot(depth, "depth", CURVE)
    with right:
        st.subheader(batch.heading, anchor=False)
        if batch.series:
            _plot(batch, "batch", CURVE)
        else:
            st.caption("Measure several batch sizes in a custom run to see what they gain.")


def _with_batch(same: Conditions, size: int) -> Conditions:
    return Conditions(size, same.dtype, same.resolution, same.memory_format, same.compiled)


def _without_batch(entry: Entry) -> Conditions:
    return _with_batch(Conditions.of(entry.row.setup), 0)


def _other_device(
    offered: OfferedRun,
    family: NetworkGroup,
    recipe: PublishedRecipe,
    chosen: Conditions | None,
    networks: Sequence[Entry],
) -> None:
    """Chart the latencies beside those of a second run, if the reader chooses one."""
    st.subheader("Another device", anchor=False)
    other = benchmark_choice.other(offered)
    if other is None:
        st.caption("Choose a second measurement, or upload one from another device.")
        return
    other_networks = entries(other.run, family, recipe, chosen)
    titles = (offered.title, other.title)
    chart = comparison_charts.two_devices(networks, other_networks, titles)
    if chart.series[0].marks:
        _plot(chart, "devices", 120 + 26 * len(chart.series[0].marks))
    else:
        st.caption("The two have no network in common that was measured the same way.")


def _downloads(offered: OfferedRun, recipe: PublishedRecipe, chart: Chart, caption: str) -> None:
    run, name = offered.run, f"benchmark-{offered.run.started[:10]}"
    encode_chart = partial(_encode_chart, chart=chart, caption=caption)
    files: tuple[tuple[str, str, str, str, Callable[[], bytes]], ...] = (
        ("Table (CSV)", "table", "csv", "text/csv", lambda: table_csv(run, recipe)),
        (
            "Results (JSON)",
            "data_object",
            "json",
            "application/json",
            lambda: benchmark_choice.as_json(run),
        ),
        ("Chart (PNG)", "image", "png", "image/png", lambda: encode_chart("png")),
        ("Chart (SVG)", "shape_line", "svg", "image/svg+xml", lambda: encode_chart("svg")),
    )
    with titled_row():
        for label, icon, kind, mime, encode in files:
            deferred_download(label, f":material/{icon}:", f"{name}.{kind}", mime, encode)


def _encode_chart(kind: str, chart: Chart, caption: str) -> bytes:
    from explorer.figures import matplotlib_chart

    return (
        matplotlib_chart.png(chart, caption)
        if kind == "png"
        else matplotlib_chart.svg(chart, caption)
    )
