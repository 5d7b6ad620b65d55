"""Training on from the probe: in the background, with its cost, its curves, pause and stop."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.background_job import JobState
from explorer.figures.plotly_chart import CONFIG
from explorer.figures.transfer import tuning_charts
from explorer.serving.streamlit_internals import presence
from explorer.transfer.recorded.results import Way
from explorer.transfer.taught_record import How
from explorer.ui.frame import error_messages
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.frame.help_texts import with_term
from explorer.ui.photos import photo_results
from explorer.ui.transfer.teaching_run import Outcome, TeachingRun
from explorer.ui.transfer.ways_table import TITLES
from explorer.wording import duration, percent

if TYPE_CHECKING:
    from explorer.networks.network import Network
    from explorer.transfer.fine_tuning import TuningPlan
    from explorer.transfer.live.live_tuning import LiveTuning
    from explorer.transfer.live.tuning_cost import TuningCost
    from explorer.transfer.splits import Split
    from explorer.transfer.tuning_epoch import TuningEpoch

HOWS = {Way.LAST_STAGE: How.LAST_STAGE, Way.ALL: How.ALL, Way.SCRATCH: How.SCRATCH}
BATCHES = (4, 8, 16, 32)
POLL_SECONDS = 1.0  # between two updates of a training
_TRAINING = photo_results.declare("fine_tuning", photo_results.of_other_photos)
_PREPARED = photo_results.declare("fine_tuning_prepared", photo_results.of_other_photos)


class Wanted:
    """Lives as long as the session keeps a training, which goes with the reader's photos."""


@dataclass(eq=False)
class Training:
    """A training of this session.

    Attributes:
        run: what it belongs to.
        way: the way to learn.
        live: the training in the background.
        before: network with the probe's head.
        split: photos to learn from, to choose on and to check with.
        wanted: what the job watches: it ends soon after the session has dropped the training.
        collected: whether what came out was checked and added to the run.
    """

    run: TeachingRun
    way: Way
    live: LiveTuning
    before: Network
    split: Split
    wanted: Wanted
    collected: bool = False


@dataclass(frozen=True, eq=False)
class _Prepared:
    """What is known before a training starts.

    Attributes:
        run: what it belongs to.
        split: photos to learn from, to choose on and to check with.
        probed: network with the probe's head for this split.
        cost: time that a photo takes on this machine.
    """

    run: TeachingRun
    split: Split
    probed: Network
    cost: TuningCost

    def plan(self, way: Way, fixed: bool, batch: int) -> TuningPlan:
        """Plan a training."""
        from explorer.training.trained_parts import Scope
        from explorer.transfer.fine_tuning import scratch_plan, tuning_plan

        if way is Way.SCRATCH:
            return scratch_plan(self.probed, batch_size=batch, seed=self.split.seed)
        scope = Scope.ALL if way is Way.ALL else Scope.LAST_STAGE
        return tuning_plan(
            self.probed, scope, fixed_statistics=fixed, batch_size=batch, seed=self.split.seed
        )

    def seconds(self, plan: TuningPlan) -> float:
        """Estimate how long a training takes, in seconds."""
        return self.cost.seconds(self.probed, plan, len(self.split.learn), len(self.split.choose))


def draw(run: TeachingRun) -> None:
    """Draw the choices and the button that starts a training, or the one that runs."""
    if Way.PROBE not in run.outcomes:
        return
    training = _current()
    st.markdown("**Train on from the probe**")
    if training is not None and training.live.job.alive:
        if training.run is not run:
            st.caption("It trains what you chose before: with other photos, or another network.")
        _live_updates()
        return
    if training is not None and not training.collected:
        _collect(training)
        st.rerun()
    _form(run)
    if training is not None and training.run is run:
        _draw_curves(training)
        if training.live.job.error:
            error_messages.show(training.live.job.error)


def _current() -> Training | None:
    training: Training | None = st.session_state.get(_TRAINING)
    return training


def _form(run: TeachingRun) -> None:
    """Let the reader choose how to train; nothing runs until the button is pressed."""
    prepared = _prepared(run)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="tune_form"):
        way = st.segmented_control(
            "What is trained",
            list(HOWS),
            default=Way.LAST_STAGE,
            required=True,
            format_func=lambda way: _SHORT[way],
            key="tune_way",
            persist_state="session",
        )
        batch = st.selectbox("Photos in a batch", BATCHES, index=2, key="tune_batch", width=130)
        moving = st.toggle(
            "Batch norm learns new statistics",
            key="tune_moving",
            disabled=way is Way.SCRATCH,
            help=with_term(
                "Off: it keeps those it came with. Small batches make worse ones.", "batch-norm"
            ),
        )
    plan = prepared.plan(way, not moving, batch)
    st.button(
        f"Train: {duration(prepared.seconds(plan))}",
        type="primary",
        icon=":material/play_arrow:",
        key="tune_start",
        on_click=_start,
        args=(run, prepared, way, plan),
    )
    st.caption(_about(prepared, plan, run.plan.crosses))


_SHORT = {Way.LAST_STAGE: "Last stage", Way.ALL: "Everything", Way.SCRATCH: "From scratch"}


def _about(prepared: _Prepared, plan: TuningPlan, crosses: bool) -> str:
    split = prepared.split
    held_back = (
        f"Trained once, with the first fold held back: {len(split.check)} photos. "
        if crosses
        else ""
    )
    start = (
        "It starts from random weights, with the same number of epochs and the same augmentation."
        if plan.from_scratch
        else "It starts from the probe's head; the rest learns at a tenth of the head's rate."
    )
    kept = "the best on the photos to choose on" if len(split.choose) else "the last one"
    return f"{held_back}{start} Of {plan.recipe.epochs} epochs, {kept} is kept."


