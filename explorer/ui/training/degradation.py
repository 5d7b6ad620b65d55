"""Degradation: recorded learning curves of twins, the paper's table, and a live training."""

from __future__ import annotations

import random
from collections.abc import Sequence

import streamlit as st

from explorer.background_job import JobState
from explorer.figures.plotly_chart import CONFIG
from explorer.figures.training import learning_chart
from explorer.serving.streamlit_internals import presence
from explorer.training.live_training import LiveTraining
from explorer.training.recorded_curves import PAPER, Curve, curves, recorded_run
from explorer.training.twin_training import DEPTH, STEPS, Point
from explorer.ui.frame import link_state
from explorer.ui.frame.link_widgets import link_widget
from explorer.ui.training.link_choices import CURVE

_LIVE = "live_twins"
_POLL_SECONDS = 1.0  # time between two updates of a live training
_TRAINING = "training"


def recorded() -> dict[str, str]:
    """Draw the learning curves of the twins that ship with the app, and the paper's table."""
    titles = {_TRAINING: "Training photos", "validation": "Validation photos"}
    link_widget(st.segmented_control, "Error on", CURVE, titles, required=True)
    training = link_state.get(CURVE) == _TRAINING
    twins = list(curves().values())
    summary = _final_errors(twins, training)
    figure = learning_chart.over_epochs(twins, training)
    st.plotly_chart(figure, key="learning_curves", config=CONFIG, alt=summary)
    st.caption(
        f"The lower, the better. {summary} Each photo is shown as it is, in eval mode; the pairs "
        "have the same layers and the same recipe."
    )
    _paper_table()
    return {}


def live() -> dict[str, str]:
    """Draw the live training; return whether the session has finished one."""
    live_training = _current()
    if live_training is not None and live_training.job.alive:
        _live_updates()
    else:
        _draw_live(live_training)
    finished = live_training is not None and live_training.job.state is JobState.DONE
    return {"trained": link_state.YES if finished else ""}


def forget() -> None:
    """Stop the session's training and drop its curves."""
    live_training = _current()
    if live_training is not None:
        live_training.job.cancel()
        del st.session_state[_LIVE]


def _final_errors(twins: Sequence[Curve], training: bool) -> str:
    errors = {twin.title: (twin.training if training else twin.validation)[-1] for twin in twins}
    summary = ", ".join(f"{title} {error:.1f} %" for title, error in errors.items())
    return f"At the end: {summary}."


def _paper_table() -> None:
    """Show the errors that the paper reports."""
    rows = [
        f"| {kind} | {errors[18]:.2f} % | {errors[34]:.2f} % |" for kind, errors in PAPER.items()
    ]
    st.markdown(
        "\n".join(
            [
                "**ImageNet, as He et al. (2015) report it**: top-1 error",
                "",
                "| | 18 layers | 34 layers |",
                "|---|---|---|",
                *rows,
            ]
        )
    )
    st.caption("Table 2 of the paper: validation photos, ten crops of each.")


def _current() -> LiveTraining | None:
    live_training: LiveTraining | None = st.session_state.get(_LIVE)
    return live_training


@st.fragment(run_every=_POLL_SECONDS)
def _live_updates() -> None:
    """Redraw a training while it is alive; redraw the whole page once it is over."""
    live_training = _current()
    if live_training is None or not live_training.job.alive:
        st.rerun()
    _draw_live(live_training)


def _draw_live(live_training: LiveTraining | None) -> None:
    points = tuple(live_training.points) if live_training else ()
    figure = learning_chart.over_steps(recorded_run(), points)
    summary = _in_words(points or recorded_run(), live=bool(points))
    st.plotly_chart(figure, key="live_curves", config=CONFIG, alt=summary)
    st.caption(
        f"Two untrained networks of {DEPTH} layers learn to tell six patterns apart that the app "
        f"draws; both get the same batches. {summary}"
    )
    with st.container(horizontal=True, vertical_alignment="center", key="live_controls"):
        _controls(live_training)
        st.markdown(_status(live_training), width="content")


def _controls(live_training: LiveTraining | None) -> None:
    if live_training is None or not live_training.job.alive:
        label = "Train the twins" if live_training is None else "Train again, with another seed"
        st.button(label, type="primary", icon=":material/play_arrow:", on_click=_start)
        return
    if live_training.process.paused:
        st.button("Go on", icon=":material/play_arrow:", on_click=live_training.process.go_on)
    else:
        off = live_training.job.state is not JobState.RUNNING
        st.button(
            "Pause", icon=":material/pause:", on_click=live_training.process.pause, disabled=off
        )
    st.button("Stop", icon=":material/stop_circle:", on_click=live_training.job.cancel)


def _start() -> None:
    previous = _current()
    if previous is not None:
        previous.job.cancel()
    live_training = LiveTraining(random.randint(1, 9999), presence())
    st.session_state[_LIVE] = live_training
    live_training.job.start()


def _status(live_training: LiveTraining | None) -> str:
    if live_training is None:
        return "About a minute on one processor core."
    step = live_training.points[-1].step if live_training.points else 0
    if live_training.process.paused:
        return f"Held at batch {step} of {STEPS}; it ends after two minutes."
    job = live_training.job
    return {
        JobState.WAITING: f"Others train first. Your place in the line: {job.place}.",
        JobState.RUNNING: f"Batch {step} of {STEPS}.",
        JobState.DONE: f"Done, seed {live_training.seed}.",
        JobState.CANCELLED: f"Stopped at batch {step} of {STEPS}.",
        JobState.FAILED: job.error,
    }[job.state]


def _in_words(points: Sequence[Point], live: bool) -> str:
    """Describe both twins' current errors: the means of their last five points, in %."""
    means = []
    for shortcuts, title in ((False, "plain"), (True, "residual")):
        errors = [point.error for point in points if point.shortcuts is shortcuts][-5:]
        if errors:
            means.append(f"{title} {sum(errors) / len(errors):.0f} %")
    whose = "Now" if live else "At the end of the recorded run"
    return f"{whose}, pictures wrong: {', '.join(means)}." if means else ""
