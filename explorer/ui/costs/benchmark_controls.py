"""Controls that start a benchmark, show its progress, and cancel it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import streamlit as st

from explorer.costs.measurements import SECONDS_PER_ROW, THOROUGH, Dtype, MemoryFormat, NetworkGroup
from explorer.errors import ExplorerError
from explorer.networks.variants import VARIANTS
from explorer.ui.costs import benchmark_choice, benchmark_job
from explorer.ui.costs.benchmark_job import BenchmarkJob
from explorer.ui.frame import error_messages
from explorer.ui.frame.help_texts import with_term
from explorer.ui.networks import chosen_network
from explorer.wording import duration

if TYPE_CHECKING:
    from explorer.costs.benchmark import BenchmarkPlan
    from explorer.costs.measurements import Run

LOOK_EVERY = 1.0  # seconds between two updates of a running benchmark
REDRAW_AFTER = 3.0  # seconds between two redraws of the page, which slow the benchmark down
_DRAWN = "benchmark_drawn"  # extent of the run that the page shows, and time of the redraw
_CUSTOM = "custom_run"
_COMPILING = "Compiling takes up to a minute for each network; it is timed apart."
_BATCHES = (1, 2, 4, 8, 16, 32, 64)


def draw(family: NetworkGroup) -> None:
    """Draw the bar: buttons to start a benchmark, or the progress of the running one.

    Args:
        family: group of networks that the quick measurement covers.
    """
    job = benchmark_job.current()
    if job is not None and job.alive:
        _job_progress(job)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_bar"):
        seconds = SECONDS_PER_ROW * len(_quick_models(family))
        st.button(
            f"Quick measurement ({duration(seconds)})",
            type="primary",
            icon=":material/timer:",
            on_click=_start_quick,
            args=(family,),
            help=with_term("One photo at a time. You can go on working, or cancel.", "latency"),
        )
        with st.popover("Custom run", icon=":material/tune:"):
            _custom(family)
    if job is not None and job.error:
        error_messages.show(job.error)


def _start_quick(family: NetworkGroup) -> None:
    from explorer.costs.benchmark import plan, quick

    device, _ = chosen_network.compute()
    is_imagenet = family is NetworkGroup.IMAGENET
    _start(quick(device) if is_imagenet else plan(_quick_models(family), device=device))


def _quick_models(family: NetworkGroup) -> tuple[str, ...]:
    """Return the names of the networks in a quick measurement: the ResNets."""
    return tuple(name for name in _names(family) if name.partition("/")[0] in VARIANTS)


def _start(plan: BenchmarkPlan) -> None:
    benchmark_job.start(plan)
    benchmark_choice.show_latest()
    st.session_state[_DRAWN] = (0, time.monotonic())


def _names(family: NetworkGroup) -> dict[str, str]:
    """Return the titles of a group's networks by name."""
    from explorer.costs.benchmark_models import benchmark_models

    return {
        name: model.variant.title
        for name, model in benchmark_models().items()
        if model.family is family
    }


def _custom(family: NetworkGroup) -> None:
    """Let the reader choose what to measure; nothing runs until the button is pressed."""
    device, _ = chosen_network.compute()
    models, batches = _pick_networks(family), _pick_batches()
    resolution = _pick_resolution()
    dtype, layout = _pick_storage(device)
    compiled, thorough = _pick_compiled(device), _pick_effort()
    rows = len(models) * len(batches)
    cost = "" if thorough else f" ({duration(SECONDS_PER_ROW * rows)})"
    label = f"Measure {rows} row{'' if rows == 1 else 's'}{cost}"
    if st.button(label, type="primary", disabled=not rows, key=f"{_CUSTOM}_start"):
        _start_custom(models, batches, device, dtype, resolution, layout, compiled, thorough)


