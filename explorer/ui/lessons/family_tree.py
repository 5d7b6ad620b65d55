"""ResNet's family in the lessons: drawings, sizes, and times measured on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from explorer.lessons.family_tree import OTHERS, RESNET, FamilyMember, family_members
from explorer.networks.variants import find_variant
from explorer.ui.components.inline_svg import inline_svg
from explorer.ui.costs import benchmark_job
from explorer.ui.frame import error_messages, link_state
from explorer.ui.lessons.link_choices import MEMBER
from explorer.ui.networks import chosen_network
from explorer.wording import duration, verbatim

if TYPE_CHECKING:
    from explorer.costs.measurements import Run
    from explorer.lessons.claims import BarFigure
    from explorer.ui.costs.benchmark_job import BenchmarkJob

_MEMBER = "pick_member"
_POLL_SECONDS = 1.0  # time between two updates of a running benchmark
_SECONDS_PER_NETWORK = 6  # starting its process, warming up, three rounds


def drawings() -> dict[str, str]:
    """Draw ResNet above the chosen member; return the chosen one's id."""
    member = _member_picker()
    for drawn_member in (family_members()[RESNET], member):
        _drawing(drawn_member)
    st.markdown(f"**New in it:** {member.idea}")
    st.markdown(f"**What it gave up:** {member.price}")
    st.caption("; ".join(verbatim(work.line) for work in member.works))
    return {"member": member.id}


def sizes() -> dict[str, str]:
    """Draw parameters, multiply-adds and times of all members.

    Returns:
        Ids of the chosen member and of those with the fewest multiply-adds and parameters.
    """
    member = _member_picker()
    params, macs = _size_figure(member, "params"), _size_figure(member, "macs")
    left, right = st.columns(2, gap="large")
    with left:
        _bars(params)
    with right:
        _bars(macs)
    st.caption(
        "From torchvision's metadata. Only Highway-34 was counted by us: it has the layers of "
        "ResNet-34, each with a gate beside it."
    )
    _times(member)
    return {"member": member.id, "fewest": _smallest(macs), "smallest": _smallest(params)}


def _member_picker() -> FamilyMember:
    chosen = link_state.get(MEMBER)
    st.session_state[_MEMBER] = chosen if chosen in OTHERS else OTHERS[0]
    st.segmented_control(
        "Member of the family",
        OTHERS,
        required=True,
        format_func=lambda id: family_members()[id].title,
        key=_MEMBER,
        on_change=_choose,
        label_visibility="collapsed",
    )
    return family_members()[str(st.session_state[_MEMBER])]


def _choose() -> None:
    link_state.choose(MEMBER, st.session_state[_MEMBER])


def _drawing(member: FamilyMember) -> None:
    from explorer.figures.lessons.family_tree import svg

    st.markdown(f"**{member.title}** :small[:gray[{verbatim(member.formula)}]]")
    inline_svg(
        "flow_of_resnet" if member.id == RESNET else "flow_of_member",
        f'<div class="flow">{svg(member)}</div>',
    )


def _size_figure(member: FamilyMember, what: str) -> BarFigure:
    from explorer.lessons.claims import Bar, BarFigure

    sizes = [(other, other.size(what)) for other in family_members().values()]
    bars = tuple(
        Bar(_title(other.variant), size.value, size.text, other.id == member.id)
        for other, size in sizes
    )
    return BarFigure(_HEADINGS[what], bars, ())


_HEADINGS = {"params": "Parameters", "macs": "Multiply-adds of one photo"}


def _smallest(figure: BarFigure) -> str:
    title = min(figure.amounts, key=lambda bar: bar.value).label
    return next(
        member.id for member in family_members().values() if _title(member.variant) == title
    )


def _bars(figure: BarFigure) -> None:
    from explorer.figures.lessons.bars import bars

    st.html(bars(figure))


def _times(member: FamilyMember) -> None:
    """Draw the time for one photo, and offer to measure the chosen member and ResNet."""
    job = benchmark_job.current()
    if job is not None and job.alive:
        _job_progress(job)
        return
    _bars(_time_figure(member, benchmark_job.measured(job)))
    if job is not None and job.error:
        error_messages.show(job.error)
    models = (family_members()[RESNET].variant, member.variant)
    st.button(
        f"Measure {' and '.join(_title(model) for model in models)} here "
        f"({duration(_SECONDS_PER_NETWORK * len(models))})",
        icon=":material/timer:",
        on_click=_measure,
        args=(models,),
    )


def _measure(models: tuple[str, ...]) -> None:
    from explorer.costs.benchmark import plan

    device, _ = chosen_network.compute()
    benchmark_job.start(plan(models, device=device))


@st.fragment(run_every=_POLL_SECONDS)
def _job_progress(job: BenchmarkJob) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        waiting = f"Another measurement is running. Your place in the line: {job.place}."
        done, step = benchmark_job.progress(job)
        st.progress(min(1.0, done), waiting if job.place else step, width="stretch")
        if st.button("Cancel", icon=":material/stop_circle:", key="cancel_family"):
            job.cancel()
    if not job.alive:
        st.rerun()


def _time_figure(member: FamilyMember, run: Run | None) -> BarFigure:
    """Chart the time for one photo: the reader's own run, or else the recorded one."""
    from explorer.lessons.claims import Bar, BarFigure

    times, machine = _times_and_machine(run)
    bars = tuple(
        Bar(_title(name), time, f"{time:.1f}\N{NO-BREAK SPACE}ms", strong=name == member.variant)
        for name, time in times.items()
    )
    return BarFigure(f"Time for one photo, median, on {machine}", bars, ())


def _times_and_machine(run: Run | None) -> tuple[Mapping[str, float], str]:
    """Return times in ms by variant under the default conditions, and the machine's name."""
    from explorer.costs.measurements import Setup
    from explorer.lessons.facts import fact

    variants = [member.variant for member in family_members().values()]
    rows = [
        row
        for row in (run.rows if run is not None else ())
        if row.setup == Setup(row.setup.model, device=row.setup.device)
    ]
    times = {row.setup.model: row.latency.median for row in rows if row.latency}
    if run is not None and run.machine and not times.keys().isdisjoint(variants):
        return {name: times[name] for name in variants if name in times}, run.machine.model
    recorded = {name: fact(f"times.{name}").value for name in variants}
    return recorded, f"{fact('times.machine').text}, measured for this app"


def _title(variant: str) -> str:
    return find_variant(variant).title
