"""Learning from few photos: figures of a lesson, from what was recorded of the example."""

from __future__ import annotations

import streamlit as st

from explorer.errors import ResultError
from explorer.figures.plotly_chart import CONFIG
from explorer.figures.transfer import accuracy_charts
from explorer.figures.transfer.accuracy_charts import Comparison, CurveLine
from explorer.networks.variants import VARIANTS
from explorer.transfer.intervals import Accuracy
from explorer.transfer.pitfalls.results import PitfallRun, TuningPitfall
from explorer.transfer.recorded.results import SHIPPED, Way, WayResult, compared, pitfalls, ways
from explorer.transfer.tuning_epoch import Score
from explorer.ui.frame import link_state
from explorer.ui.frame.link_widgets import link_widget
from explorer.ui.lessons.link_choices import AGAINST, AUGMENTATION, PER_CLASS
from explorer.ui.transfer import how_many_photos, recorded_ways, ways_table
from explorer.ui.transfer.ways_table import AccuracyRow
from explorer.wording import percent, unbroken

_SHALLOWEST = "resnet18"
_WAYS = {
    Way.NEAREST_MEAN: "Nearest mean",
    Way.UNTRAINED: "Untrained network",
    Way.LAST_STAGE: "Last stage",
    Way.ALL: "Everything",
    Way.SCRATCH: "From scratch",
}
_PER_CLASS = ("1", "2", "4", "8", "12")
_SWITCHES = {
    "none": (TuningPitfall.NO_AUGMENTATION, "No augmentation", "the example"),
    "hues": (TuningPitfall.WRONG_AUGMENTATION, "Hues turned at random", "photos of groceries"),
}


def ways_to_teach() -> dict[str, str]:
    """Draw the linear probe, and another way to learn beside it."""
    titles = {way.name.lower(): title for way, title in _WAYS.items()}
    link_widget(st.segmented_control, "Beside the probe", AGAINST, titles, required=True)
    probe = _result(_SHALLOWEST, Way.PROBE)
    other = _result(_SHALLOWEST, Way[link_state.get(AGAINST).upper()])
    ways_table.draw(
        [
            _row(probe, *ways_table.TITLES[Way.PROBE], is_strong=True),
            _row(other, *ways_table.TITLES[other.way]),
            AccuracyRow(ways_table.MAJORITY, "", probe.majority),
        ],
        "The linear probe and another way to learn, as recorded",
        VARIANTS[_SHALLOWEST].title,
    )
    st.markdown(_from_probe(other))
    st.caption(_source(probe))
    return {}


def photos_to_learn() -> dict[str, str]:
    """Draw accuracies over the number of photos of each class, and read them at one number."""
    titles = {count: count for count in _PER_CLASS}
    link_widget(st.segmented_control, "Photos of each class", PER_CLASS, titles, required=True)
    lines = how_many_photos.recorded_lines()
    if not lines:
        raise ResultError("The recorded learning curves are missing; install the app again.")
    count = link_state.get(PER_CLASS)
    probe = _result(_SHALLOWEST, Way.PROBE)
    read = " ".join(_reading(line, float(count)) for line in lines)
    figure = accuracy_charts.over_photos(lines, 1 / probe.classes)
    figure.add_vline(float(count), line={"dash": "dot", "width": 1.5})
    st.plotly_chart(figure, key="lesson_photos", config=CONFIG, alt=read)
    st.markdown(f"**{count} of each class.** {read}")
    st.caption(
        "Bands reach from the worst draw of photos to the best; the dotted line across is guessing."
    )
    return {}


