"""The map put to the test where it stands: its brightest region hidden, or alone left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.blocks.brightest_region import RegionTest, brightest_region, try_region
from explorer.blocks.region_occlusion import Fill, HiddenPart
from explorer.figures.explain.crops import covered
from explorer.ui.blocks.link_choices import FILL, TESTED
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.wording import verbatim

if TYPE_CHECKING:
    from explorer.blocks.brightest_region import BrightestRegion
    from explorer.ui.explain.attribution_methods import MethodAnswer, MethodRequest

_TITLES = {HiddenPart.REGION: "Hide the brightest region", HiddenPart.REST: "Keep only it"}
_ICONS = {
    HiddenPart.REGION: ":material/visibility_off:",
    HiddenPart.REST: ":material/filter_center_focus:",
}
_HELP = (
    "The brightest region is where the map is at least half as strong as at its strongest place."
)


def row(request: MethodRequest, answer: MethodAnswer) -> None:
    """Offer to hide the brightest region of a map, or all but it, and show the answer then."""
    bright = brightest_region(answer.heatmap, request.explanation.analysis.frame)
    if bright is None:
        st.caption("No region of this map stands out, so there is none to hide.")
        return
    chosen = link_state.get(TESTED)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for hides, title in _TITLES.items():
            st.button(
                title,
                key=f"test_{hides}",
                # Not another type of button for the chosen one: it would lose the focus.
                icon=":material/check:" if chosen == hides else _ICONS[hides],
                on_click=_choose,
                args=(hides.value,),
                help=with_term(_HELP, "occlusion"),
            )
        if chosen:
            st.button("Undo", key="test_undo", icon=":material/undo:", on_click=_choose, args=("",))
    if chosen:
        _result(request, answer, bright, HiddenPart(chosen))


def _result(
    request: MethodRequest, answer: MethodAnswer, bright: BrightestRegion, hides: HiddenPart
) -> None:
    explanation, explained = request.explanation, request.question.explained
    fill = Fill(link_state.get(FILL))
    with st.container():  # holds the wait message
        test = explanation.once(
            "region-test",
            (request.key(answer.method), hides, fill),
            lambda: try_region(explanation.analysis, explained.index, bright, hides, fill),
        )
    _show(request, answer, test)


def _show(request: MethodRequest, answer: MethodAnswer, test: RegionTest) -> None:
    words, picture = st.columns([2, 1], gap="medium")
    frame = request.explanation.analysis.frame
    with words:
        st.markdown(f"**{verbatim(test.sentence)}**")
        st.markdown(verbatim(test.comparison))
        st.caption(f"{test.occlusion.words} {_where(request, answer)}")
    with picture:
        st.image(
            covered(request.photo.shown, frame, test.occlusion.picture),
            alt=f"{request.photo.title} as the network saw it. {test.occlusion.words}",
        )


def _where(request: MethodRequest, answer: MethodAnswer) -> str:
    place = f" of {request.question.block}" if answer.method.of_block else ""
    return (
        f"The region is where {answer.method.title}{place} for {request.question.title} is "
        "brightest: a fifth of the area at most."
    )


def _choose(value: str) -> None:
    link_state.choose(TESTED, value)
