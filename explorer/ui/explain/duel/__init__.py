"""The second tab of Compare: networks side by side on one photo, and on several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain.evidence import in_words
from explorer.figures.explain import contact_sheet
from explorer.figures.explain.heatmaps import Scale
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.ui.components import component, packed, pictures
from explorer.ui.explain import duel_answers, duel_many_photos, duel_networks, explanation_options
from explorer.ui.explain.duel_answers import DuelCosts, DuelQuestion
from explorer.ui.explain.duel_networks import DuelNetwork
from explorer.ui.frame import link_state, torch_runtime
from explorer.ui.frame.cancellable_steps import run_steps
from explorer.ui.frame.link_widgets import link_widget
from explorer.ui.networks import missing_weights
from explorer.ui.photos import session_photos
from explorer.wording import duration, percent, spoken

if TYPE_CHECKING:
    from explorer.explain.agreement import Agreement
    from explorer.explain.batches import PhotoResult
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey

_GROUPS = {
    WeightSource.BUILTIN: "Built-in",
    WeightSource.IMAGENET_CLASSIC: "ImageNet, classic",
    WeightSource.IMAGENET_NEW: "ImageNet, new",
}
_CLASS, _WHO, _GO = "duel_class", "duel_who", "duel_go"
_rows = component(__file__, '<ol class="duel"></ol>')


def tab() -> None:
    """Draw the choices, the duel on the chosen photo, and the summary of several photos."""
    photo, group = session_photos.chosen(), WeightSource(link_state.get(link_state.DUELISTS))
    offered = duel_networks.offered(group)
    here = [one for one in offered if one.weights.here]
    chosen, asked = _controls(group, here)
    if chosen:
        _duel(photo, chosen, asked, group)
        duel_many_photos.several(chosen, asked)
    else:
        st.info(_nobody(here), icon=":material/download:")
    missing_weights.absent([one.weights for one in offered if not one.weights.here])


def _nobody(here: Sequence[DuelNetwork]) -> str:
    if here:
        return "Choose at least one network."
    return "None of these weights is on this machine. Fetch some below, or take the built-in ones."


def _controls(
    group: WeightSource, here: Sequence[DuelNetwork]
) -> tuple[list[DuelNetwork], DuelQuestion]:
    titles = {one.variant.name: one.title for one in here}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="controls"):
        link_widget(st.segmented_control, "Weights", link_state.DUELISTS, _GROUPS, required=True)
        stages = {stage: stage for stage in link_state.STAGES}
        link_widget(
            st.segmented_control, "Maps at the end of", link_state.STAGE, stages, required=True
        )
        label = _pick_class(here)
    usual = [name for name in titles if name in VARIANTS and VARIANTS[name].family == "ResNet"]
    named = usual
    if here:
        named = st.pills(
            "Networks",
            list(titles),
            selection_mode="multi",
            default=usual,
            format_func=titles.__getitem__,
            key=f"{_WHO}_{group.value}_{len(titles)}",
            persist_state="session",
        )
    chosen = [one for one in here if one.variant.name in named]
    asked = DuelQuestion(
        link_state.get(link_state.STAGE),
        label,
        explanation_options.signed(),
        explanation_options.framing(),
    )
    return _reference_first(chosen), asked


def _reference_first(chosen: list[DuelNetwork]) -> list[DuelNetwork]:
    """Put the depth that is chosen in the sidebar first: the others are judged by it."""
    return sorted(chosen, key=lambda one: one.variant.name != link_state.get(link_state.VARIANT))


def _pick_class(here: Sequence[DuelNetwork]) -> str:
    """Offer one class for all; the networks of a group know the same ones."""
    if not here:
        return ""
    labels = sorted(set(torch_runtime.pool().get(here[0].key).labels), key=str.casefold)
    chosen = link_state.get(link_state.CLASS)
    st.session_state[_CLASS] = chosen if chosen in labels else ""
    st.selectbox(
        "Class to explain",
        ["", *labels],
        format_func=lambda label: spoken(label) or "the reference's best",
        key=_CLASS,
        on_change=_choose_class,
        width=240,
    )
    return str(st.session_state[_CLASS])


def _choose_class() -> None:
    link_state.choose(link_state.CLASS, st.session_state[_CLASS])


def _duel(
    photo: Photo, chosen: Sequence[DuelNetwork], asked: DuelQuestion, group: WeightSource
) -> None:
    """Answer for the chosen photo: at once with small networks, else after a button."""
    keys = [one.key for one in chosen]
    found = duel_answers.current()
    steps = duel_answers.missing([photo], keys, asked)
    steps += [_measuring(photo, key) for key in keys if key not in found.costs]
    wanted = (photo.id, tuple(keys), asked)
    if steps and group is not WeightSource.BUILTIN and st.session_state.get(_GO) != wanted:
        st.button(
            f"Start the duel of {len(chosen)} ({duration(duel_networks.estimate(chosen))})",
            type="primary",
            icon=":material/compare:",
            on_click=_go,
            args=(wanted,),
        )
        return
    run_steps(steps, "Asking the networks", "" if group is WeightSource.BUILTIN else _GO)
    reference = found.ask(photo, keys[0], asked)
    full = duel_answers.fully(asked, reference)
    answers = [reference, *(found.ask(photo, key, full) for key in keys[1:])]
    _draw(photo, chosen, answers, [found.costs[key] for key in keys], full)


def _measuring(photo: Photo, key: NetworkKey) -> Callable[[], object]:
    return lambda: duel_answers.current().cost(photo, key)


def _go(wanted: object) -> None:
    st.session_state[_GO] = wanted


def _draw(
    photo: Photo,
    chosen: Sequence[DuelNetwork],
    answers: Sequence[PhotoResult],
    spent: Sequence[DuelCosts],
    asked: DuelQuestion,
) -> None:
    from explorer.explain.duel import agreement

    reference = answers[0]
    judged = [None, *(agreement(reference, answer) for answer in answers[1:])]
    st.subheader(f"Why {spoken(asked.label)}? {len(chosen)} answers", anchor=False)
    small = contact_sheet.small_copy(photo.open())
    rows, drawn = [], []
    for at, (one, answer) in enumerate(zip(chosen, answers, strict=True)):
        scale = Scale.of(answer.heatmap, asked.signed)
        drawn.append(contact_sheet.card(small, answer.heatmap, answer.frame, scale))
        found = _facts(one, answer, spent[at], spent[at].ends[asked.stage])
        rows.append(found | {"picture": at} | _verdict(judged[at], chosen[0].title))
    _rows(
        key="duel_rows",
        data=packed({"label": "Networks", "rows": rows, "pictures": pictures(*drawn)}),
    )
    st.caption(_reading(chosen, asked))


def _facts(
    one: DuelNetwork, answer: PhotoResult, spent: DuelCosts, block: str
) -> dict[str, object]:
    shown = list(answer.predictions)
    if answer.target.index not in [prediction.index for prediction in shown]:
        shown.append(answer.target)
    label = spoken(answer.target.label)
    return {
        "title": one.title,
        "weights": one.weights.source.heading,
        "costs": [f"{spent.milliseconds:.1f} ms", f"{spent.megabytes:,.1f} MB", f"map: {block}"],
        "alt": f"Grad-CAM of {one.title} for {label}. {in_words(answer.heatmap)}",
        "classes": [
            {
                "label": spoken(prediction.label),
                "percent": percent(prediction.probability),
                "width": 100 * prediction.probability,
                "watched": prediction.index == answer.target.index,
            }
            for prediction in shown
        ],
    }


def _verdict(judged: Agreement | None, reference: str) -> dict[str, object]:
    if judged is None:
        return {"judged": "reference", "verdict": "the reference", "meters": []}
    verdict = "same answer as" if judged.same_class else "another answer than"
    return {
        "judged": "same" if judged.same_class else "other",
        "verdict": f"{verdict} {reference}",
        "meters": [
            _meter("Rank correlation of the maps", judged.rank_correlation, "{:.2f}"),
            _meter("Evidence in the same places", judged.overlap, "{:.0%}"),
        ],
    }


def _meter(title: str, value: float | None, form: str) -> dict[str, object]:
    """Describe a share; a negative correlation has no bar."""
    if value is None:
        return {"title": title, "text": "a map is blank", "width": None}
    text = form.format(value).replace("-", "\N{MINUS SIGN}").replace("%", " %")
    return {"title": title, "text": text, "width": 100 * max(0.0, value)}


def _reading(chosen: Sequence[DuelNetwork], asked: DuelQuestion) -> str:
    from explorer.networks.other_families import WHY_NOT_LAST

    signed = " Blue cells speak against it." if asked.signed else ""
    vit = f" {WHY_NOT_LAST}" if any(one.variant.name == "vit_b_16" for one in chosen) else ""
    return (
        f"Grad-CAM for {spoken(asked.label)}, each map on its own scale: compare where, not how "
        f"bright.{signed} Milliseconds: the median of five passes on this device.{vit}"
    )