def _prepared(run: TeachingRun) -> _Prepared:
    """Fit the probe of the split, and time a few photos, once for each run."""
    known: _Prepared | None = st.session_state.get(_PREPARED)
    if known is not None and known.run is run:
        return known
    from explorer.transfer.live.tuning_cost import measure_cost
    from explorer.transfer.teaching import probed

    split, vectors = run.plan.splits[0], run.outcomes[Way.PROBE].vectors
    assert vectors is not None  # the probe has them
    with st.spinner("Timing a few photos …"), compute_turn():
        network = probed(run.chosen.network, run.photos, vectors, split)
        cost = measure_cost(network, run.photos, split)
    st.session_state[_PREPARED] = prepared = _Prepared(run, split, network, cost)
    return prepared


def _start(run: TeachingRun, prepared: _Prepared, way: Way, plan: TuningPlan) -> None:
    from explorer.transfer.live.live_tuning import LiveTuning

    previous = _current()
    if previous is not None:
        previous.live.job.cancel()
    connected, wanted = presence(), Wanted()
    live = LiveTuning(
        prepared.probed, run.photos, prepared.split, plan, _here(connected, weakref.ref(wanted))
    )
    st.session_state[_TRAINING] = Training(run, way, live, prepared.probed, prepared.split, wanted)
    live.job.start()


def _here(connected: Callable[[], bool], wanted: Callable[[], object]) -> Callable[[], bool]:
    return lambda: wanted() is not None and connected()


@st.fragment(run_every=POLL_SECONDS)
def _live_updates() -> None:
    """Redraw a training while it is alive; redraw the whole page once it is over."""
    training = _current()
    if training is None or not training.live.job.alive:
        st.rerun()
    _draw_curves(training)
    with st.container(horizontal=True, vertical_alignment="center", key="tune_controls"):
        _controls(training.live)
        st.markdown(_status(training), width="content")


def _draw_curves(training: Training) -> None:
    epochs = tuple(training.live.epochs)
    total = training.live.plan.recipe.epochs
    summary = _in_words(epochs)
    if epochs:
        figure = tuning_charts.curves(epochs, total)
        st.plotly_chart(figure, key="tune_curves", config=CONFIG, alt=summary)
    ended = "" if training.live.job.alive else f"{TITLES[training.way][0]}. {_status(training)} "
    if ended or summary:
        st.caption(f"{ended}{summary}")


def _controls(live: LiveTuning) -> None:
    if live.process.paused:
        st.button(
            "Go on", icon=":material/play_arrow:", on_click=live.process.go_on, key="tune_go_on"
        )
    else:
        off = live.job.state is not JobState.RUNNING
        st.button(
            "Pause",
            icon=":material/pause:",
            on_click=live.process.pause,
            disabled=off,
            key="tune_pause",
        )
    st.button(
        "Stop, and keep the best",
        icon=":material/stop_circle:",
        on_click=live.job.cancel,
        key="tune_stop",
    )


def _status(training: Training) -> str:
    live, job = training.live, training.live.job
    total = live.plan.recipe.epochs
    epoch = live.epochs[-1].epoch if live.epochs else 0
    if live.process.paused:
        return f"Held after epoch {epoch} of {total}; it ends after two minutes."
    return {
        JobState.WAITING: f"Others train first. Your place in the line: {job.place}.",
        JobState.RUNNING: f"Epoch {epoch} of {total}." if live.epochs else "Starting.",
        JobState.DONE: f"Done, {total} epochs.",
        JobState.CANCELLED: f"Stopped after epoch {epoch} of {total}.",
        JobState.FAILED: "It broke off.",
    }[job.state]


def _in_words(epochs: tuple[TuningEpoch, ...]) -> str:
    """Describe the latest epoch and the one that is kept."""
    if not epochs:
        return ""
    last, kept = epochs[-1], [epoch for epoch in epochs if epoch.is_best]
    parts = [
        f"{percent(score.accuracy)} of the photos to {what}"
        for score, what in ((last.learn, "learn from"), (last.choose, "choose on"))
        if score is not None
    ]
    said = f"Right at the latest: {' and '.join(parts)}." if parts else ""
    if not kept or last.choose is None:
        return said
    where = f"epoch {kept[-1].epoch}" if kept[-1].epoch else "the start, the probe itself"
    return f"{said} Kept: {where}."


def _collect(training: Training) -> None:
    """Check what came out, and add it to what the session learned."""
    training.collected = True
    module = training.live.module
    if module is None:
        return
    from explorer.transfer.teaching import check_trained

    run, seconds = training.run, sum(epoch.seconds for epoch in training.live.epochs)
    with st.spinner("Checking what came out …"), compute_turn():
        taught = check_trained(
            run.chosen.network, module, run.photos, HOWS[training.way], training.split, seconds
        )
    run.add(Outcome(training.way, taught.check, seconds, taught, before=_before(training)))


def _before(training: Training) -> Network | None:
    """Return the network with the probe's head and temperature; None if it was not the start."""
    if training.way is Way.SCRATCH:
        return None
    probe, weights = training.run.outcomes[Way.PROBE].check, training.before.weights
    weights = replace(weights, temperature=probe.answers[0].temperature)
    return replace(training.before, weights=weights)
