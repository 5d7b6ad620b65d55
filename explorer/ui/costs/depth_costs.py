"""Accuracy and cost by depth: figures of a lesson, from the run that ships with the app."""

from __future__ import annotations

import streamlit as st

from explorer.costs.comparison import Entry, conditions, entries
from explorer.costs.comparison_export import origin
from explorer.costs.measurements import NetworkGroup, Run
from explorer.costs.metrics import METRICS
from explorer.costs.result_files import references
from explorer.errors import ResultError
from explorer.figures import plotly_chart
from explorer.figures.chart import Chart
from explorer.figures.costs import comparison_charts
from explorer.figures.costs.comparison_charts import accuracy_by_depth
from explorer.networks.variants import VARIANTS
from explorer.ui.costs import budget_advisor
from explorer.ui.costs.link_choices import ACROSS, RECIPE
from explorer.ui.frame import link_state
from explorer.ui.frame.link_widgets import link_widget
from explorer.weights import builtin
from explorer.weights.model_cards import read_card
from explorer.weights.published_recipes import PublishedRecipe

_ACROSS = ("latency", "size", "macs")
_FAMILY = "ResNet"


def trade_off() -> dict[str, str]:
    """Draw accuracy against a cost for the ResNets of one recipe."""
    with st.container(horizontal=True, gap="medium"):
        recipes = {
            recipe: recipe.heading.removesuffix(" recipe")
            for recipe in PublishedRecipe
            if recipe != "other"
        }
        link_widget(st.segmented_control, "Training recipe", RECIPE, recipes, required=True)
        across = {name: METRICS[name].title for name in _ACROSS}
        link_widget(st.segmented_control, "Cost", ACROSS, across, required=True)
    name = link_state.get(ACROSS)
    metric = METRICS[name if name in _ACROSS else _ACROSS[0]]
    resnets = _resnets(PublishedRecipe(link_state.get(RECIPE)))
    _plot(comparison_charts.trade_off(resnets, metric, METRICS["top1"]), "lesson_trade_off")
    if metric.name == "latency":
        st.caption(f"Times: {origin(_reference())}.")
    return {}


def advisor() -> dict[str, str]:
    """Draw the budget advisor; return the network that it recommends."""
    resnets = _resnets(PublishedRecipe.CLASSIC)
    left, right = st.columns(2, gap="medium")
    with right:
        advised = budget_advisor.advisor(resnets, "lesson")
    best = advised.advice.best if advised else None
    with left:
        chart = comparison_charts.trade_off(
            resnets, METRICS["size"], METRICS["top1"], best.title if best else ""
        )
        _plot(chart, "lesson_advisor")
    return {"advised": best.title if best else ""}


def own_depths() -> dict[str, str]:
    """Draw the accuracies of the built-in ResNets; return the name of the most accurate one."""
    cards = {
        name: read_card(path)
        for name, variant in VARIANTS.items()
        if variant.family == _FAMILY and (path := builtin.path_of(variant)).is_file()
    }
    depths = [(int(name.removeprefix("resnet")), card) for name, card in cards.items()]
    _plot(accuracy_by_depth(depths), "lesson_depths")
    return {"best": max(cards, key=lambda name: cards[name].top1)}


def _resnets(recipe: PublishedRecipe) -> tuple[Entry, ...]:
    """Return the ResNets of one recipe from the run that ships with the app."""
    run = _reference()
    under = conditions(run, NetworkGroup.IMAGENET)[0]
    return tuple(
        entry
        for entry in entries(run, NetworkGroup.IMAGENET, recipe, under)
        if entry.variant.family == _FAMILY and entry.accuracy is not None
    )


def _reference() -> Run:
    runs = references().runs
    if not runs:
        raise ResultError("The measurement that comes with the app is missing; install it again.")
    return runs[0].run


def _plot(chart: Chart, key: str) -> None:
    figure = plotly_chart.plot(chart, 380)
    figure.update_layout(showlegend=len(chart.series) > 1)
    st.plotly_chart(figure, key=key, config=plotly_chart.CONFIG, alt=chart.alt)
    st.caption(chart.reading)
