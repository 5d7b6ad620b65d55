"""The gradient of an untrained network, block by block: recorded, and measured on the spot."""

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
from explorer.ui.photos import session_photos

_DEPTH, _NORM, _INIT, _OF = "pick_flow_depth", "pick_flow_norm", "pick_flow_init", "pick_flow_of"
_LIVE = "live_flow"  # the latest live pass: what was asked, and what came out
_KEYS = {
    _DEPTH: link_state.FLOW_DEPTH,
    _NORM: link_state.FLOW_NORM,
    _INIT: link_state.FLOW_INIT,
    _OF: link_state.FLOW_OF,
}
_LIVE_SEED = len(gradient_records.SEEDS)  # one that is not among the recorded ones
_Asked = tuple[GradientPlan, GradientPlan, str]


def figure() -> dict[str, str]:
    """Draw controls and chart; tell whether the reader has measured it on their photo."""
    plain, residual = _controls()
    _offer(plain, residual)
    of = GradientOf(link_state.get(link_state.FLOW_OF))
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
    said = gradient_chart.in_words(lines, of)
    st.plotly_chart(
        gradient_chart.chart(lines, of), key="flow_chart", config=CONFIG, alt=said.replace("**", "")
    )
    st.caption(
        "How strongly the loss depends on each block: flat is good for learning. The bands span "
        f"{len(gradient_records.SEEDS)} seeds; one backward pass in float64, nothing is trained."
    )
    st.markdown(said)
    return {"measured": link_state.YES if live else ""}


def forget() -> None:
    """Drop what was measured on a photo."""
    st.session_state.pop(_LIVE, None)


def _controls() -> tuple[GradientPlan, GradientPlan]:
    """Draw the controls; return the plain and the residual network that they ask for."""
    for key, name in _KEYS.items():
        st.session_state[key] = link_state.get(name)
    left, right = st.columns(2, gap="medium")
    with left:
        _pick("Depth in layers", list(map(str, gradient_records.DEPTHS)), _DEPTH)
        _pick(
            "Batch norm", ["no", link_state.YES], _NORM, {"no": "Without", link_state.YES: "With"}
        )
    with right:
        _pick("Initialisation", list(Init), _INIT, {init.value: init.heading for init in Init})
        _pick(
            "Gradient with respect to",
            list(GradientOf),
            _OF,
            {"inputs": "the block's input", "weights": "its weights"},
        )
    depth, init = (
        int(link_state.get(link_state.FLOW_DEPTH)),
        Init(link_state.get(link_state.FLOW_INIT)),
    )
    norm = link_state.get(link_state.FLOW_NORM) == link_state.YES
    return GradientPlan(depth, False, norm, init), GradientPlan(depth, True, norm, init)


def _pick(label: str, values: list[str], key: str, titles: dict[str, str] | None = None) -> None:
    st.segmented_control(
        label,
        [str(value) for value in values],
        required=True,
        format_func=lambda value: (titles or {}).get(value, value),
        key=key,
        on_change=_keep,
        args=(key,),
        width="stretch",
    )


def _keep(key: str) -> None:
    link_state.choose(_KEYS[key], st.session_state[key])


def _live(plain: GradientPlan, residual: GradientPlan) -> tuple[GradientFlow, ...]:
    """Return the live passes if they answer what is asked now."""
    kept: tuple[_Asked, tuple[GradientFlow, ...]] | None = st.session_state.get(_LIVE)
    return kept[1] if kept and kept[0] == (plain, residual, session_photos.chosen().id) else ()


def _offer(plain: GradientPlan, residual: GradientPlan) -> None:
    asked = st.button(
        "Measure it on your photo",
        icon=":material/play_arrow:",
        help=with_term(
            "Your photo and three samples, new weights: a second or two at the greatest depth.",
            "gradient",
        ),
    )
    if asked:
        found = _measured(plain, residual)
        st.session_state[_LIVE] = ((plain, residual, session_photos.chosen().id), found)
        st.rerun()


def _measured(*plans: GradientPlan) -> tuple[GradientFlow, ...]:
    from explorer.training.gradient_flow import as_batch, measure

    others = [
        SAMPLES[name] for name in gradient_records.PHOTOS if name != session_photos.chosen().id
    ]
    images = [session_photos.chosen().open(), *(sample.open() for sample in others[:3])]
    with st.spinner("A forward and a backward pass through each network"), compute_turn():
        batch = as_batch(images)
        return tuple(measure(plan, _LIVE_SEED, batch) for plan in plans)
