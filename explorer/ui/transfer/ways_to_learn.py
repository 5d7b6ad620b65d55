"""The ways to learn side by side: computed here, or as recorded of the example."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from explorer.errors import ExplorerError
from explorer.networks.variants import VARIANTS
from explorer.paths import PAGES
from explorer.transfer.recorded.results import Way
from explorer.ui.frame import error_messages, link_state
from explorer.ui.networks import chosen_network, my_network
from explorer.ui.networks.chosen_network import ChosenNetwork
from explorer.ui.photos import photo_results
from explorer.ui.transfer import class_cards, recorded_ways, session_classes, ways_table
from explorer.ui.transfer.link_choices import EXAMPLE, HERE, TAUGHT_SET
from explorer.ui.transfer.teaching_run import (
    QUICK,
    Outcome,
    TeachingRun,
    check_opened,
    run_of,
    runs_of,
)
from explorer.ui.transfer.ways_table import AccuracyRow
from explorer.wording import unbroken, verbatim

_TAKEN = "my_network_way"
_BASE = photo_results.declare("my_network_base", photo_results.of_other_photos)


def table() -> TeachingRun | None:
    """Draw the table of results, and what stands beside it.

    Returns:
        What the session learned; None for the example as it was recorded, or if there is nothing
        to learn from yet.
    """
    if class_cards.is_own():
        return _of_own_classes()
    recorded = recorded_ways.recorded(recorded_ways.chosen_variant())
    if recorded is not None and link_state.get(TAUGHT_SET) != HERE:
        recorded_ways.draw(recorded_ways.chosen_variant())
        st.button(
            "Run it here",
            icon=":material/play_arrow:",
            key="run_example",
            on_click=link_state.choose,
            args=(TAUGHT_SET, HERE),
        )
        return None
    run = _learned(run_of(session_classes.shipped(), _network(), is_example=True))
    if recorded is not None:
        st.button(
            "Back to what was recorded",
            type="tertiary",
            on_click=link_state.choose,
            args=(TAUGHT_SET, EXAMPLE),
        )
    return run


def _of_own_classes() -> TeachingRun | None:
    with error_messages.reported():
        photos = session_classes.current()
        if photos is not None:
            return _learned(run_of(photos, _network(), is_example=False))
        if session_classes.mine().classes:
            st.info(
                "Telling apart needs photos of at least two classes.",
                icon=":material/photo_library:",
            )
    return None


def _network() -> ChosenNetwork:
    """Return the network to start from; for My network, the one that it was taught from."""
    base: ChosenNetwork | None = st.session_state.get(_BASE)
    if base is not None and my_network.is_chosen():
        st.caption(
            f"My network was taught from {base.network.variant.title}; this is about that one."
        )
        return base
    return chosen_network.chosen()


def _learned(run: TeachingRun) -> TeachingRun:
    """Learn what is missing, and draw what there is."""
    from explorer.transfer.advice import advice

    for sentence in advice(run.photos, run.plan):
        st.caption(f":material/info: {verbatim(sentence)}")
    with st.container(key="teaching_progress"):
        _learn(run)
    left, right = recorded_ways.columns()
    with left:
        _parts(run)
        if run.outcomes:
            ways_table.draw(
                [*_rows(run), _majority(run)],
                f"Ways to teach {run.chosen.network.variant.title} these classes",
                run.chosen.network.variant.title,
                "Points over the probe",
                "Time",
            )
        _take(run)
    with right:
        _depths(run)
    return run


def _learn(run: TeachingRun) -> None:
    """Learn in the quick ways, with the progress and a way to stop."""
    if run.is_quick_done:
        return
    if run.stopped:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("Stopped; what was done is kept.", width="stretch")
            st.button("Go on", icon=":material/play_arrow:", on_click=run.go_on, key="teach_go_on")
        return
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center", gap="small"):
        bar = st.progress(0.0, "Looking at the photos …", width="stretch")
        st.button("Stop", icon=":material/stop_circle:", on_click=run.stop, key="teach_stop")
    problem = ""
    for done, way in enumerate(QUICK):
        title = ways_table.TITLES[way][0]
        try:
            for step in () if way in run.outcomes else run.learn(way):
                share = (done + step.done / step.total) / len(QUICK)
                bar.progress(share, f"{title}: {step.what}, {step.done} of {step.total}")
        except ExplorerError as error:
            problem = error_messages.sentence(error)
            break
    place.empty()
    if problem:
        error_messages.show(problem)


def _parts(run: TeachingRun) -> None:
    """Say which photos are for what, and how often those to check with were looked at."""
    final, opened = run.plan.final, check_opened(run.is_example)
    if run.plan.crosses:
        folds = sum(split.seed == run.plan.splits[0].seed for split in run.plan.splits)
        repeats = len(run.plan.splits) // folds
        said = (
            f"**Learn, choose, check**: with so few photos, each of the {len(run.photos.classes)} "
            f"is *checked* in turn, in {folds} folds, {repeats} times; the other photos of a fold "
            "are to *learn* from and to *choose* on."
        )
    else:
        whose = "as the folders say" if run.plan.given else "each class divided alike"
        said = (
            f"**Learn** {len(final.learn)} photos · **choose** {len(final.choose)} · **check** "
            f"{len(final.check)}, {whose}."
        )
    if opened:
        times = "once" if opened == 1 else f"{opened} times"
        said += (
            f" *Check* was opened {times} in this session: whoever picks the best of many looks "
            "flatters it."
        )
    st.markdown(said)


def _rows(run: TeachingRun) -> list[AccuracyRow]:
    return [
        AccuracyRow(
            title,
            about,
            outcome.check.accuracy.value,
            outcome.check.accuracy,
            outcome.check.macro,
            outcome.seconds,
            ways_table.difference_in_words(run.over_probe(way)),
            way is Way.PROBE,
        )
        for way, (title, about) in ways_table.TITLES.items()
        if (outcome := run.outcomes.get(way)) is not None
    ]


def _majority(run: TeachingRun) -> AccuracyRow:
    check = next(iter(run.outcomes.values())).check
    return AccuracyRow(ways_table.MAJORITY, "", check.majority)


def _take(run: TeachingRun) -> None:
    """Offer to make a network that was taught here the one of all pages."""
    offered = {outcome.way: outcome for outcome in run.taught}
    if not offered:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="take_row"):
        way = next(iter(offered))
        if len(offered) > 1:
            way = st.selectbox(
                "Network",
                list(offered),
                index=len(offered) - 1,
                format_func=lambda way: ways_table.TITLES[way][0],
                key=_TAKEN,
                width=240,
            )
        st.button(
            "Use it as My network",
            type="primary",
            icon=":material/school:",
            key="take_network",
            on_click=_take_network,
            args=(run, offered[way]),
        )
        taught = offered[way].taught
        if taught is not None and my_network.is_mine(taught.network):
            st.page_link(
                PAGES / "explain.py",
                label="Explain a photo with it",
                icon=":material/arrow_forward:",
            )
            st.caption(
                "It is in the bar above on every page, until this tab is closed or reloaded."
            )


def _take_network(run: TeachingRun, outcome: Outcome) -> None:
    if outcome.taught is not None:
        st.session_state[_BASE] = run.chosen
        my_network.take(outcome.taught.network)


def _depths(run: TeachingRun) -> None:
    """Compare the probes of the networks that learned these photos in this session."""
    runs = sorted(
        (each for each in runs_of(run.photos) if Way.PROBE in each.outcomes),
        key=lambda each: list(VARIANTS).index(each.chosen.network.variant.name),
    )
    if not runs:
        return
    st.markdown("**What does a deeper network buy here?**")
    ways_table.draw(
        [
            AccuracyRow(
                each.chosen.network.variant.title,
                each.chosen.network.weights.title,
                each.outcomes[Way.PROBE].check.accuracy.value,
                each.outcomes[Way.PROBE].check.accuracy,
                is_strong=each is run,
            )
            for each in runs
        ],
        "Accuracy of the probe on these photos, for the networks tried in this session",
        "Probe on",
    )
    if len(runs) == 1:
        st.caption("Choose another depth above to compare it on the same photos.")
    else:
        st.caption(_compared(runs))


def _compared(runs: Sequence[TeachingRun]) -> str:
    """Say whether the photos tell the shallowest network from the best of the others."""
    from explorer.networks.layer_summary import layer_summary
    from explorer.transfer.checking import difference

    first, *others = runs
    best = max(others, key=lambda run: run.outcomes[Way.PROBE].check.accuracy.value)
    checks = [run.outcomes[Way.PROBE].check for run in (best, first)]
    said = recorded_ways.depths_in_words(
        best.chosen.network.variant.title,
        first.chosen.network.variant.title,
        difference(checks[0], checks[1], best.photos.classes),
        checks[0].answered.photos,
    )
    macs = [layer_summary(run.chosen.network).macs for run in (best, first)]
    return unbroken(f"{said} It computes {macs[0] / macs[1]:.1f} times as much for each photo.")
