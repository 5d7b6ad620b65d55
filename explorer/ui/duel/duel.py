"""The second tab of Compare: networks side by side on one photo and on several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from explorer.explain.evidence_in_words import in_words
from explorer.figures.explain import contact_sheet
from explorer.figures.explain.heatmaps import Scale
from explorer.networks.variants import VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.ui.components import packed, pictures
from explorer.ui.components.duel_rows import duel_rows
from explorer.ui.duel import duel_answers, duel_export, duel_many_photos, duel_networks
from explorer.ui.duel.duel_answers import DuelCosts, DuelQuestion
from explorer.ui.duel.duel_networks import DuelNetwork
from explorer.ui.duel.link_choices import DUELISTS, STAGE, STAGES
from explorer.ui.explain import explanation_options, shown_settings
from explorer.ui.explain.link_choices import CLASS
from explorer.ui.frame import link_state
from explorer.ui.frame.cancellable_steps import run_steps
from explorer.ui.frame.link_widgets import link_widget
from explorer.ui.networks import chosen_network, missing_weights
from explorer.ui.networks.link_choices import VARIANT, WEIGHTS
from explorer.ui.photos import photo_results, session_photos
from explorer.wording import duration, percent, spoken, unbroken

if TYPE_CHECKING:
    from explorer.explain.agreement import Agreement
    from explorer.explain.batches import PhotoResult
    from explorer.explain.duel import PassTime
    from explorer.ui.photos.session_photos import Photo
    from explorer.weights.pool import NetworkKey

_GROUPS = {
    WeightSource.BUILTIN: "Built-in",
    WeightSource.IMAGENET_CLASSIC: "ImageNet, classic",
    WeightSource.IMAGENET_NEW: "ImageNet, new",
}
_CLASS, _NETWORKS = "duel_class", "duel_who"
_STARTED = photo_results.declare("duel_go")  # the duel that the reader started


def tab() -> None:
    """Draw the choices, the duel on the chosen photo, and the summary of several photos."""
    photo, group = session_photos.chosen(), WeightSource(link_state.get(DUELISTS))
    offered = duel_networks.offered(group)
    present = [network for network in offered if network.weights.here]
    duelists, question = _controls(group, present)
    if duelists:
        _duel(photo, duelists, question, group)
        duel_many_photos.several(duelists, question)
    else:
        st.info(_nothing_chosen(present), icon=":material/download:")
    missing_weights.absent([network.weights for network in offered if not network.weights.here])


def _nothing_chosen(present: Sequence[DuelNetwork]) -> str:
    if present:
        return "Choose at least one network."
    return "None of these weights are on this machine. Fetch some below, or choose Built-in."


def _controls(
    group: WeightSource, present: Sequence[DuelNetwork]
) -> tuple[list[DuelNetwork], DuelQuestion]:
    titles = {network.name: network.title for network in present}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="controls"):
        link_widget(st.segmented_control, "Weights", DUELISTS, _GROUPS, required=True)
        stages = {stage: stage for stage in STAGES}
        link_widget(st.segmented_control, "Maps at the end of", STAGE, stages, required=True)
        label = _pick_class(present)
    resnets = [name for name in titles if name in VARIANTS and VARIANTS[name].family == "ResNet"]
    names = [*resnets, *(name for name in titles if name == link_state.get(WEIGHTS))]
    if present:
        names = st.pills(
            "Networks",
            list(titles),
            selection_mode="multi",
            default=names,
            format_func=titles.__getitem__,
            key=f"{_NETWORKS}_{group.value}_{len(titles)}",
            persist_state="session",
        )
    duelists = [network for network in present if network.name in names]
    question = DuelQuestion(
        link_state.get(STAGE),
        label,
        explanation_options.signed(),
        explanation_options.framing(),
    )
    return _reference_first(duelists), question


def _reference_first(duelists: list[DuelNetwork]) -> list[DuelNetwork]:
    """Put the variant chosen on other pages first, as the reference, and the reader's own last."""
    chosen = link_state.get(VARIANT)
    return sorted(duelists, key=lambda duelist: (duelist.is_own, duelist.variant.name != chosen))


def _pick_class(present: Sequence[DuelNetwork]) -> str:
    """Offer one class for all networks; those of a group have the same classes."""
    if not present:
        return ""
    labels = sorted(set(chosen_network.network_of(present[0].key).labels), key=str.casefold)
    chosen = link_state.get(CLASS)
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
    link_state.choose(CLASS, st.session_state[_CLASS])


def _duel(
    photo: Photo, duelists: Sequence[DuelNetwork], question: DuelQuestion, group: WeightSource
) -> None:
    """Show the duel on the chosen photo: at once for built-in networks, else after a button."""
    keys = [duelist.key for duelist in duelists]
    held = duel_answers.current()
    steps = duel_answers.missing([photo], keys, question)
    steps += [_cost_step(photo, key) for key in keys if key not in held.costs]
    request = (photo.id, tuple(keys), question)
    if steps and group is not WeightSource.BUILTIN and st.session_state.get(_STARTED) != request:
        st.button(
            f"Start the duel of {len(duelists)} ({duration(duel_networks.estimate(duelists))})",
            type="primary",
            icon=":material/compare:",
            on_click=_start,
            args=(request,),
        )
        return
    run_steps(steps, "Asking the networks", "" if group is WeightSource.BUILTIN else _STARTED)
    reference = held.ask(photo, keys[0], question)
    full_question = duel_answers.fully(question, reference)
    answers = [reference, *(held.ask(photo, key, full_question) for key in keys[1:])]
    _draw(photo, duelists, answers, [held.costs[key] for key in keys], full_question)


