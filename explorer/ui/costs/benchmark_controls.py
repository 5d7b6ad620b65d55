"""Start a measurement, watch it, cancel it."""

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

LOOK_EVERY = 1.0  # seconds between two looks at a running measurement
REDRAW_AFTER = 3.0  # seconds: drawing takes time from what is measured
_DRAWN = "benchmark_drawn"  # how much of the measurement the page shows, and since when
_CUSTOM = "custom_run"
_COMPILING = "Compiling takes up to a minute for each network; it is timed apart."
_BATCHES = (1, 2, 4, 8, 16, 32, 64)


def draw(family: NetworkGroup) -> None:
    """Draw the bar: what can be started, or how far it is.

    Args:
        family: whose networks the quick measurement takes.
    """
    job = benchmark_job.current()
    if job is not None and job.alive:
        _watched(job)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_bar"):
        seconds = SECONDS_PER_ROW * len(_quick(family))
        st.button(
            f"Quick measurement ({duration(seconds)})",
            type="primary",
            icon=":material/timer:",
            on_click=_start_quick,
            args=(family,),
            help=with_term("One photo at a time; you can go on meanwhile, and cancel.", "latency"),
        )
        with st.popover("Custom run", icon=":material/tune:"):
            _custom(family)
    if job is not None and job.error:
        error_messages.show(job.error)


def _start_quick(family: NetworkGroup) -> None:
    from explorer.costs.benchmark import plan, quick

    device, _ = chosen_network.compute()
    usual = family is NetworkGroup.IMAGENET
    _start(quick(device) if usual else plan(_quick(family), device=device))


def _quick(family: NetworkGroup) -> tuple[str, ...]:
    """Name what a quick measurement takes: the ResNets."""
    return tuple(name for name in _names(family) if name.partition("/")[0] in VARIANTS)


def _start(plan: BenchmarkPlan) -> None:
    benchmark_job.start(plan)
    benchmark_choice.show_latest()
    st.session_state[_DRAWN] = (0, time.monotonic())


def _names(family: NetworkGroup) -> dict[str, str]:
    """Name -> title of the networks of a family."""
    from explorer.costs.benchmark_models import benchmark_models

    return {
        name: one.variant.title for name, one in benchmark_models().items() if one.family is family
    }


def _custom(family: NetworkGroup) -> None:
    """Let the reader say what to measure; nothing runs before the button."""
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
        wanted = plan(names, sizes, device, dtype, resolution, layout, compiled, effort)
    except ExplorerError as error:
        error_messages.show(str(error))
    else:
        _start(wanted)
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

    kept: dict[str, Any] = {"required": True, "persist_state": "session"}
    dtype = st.segmented_control(
        "Numbers",
        list(dtypes(device)),
        default=Dtype.FLOAT32,
        key=f"{_CUSTOM}_dtype_{device}",
        **kept,
    )
    layout = st.segmented_control(
        "In memory",
        list(MemoryFormat),
        default=MemoryFormat.CONTIGUOUS,
        key=f"{_CUSTOM}_layout",
        **kept,
    )
    return Dtype(dtype), MemoryFormat(layout)


def _pick_compiled(device: str) -> bool:
    """Offer to compile, or say why that cannot be."""
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
def _watched(job: BenchmarkJob) -> None:
    """Show how far it is; draw the page again when a round is complete, or all is done."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run_bar"):
        if job.place:
            st.info(
                f"Another measurement is under way. Your place in the line: {job.place}.",
                icon=":material/hourglass_top:",
            )
        else:
            st.progress(min(1.0, job.done), job.step, width="stretch")
        cancelled = st.button("Cancel", icon=":material/stop_circle:", key="cancel_benchmark")
    if cancelled:
        job.cancel()
    if not job.alive or _has_news(job.run):
        st.rerun()


def _has_news(run: Run | None) -> bool:
    """Whether there is enough that the page does not show yet."""
    shown, since = st.session_state.get(_DRAWN, (0, 0.0))
    found = _extent(run)
    if found == shown or time.monotonic() - since < REDRAW_AFTER:
        return False
    st.session_state[_DRAWN] = (found, time.monotonic())
    return True


def _extent(run: Run | None) -> int:
    """Count rows that have a number, and rounds that all rows have."""
    if run is None or not run.rows:
        return 0
    rounds = min(len(row.rounds_ms) for row in run.rows)
    return sum(bool(row.rounds_ms or row.problem) for row in run.rows) + rounds