def augmentation() -> dict[str, str]:
    """Draw a training with a mistake in its augmentation, and the same one without."""
    titles = {name: title for name, (_, title, _) in _SWITCHES.items()}
    link_widget(st.segmented_control, "Switch on", AUGMENTATION, titles, required=True)
    pitfall, title, photos = _SWITCHES[link_state.get(AUGMENTATION)]
    run = _training(pitfall)
    known = [_share(epochs[-1].learn) for epochs in (run.before, run.after)]
    rows = [
        Comparison("Photos to learn from", known[0], known[1]),
        Comparison("Photos to check with", run.check_before, run.check_after),
    ]
    words = unbroken(
        " ".join(
            f"{row.title}: {percent(row.before.value)} right without it, "
            f"{percent(row.after.value)} with it."
            for row in rows
        )
    )
    st.plotly_chart(
        accuracy_charts.before_and_after(rows), key="lesson_augmentation", config=CONFIG, alt=words
    )
    st.markdown(words)
    st.caption(
        f"{title}, on {photos}: {VARIANTS[run.variant].title}, fine-tuned as a whole for "
        f"{len(run.after) - 1} epochs. Recorded on {pitfalls().date}."
    )
    return {}


def depths_to_teach() -> dict[str, str]:
    """Draw the probe on all depths; return the name of the most accurate one."""
    probes = {row.variant: row for row in ways().rows if _is_probe_on_example(row)}
    first, chosen = probes[_SHALLOWEST], probes.get(recorded_ways.chosen_variant())
    ways_table.draw(
        [
            _row(probe, VARIANTS[name].title, "", is_strong=probe is chosen)
            for name, probe in probes.items()
        ],
        "Accuracy of the probe for each depth, as recorded",
        "Probe on",
    )
    if chosen is None or chosen is first:
        st.markdown(f"Choose another depth to set it against {VARIANTS[_SHALLOWEST].title}.")
    else:
        deeper, shallower = (VARIANTS[each.variant].title for each in (chosen, first))
        difference, photos = compared(chosen, first), chosen.photos.check
        st.markdown(recorded_ways.depths_in_words(deeper, shallower, difference, photos))
    st.caption(_source(first))
    return {"most_right": max(probes, key=lambda name: probes[name].accuracy.value)}


def _result(variant: str, way: Way) -> WayResult:
    result = ways().find(SHIPPED, variant, way)
    if result is None:
        raise ResultError("The recorded results of the example are missing; install the app again.")
    return result


def _training(pitfall: TuningPitfall) -> PitfallRun:
    for run in pitfalls().rows:
        if run.pitfall is pitfall:
            return run
    raise ResultError("The recorded trainings are missing; install the app again.")


def _is_probe_on_example(row: WayResult) -> bool:
    return row.data == SHIPPED and row.way is Way.PROBE


def _row(result: WayResult, title: str, about: str, is_strong: bool = False) -> AccuracyRow:
    return AccuracyRow(title, about, result.accuracy.value, result.accuracy, is_strong=is_strong)


def _from_probe(result: WayResult) -> str:
    """Say how far a way to learn is from the probe, and leave the verdict to the reader."""
    difference = result.over_probe
    if difference is None:
        raise ResultError("The recorded results are damaged; install the app again.")
    value, low, high = (
        f"{100 * each:.1f}".replace("-", "\N{MINUS SIGN}")
        for each in (difference.value, difference.low, difference.high)
    )
    return unbroken(
        f"Difference from the probe on the same photos: **{value} points**, with a 95 % interval "
        f"from {low} to {high}."
    )


def _share(score: Score | None) -> Accuracy:
    """Return a share of photos without an interval: it is not there to speak for other photos."""
    if score is None:
        raise ResultError("The recorded trainings are incomplete; install the app again.")
    return Accuracy(score.accuracy, score.accuracy, score.accuracy)


def _reading(line: CurveLine, count: float) -> str:
    index = line.photos.index(count)
    draws = line.draws[index]
    mean, low, high = line.means[index] / 100, min(draws), max(draws)
    spread = f" ({percent(low)} to {percent(high)})" if low < high else ""
    return unbroken(f"{line.title}: {percent(mean)}{spread}.")


def _source(probe: WayResult) -> str:
    photos = probe.photos
    return (
        f"{probe.classes} categories of Caltech-101: {photos.learn} photos to learn from, "
        f"{photos.choose} to choose settings on, {photos.check} to check with. Recorded on "
        f"{ways().date}."
    )
