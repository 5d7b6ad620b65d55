"""The gradient in an untrained network, block by block: recorded, and measured on a photo."""

from __future__ import annotations

import streamlit as st

from explorer.figures.plotly_chart import CONFIG
from explorer.figures.training import gradient_chart
from explorer.figures.training.gradient_chart import Line
from explorer.photos.samples import SAMPLES
from explorer.training import gradient_records
from explorer.training.gradient_plans import GradientFlow, GradientOf, GradientPlan, Init
from explorer.ui.frame import link_state
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.frame.help_texts import with_term
from explorer.ui.photos import photo_results, session_photos
from explorer.ui.training.link_choices import FLOW_DEPTH, FLOW_INIT, FLOW_NORM, FLOW_OF

_DEPTH, _NORM, _INIT, _OF = "pick_flow_depth", "pick_flow_norm", "pick_flow_init", "pick_flow_of"
# The latest measurement on a photo: its request and its results.
_LIVE = photo_results.declare("live_flow")
_KEYS = {
    _DEPTH: FLOW_DEPTH,
    _NORM: FLOW_NORM,
    _INIT: FLOW_INIT,
    _OF: FLOW_OF,
}
_LIVE_SEED = len(gradient_records.SEEDS)  # not among the recorded seeds
_Request = tuple[GradientPlan, GradientPlan, str]  # plain, residual, and the id of the photo


def figure() -> dict[str, str]:
    """Draw controls and chart; return whether the gradient was measured on the reader's photo."""
    plain, residual = _controls()
    _measure_button(plain, residual)
    of = GradientOf(link_state.get(FLOW_OF))
    lines = [
        Line("Plain", "plain", gradient_records.find(plain)),
        Line("Residual", "residual", gradient_records.find(residual)),
    ]
    live = _live(plain, residual)
    if live:
        lines += [
            Line("Plain, your photo", "plain", live[:1], True),
            Line("Residual, your photo", "residual", live[1:], True),
        ]
    summary = gradient_chart.in_words(lines, of)
    st.plotly_chart(
        gradient_chart.chart(lines, of),
        key="flow_chart",
        config=CONFIG,
        alt=summary.replace("**", ""),
    )
    st.caption(
        "How strongly the loss depends on each block: flat is good for learning. The bands span "
        f"{len(gradient_records.SEEDS)} seeds; one backward pass in float64, nothing is trained."
    )
    st.markdown(summary)
    return {"measured": link_state.YES if live else ""}


def _controls() -> tuple[GradientPlan, GradientPlan]:
    """Draw the controls; return the plans of the plain and the residual network they choose."""
    for key, name in _KEYS.items():
        st.session_state[key] = link_state.get(name)
    left, right = st.columns(2, gap="medium")
    with left:
        _control("Depth in layers", list(map(str, gradient_records.DEPTHS)), _DEPTH)
        _control(
            "Batch norm", ["no", link_state.YES], _NORM, {"no": "Without", link_state.YES: "With"}
        )
    with right:
        _control("Initialisation", list(Init), _INIT, {init.value: init.heading for init in Init})
        _control(
            "Gradient with respect to",
            list(GradientOf),
            _OF,
            {"inputs": "the block's input", "weights": "its weights"},
        )
    depth, init = (
        int(link_state.get(FLOW_DEPTH)),
        Init(link_state.get(FLOW_INIT)),
    )
    norm = link_state.get(FLOW_NORM) == link_state.YES
    return GradientPlan(depth, False, norm, init), GradientPlan(depth, True, norm, init)


def _control(label: str, values: list[str], key: str, titles: dict[str, str] | None = None) -> None:
    st.segmented_control(
        label,
        [str(value) for value in values],
        required=True,
        format_func=lambda value: (titles or {}).get(value, value),
        key=key,
        on_change=_choose,
        args=(key,),
        width="stretch",
    )


def _choose(key: str) -> None:
    link_state.choose(_KEYS[key], st.session_state[key])


def _live(plain: GradientPlan, residual: GradientPlan) -> tuple[GradientFlow, ...]:
    """Return the latest live results, or nothing if they are of other networks or photos."""
    latest: tuple[_Request, tuple[GradientFlow, ...]] | None = st.session_state.get(_LIVE)
    if latest and latest[0] == (plain, residual, session_photos.chosen().id):
        return latest[1]
    return ()


def _measure_button(plain: GradientPlan, residual: GradientPlan) -> None:
    pressed = st.button(
        "Measure it on your photo",
        icon=":material/play_arrow:",
        help=with_term(
            "Your photo and three samples, new weights: a second or two at the greatest depth.",
            "gradient",
        ),
    )
    if pressed:
        flows = _measure(plain, residual)
        st.session_state[_LIVE] = ((plain, residual, session_photos.chosen().id), flows)
        st.rerun()


def _measure(*plans: GradientPlan) -> tuple[GradientFlow, ...]:
    from explorer.training.gradient_flow import as_batch, measure

    samples = [
        SAMPLES[name] for name in gradient_records.PHOTOS if name != session_photos.chosen().id
    ]
    images = [session_photos.chosen().open(), *(sample.open() for sample in samples[:3])]
    with st.spinner("A forward and a backward pass through each network"), compute_turn():
        batch = as_batch(images)
        return tuple(measure(plan, _LIVE_SEED, batch) for plan in plans)
