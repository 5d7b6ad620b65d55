"""Degradation: recorded curves of twins beside the paper's table, and a live training."""

from __future__ import annotations

import random
from collections.abc import Sequence

import streamlit as st

from explorer.figures.plotly_chart import CONFIG
from explorer.figures.training import learning_chart
from explorer.training.live_training import LiveTraining, TrainingState
from explorer.training.recorded_curves import PAPER, Curve, curves, recorded_run
from explorer.training.twin_training import DEPTH, STEPS, Point
from explorer.ui.frame import link_state
from explorer.ui.frame.link_widgets import link_widget
from explorer.ui.frame.presence import presence

_LIVE = "live_twins"
_LOOK_EVERY = 1.0  # seconds
_TRAINING = "training"


def recorded() -> dict[str, str]:
    """Draw how the twins that ship with the app learned, and the paper's table."""
    titles = {_TRAINING: "Training photos", "validation": "Validation photos"}
    link_widget(st.segmented_control, "Error on", link_state.CURVE, titles, required=True)
    training = link_state.get(link_state.CURVE) == _TRAINING
    found = list(curves().values())
    said = _ends(found, training)
    figure = learning_chart.over_epochs(found, training)
    st.plotly_chart(figure, key="learning_curves", config=CONFIG, alt=said)
    st.caption(
        f"The lower, the better. {said} Each photo is shown as it is, in eval mode; the pairs "
        "have the same layers and the same recipe."
    )
    _paper()
    return {}


def live() -> dict[str, str]:
    """Draw the live training; tell whether the reader has seen one to its end."""
    run = _current()
    if run is not None and run.alive:
        _followed()
    else:
        _look(run)
    seen = run is not None and run.state is TrainingState.DONE
    return {"trained": link_state.YES if seen else ""}


def forget() -> None:
    """End the session's training, and drop its curves."""
    run = _current()
    if run is not None:
        run.stop()
        del st.session_state[_LIVE]


def _ends(found: Sequence[Curve], training: bool) -> str:
    values = {one.title: (one.training if training else one.validation)[-1] for one in found}
    told = ", ".join(f"{title} {value:.1f} %" for title, value in values.items())
    return f"At the end: {told}."


def _paper() -> None:
    """Show what the paper reports."""
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
    run: LiveTraining | None = st.session_state.get(_LIVE)
    return run


@st.fragment(run_every=_LOOK_EVERY)
def _followed() -> None:
    """Draw a run that goes on, again and again; once it is over, the whole page."""
    run = _current()
    if run is None or not run.alive:
        st.rerun()
    _look(run)


def _look(run: LiveTraining | None) -> None:
    points = tuple(run.points) if run else ()
    figure = learning_chart.over_steps(recorded_run(), points)
    said = _in_words(points or recorded_run(), live=bool(points))
    st.plotly_chart(figure, key="live_curves", config=CONFIG, alt=said)
    st.caption(
        f"Two untrained networks of {DEPTH} layers learn to tell six patterns apart that the app "
        f"draws; both get the same batches. {said}"
    )
    with st.container(horizontal=True, vertical_alignment="center", key="live_controls"):
        _controls(run)
        st.markdown(_status(run), width="content")


def _controls(run: LiveTraining | None) -> None:
    if run is None or not run.alive:
        label = "Train the twins" if run is None else "Train again, with another seed"
        st.button(label, type="primary", icon=":material/play_arrow:", on_click=_start)
        return
    if run.state is TrainingState.PAUSED:
        st.button("Go on", icon=":material/play_arrow:", on_click=run.go_on)
    else:
        off = run.state is not TrainingState.RUNNING
        st.button("Pause", icon=":material/pause:", on_click=run.pause, disabled=off)
    st.button("Stop", icon=":material/stop_circle:", on_click=run.stop)


def _start() -> None:
    before = _current()
    if before is not None:
        before.stop()
    run = LiveTraining(random.randint(1, 9999), presence())
    st.session_state[_LIVE] = run
    run.start()


def _status(run: LiveTraining | None) -> str:
    if run is None:
        return "About a minute on one processor core."
    step = run.points[-1].step if run.points else 0
    return {
        TrainingState.WAITING: f"Others train first. Your place in the line: {run.place}.",
        TrainingState.RUNNING: f"Batch {step} of {STEPS}.",
        TrainingState.PAUSED: f"Held at batch {step} of {STEPS}; it ends after two minutes.",
        TrainingState.DONE: f"Done, seed {run.seed}.",
        TrainingState.STOPPED: f"Stopped at batch {step} of {STEPS}.",
        TrainingState.FAILED: "The training broke off; start it again.",
    }[run.state]


def _in_words(points: Sequence[Point], live: bool) -> str:
    """Say where both twins are: the mean of their last five points."""
    told = []
    for shortcuts, title in ((False, "plain"), (True, "residual")):
        errors = [point.error for point in points if point.shortcuts is shortcuts][-5:]
        if errors:
            told.append(f"{title} {sum(errors) / len(errors):.0f} %")
    whose = "Now" if live else "At the end of the recorded run"
    return f"{whose}, pictures wrong: {', '.join(told)}." if told else ""