def _start_custom(
    models: list[str],
    batches: list[int],
    device: str,
    dtype: Dtype,
    resolution: int | None,
    layout: MemoryFormat,
    compiled: bool,
    thorough: bool,
) -> None:
    from explorer.costs.benchmark import plan

    effort = THOROUGH if thorough else None
    names, sizes = tuple(models), tuple(sorted(batches))
    try:
        custom = plan(names, sizes, device, dtype, resolution, layout, compiled, effort)
    except ExplorerError as error:
        error_messages.show(error_messages.sentence(error))
    else:
        _start(custom)
        st.rerun()


def _pick_networks(family: NetworkGroup) -> list[str]:
    names = _names(family)
    return st.multiselect(
        "Networks",
        list(names),
        default=list(names)[:5],
        format_func=names.__getitem__,
        key=f"{_CUSTOM}_models_{family.value}",
        persist_state="session",
    )


def _pick_batches() -> list[int]:
    return st.pills(
        "Photos in one call",
        _BATCHES,
        selection_mode="multi",
        default=[1],
        key=f"{_CUSTOM}_batches",
        persist_state="session",
    )


def _pick_resolution() -> int | None:
    from explorer.costs.benchmark import LARGEST_SIDE

    return st.number_input(
        "Pixels of a side",
        32,
        LARGEST_SIDE,
        value=None,
        step=32,
        placeholder="each network's own",
        key=f"{_CUSTOM}_resolution",
        persist_state="session",
    )


def _pick_storage(device: str) -> tuple[Dtype, MemoryFormat]:
    from explorer.costs.benchmark import dtypes

    settings: dict[str, Any] = {"required": True, "persist_state": "session"}
    dtype = st.segmented_control(
        "Numbers",
        list(dtypes(device)),
        default=Dtype.FLOAT32,
        key=f"{_CUSTOM}_dtype_{device}",
        **settings,
    )
    layout = st.segmented_control(
        "In memory",
        list(MemoryFormat),
        default=MemoryFormat.CONTIGUOUS,
        key=f"{_CUSTOM}_layout",
        **settings,
    )
    return Dtype(dtype), MemoryFormat(layout)


def _pick_compiled(device: str) -> bool:
    """Offer to compile, or say why that is impossible."""
    from explorer.costs.benchmark import why_not_compiled

    obstacle = why_not_compiled(device)
    chosen = st.toggle(
        "torch.compile",
        disabled=bool(obstacle),
        help=with_term(obstacle or _COMPILING, "latency"),
        key=f"{_CUSTOM}_compiled",
        persist_state="session",
    )
    return chosen and not obstacle


def _pick_effort() -> bool:
    return st.toggle(
        "Thorough",
        help=with_term("60 calls of each network instead of 20, and a longer warm-up.", "latency"),
        key=f"{_CUSTOM}_thorough",
        persist_state="session",
    )


@st.fragment(run_every=LOOK_EVERY)
def _job_progress(job: BenchmarkJob) -> None:
    """Show the progress; redraw the page when a round is complete or the job has ended."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_bar"):
        if job.place:
            st.info(
                f"Another measurement is running. Your place in the line: {job.place}.",
                icon=":material/hourglass_top:",
            )
        else:
            done, step = benchmark_job.progress(job)
            st.progress(min(1.0, done), step, width="stretch")
        cancelled = st.button("Cancel", icon=":material/stop_circle:", key="cancel_benchmark")
    if cancelled:
        job.cancel()
    if not job.alive or _has_news(benchmark_job.measured(job)):
        st.rerun()


def _has_news(run: Run | None) -> bool:
    """Whether the run has rows or rounds that the page does not show yet, and a redraw is due."""
    drawn_extent, drawn_at = st.session_state.get(_DRAWN, (0, 0.0))
    extent = _extent(run)
    if extent == drawn_extent or time.monotonic() - drawn_at < REDRAW_AFTER:
        return False
    st.session_state[_DRAWN] = (extent, time.monotonic())
    return True


def _extent(run: Run | None) -> int:
    """Return the number of rows with a result plus the number of rounds that all rows have."""
    if run is None or not run.rows:
        return 0
    rounds = min(len(row.rounds_ms) for row in run.rows)
    return sum(bool(row.rounds_ms or row.problem) for row in run.rows) + rounds
