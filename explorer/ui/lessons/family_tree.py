"""ResNet's family in the lessons: drawings side by side, sizes, and times measured here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from explorer.lessons.family_tree import OTHERS, RESNET, FamilyMember, family_members
from explorer.networks.variants import find_variant
from explorer.ui.components.inline_svg import inline_svg
from explorer.ui.costs import benchmark_job
from explorer.ui.frame import error_messages, link_state
from explorer.ui.networks import chosen_network
from explorer.wording import duration, verbatim

if TYPE_CHECKING:
    from explorer.costs.measurements import Run
    from explorer.lessons.claims import BarFigure
    from explorer.ui.costs.benchmark_job import BenchmarkJob

_PICK = "pick_member"
_LOOK_EVERY = 1.0  # seconds between two looks at a running measurement
_SECONDS = 6  # for each network: starting its process, warming up, three rounds


def drawings() -> dict[str, str]:
    """Draw ResNet over the chosen member; tell which one is chosen."""
    member = _picked()
    for one in (family_members()[RESNET], member):
        _drawing(one)
    st.markdown(f"**New in it:** {member.idea}")
    st.markdown(f"**What it gave up:** {member.price}")
    st.caption("; ".join(verbatim(work.line) for work in member.works))
    return {"member": member.id}


def sizes() -> dict[str, str]:
    """Draw parameters, multiply-adds and times of all members.

    Returns:
        Which one has the fewest multiply-adds, and which the fewest parameters.
    """
    member = _picked()
    params, macs = _counted(member, "params"), _counted(member, "macs")
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
    return {"member": member.id, "fewest": _least(macs), "smallest": _least(params)}


def _picked() -> FamilyMember:
    chosen = link_state.get(link_state.MEMBER)
    st.session_state[_PICK] = chosen if chosen in OTHERS else OTHERS[0]
    st.segmented_control(
        "Member of the family",
        OTHERS,
        required=True,
        format_func=lambda id: family_members()[id].title,
        key=_PICK,
        on_change=_choose,
        label_visibility="collapsed",
    )
    return family_members()[str(st.session_state[_PICK])]


def _choose() -> None:
    link_state.choose(link_state.MEMBER, st.session_state[_PICK])


def _drawing(member: FamilyMember) -> None:
    from explorer.figures.lessons.family_tree import svg

    st.markdown(f"**{member.title}** :small[:gray[{verbatim(member.formula)}]]")
    inline_svg(
        "flow_of_resnet" if member.id == RESNET else "flow_of_member",
        f'<div class="flow">{svg(member)}</div>',
    )


def _counted(member: FamilyMember, what: str) -> BarFigure:
    from explorer.lessons.claims import Bar, BarFigure

    known = [(one, one.size(what)) for one in family_members().values()]
    amounts = tuple(
        Bar(_title(one.variant), found.value, found.text, one.id == member.id)
        for one, found in known
    )
    return BarFigure(_HEADINGS[what], amounts, ())


_HEADINGS = {"params": "Parameters", "macs": "Multiply-adds of one photo"}


def _least(figure: BarFigure) -> str:
    title = min(figure.amounts, key=lambda amount: amount.value).label
    return next(
        member.id for member in family_members().values() if _title(member.variant) == title
    )


def _bars(figure: BarFigure) -> None:
    from explorer.figures.lessons.bars import bars

    st.html(bars(figure))


def _times(member: FamilyMember) -> None:
    """Draw how long one photo takes, and offer to measure the chosen member beside ResNet."""
    job = benchmark_job.current()
    if job is not None and job.alive:
        _watched(job)
        return
    _bars(_timed(member, job.run if job is not None else None))
    if job is not None and job.error:
        error_messages.show(job.error)
    models = tuple(one.variant for one in (family_members()[RESNET], member))
    st.button(
        f"Measure {' and '.join(_title(model) for model in models)} here "
        f"({duration(_SECONDS * len(models))})",
        icon=":material/timer:",
        on_click=_measure,
        args=(models,),
    )


def _measure(models: tuple[str, ...]) -> None:
    from explorer.costs.benchmark import plan

    device, _ = chosen_network.compute()
    benchmark_job.start(plan(models, device=device))


@st.fragment(run_every=_LOOK_EVERY)
def _watched(job: BenchmarkJob) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        waits = f"Another measurement is under way. Your place in the line: {job.place}."
        st.progress(min(1.0, job.done), waits if job.place else job.step, width="stretch")
        if st.button("Cancel", icon=":material/stop_circle:", key="cancel_family"):
            job.cancel()
    if not job.alive:
        st.rerun()


def _timed(member: FamilyMember, run: Run | None) -> BarFigure:
    """Tell how long one photo takes, as the reader or, before that, we measured it."""
    from explorer.lessons.claims import Bar, BarFigure

    times, machine = _measured(run)
    amounts = tuple(
        Bar(_title(name), time, f"{time:.1f}\N{NO-BREAK SPACE}ms", strong=name == member.variant)
        for name, time in times.items()
    )
    return BarFigure(f"Time for one photo, median, on {machine}", amounts, ())


def _measured(run: Run | None) -> tuple[Mapping[str, float], str]:
    """Return milliseconds by variant, and on which machine; only under the usual conditions."""
    from explorer.costs.measurements import Setup
    from explorer.lessons.facts import fact

    ours = [one.variant for one in family_members().values()]
    rows = [
        row
        for row in (run.rows if run is not None else ())
        if row.setup == Setup(row.setup.model, device=row.setup.device)
    ]
    times = {row.setup.model: row.latency.median for row in rows if row.latency}
    if run is not None and run.machine and not times.keys().isdisjoint(ours):
        return {name: times[name] for name in ours if name in times}, run.machine.model
    recorded = {name: fact(f"times.{name}").value for name in ours}
    return recorded, f"{fact('times.machine').text}, measured for this app"


def _title(variant: str) -> str:
    return find_variant(variant).title