def _cost_step(photo: Photo, key: NetworkKey) -> Callable[[], object]:
    return lambda: duel_answers.current().cost(photo, key)


def _start(request: object) -> None:
    st.session_state[_STARTED] = request


def _draw(
    photo: Photo,
    duelists: Sequence[DuelNetwork],
    answers: Sequence[PhotoResult],
    costs: Sequence[DuelCosts],
    question: DuelQuestion,
) -> None:
    from explorer.explain.duel import agreement

    reference = answers[0]
    agreements = [None, *(agreement(reference, answer) for answer in answers[1:])]
    st.subheader(f"Why {spoken(question.label)}? {len(duelists)} answers", anchor=False)
    small = contact_sheet.small_copy(photo.open())
    rows, cards, settings = [], [], shown_settings.current()
    for index, (duelist, answer) in enumerate(zip(duelists, answers, strict=True)):
        scale = Scale.of(answer.heatmap, question.signed)
        cards.append(contact_sheet.card(small, answer.heatmap, answer.frame, scale, settings))
        facts = _facts(duelist, answer, costs[index], costs[index].ends[question.stage])
        known = answer.target.label == question.label
        verdict = _verdict(agreements[index], duelists[0].title, known)
        rows.append(facts | {"picture": index} | verdict)
    duel_rows(
        key="duel_rows",
        data=packed({"label": "Networks", "rows": rows, "pictures": pictures(*cards)}),
    )
    st.caption(_reading(duelists, question))
    duel_export.row(photo, duelists, answers, costs, question)


def _facts(
    duelist: DuelNetwork, answer: PhotoResult, costs: DuelCosts, block: str
) -> dict[str, object]:
    predictions = list(answer.predictions)
    if answer.target.index not in [prediction.index for prediction in predictions]:
        predictions.append(answer.target)
    label = spoken(answer.target.label)
    return {
        "title": duelist.title,
        "weights": duelist.weights.source.heading,
        "costs": [_time(costs.time), unbroken(f"{costs.megabytes:,.1f} MB"), f"map: {block}"],
        "alt": f"Grad-CAM of {duelist.title} for {label}. {in_words(answer.heatmap, answer.frame)}",
        "classes": [
            {
                "label": spoken(prediction.label),
                "percent": percent(prediction.probability),
                "width": 100 * prediction.probability,
                "watched": prediction.index == answer.target.index,
            }
            for prediction in predictions
        ],
    }


def _time(time: PassTime) -> str:
    return unbroken(f"{time.median:.1f} ms ({time.q1:.1f} to {time.q3:.1f})")


def _verdict(agreement: Agreement | None, reference: str, known: bool) -> dict[str, object]:
    """Judge an answer; a network that does not know the class was asked about its own best one."""
    if agreement is None:
        return {"judged": "reference", "verdict": "the reference", "meters": []}
    if not known:
        return {"judged": "other", "verdict": "knows other classes", "meters": _meters(agreement)}
    verdict = "same answer as" if agreement.same_class else "different answer from"
    return {
        "judged": "same" if agreement.same_class else "other",
        "verdict": f"{verdict} {reference}",
        "meters": _meters(agreement),
    }


def _meters(agreement: Agreement) -> list[dict[str, object]]:
    return [
        _meter("Rank correlation of the maps", agreement.rank_correlation, "{:.2f}"),
        _meter("Evidence in the same places", agreement.overlap, "{:.0%}"),
    ]


def _meter(title: str, value: float | None, form: str) -> dict[str, object]:
    """Describe a meter with its text and bar; a negative correlation has no bar."""
    if value is None:
        return {"title": title, "text": "a map is blank", "width": None}
    text = form.format(value).replace("-", "\N{MINUS SIGN}").replace("%", " %")
    return {"title": title, "text": text, "width": 100 * max(0.0, value)}


def _reading(duelists: Sequence[DuelNetwork], question: DuelQuestion) -> str:
    from explorer.explain.duel import PASSES
    from explorer.networks.other_families import WHY_NOT_LAST

    signed = " Blue cells count against it." if question.signed else ""
    vit = (
        f" {WHY_NOT_LAST}"
        if any(duelist.variant.name == "vit_b_16" for duelist in duelists)
        else ""
    )
    own = [duelist.title for duelist in duelists if duelist.is_own]
    apart = f" {' and '.join(own)}: for its own best class." if own else ""
    return (
        f"Grad-CAM for {spoken(question.label)}, each map on its own scale: compare where, not how "
        f"bright.{signed}{apart} Times are for one pass on this device, once warmed up: the "
        f"median, and the middle half of {PASSES} passes in brackets.{vit}"
    )
