"""The same lesion in two networks that were trained alike, one of them without shortcuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from explorer.array_types import Map
from explorer.networks.variants import Variant
from explorer.networks.weight_sources import WeightSource
from explorer.photos.geometry import Framing
from explorer.serving import analysis_log
from explorer.training.twins import TwinPair, depths, lesion_record, twin_pair
from explorer.ui.components.block_bars import WHOLE, BarSeries, BarTone, BlockBar, block_bars
from explorer.ui.components.top_five import top_five
from explorer.ui.frame import torch_runtime
from explorer.ui.frame.compute_turn import compute_turn
from explorer.ui.networks import chosen_network
from explorer.ui.photos import photo_results
from explorer.wording import listed, percent, spoken, unbroken

if TYPE_CHECKING:
    from PIL import Image

    from explorer.explain.analysis import Prediction
    from explorer.networks.network import Network
    from explorer.ui.photos.session_photos import Photo

_LATEST_PAIR = photo_results.declare("latest_pair")  # the answers of two twins


@dataclass(frozen=True, eq=False)
class SkippedBlocks:
    """The answers of one twin for the photo, whole and without each block that can be skipped.

    Attributes:
        labels: labels of the K classes.
        whole: the most probable classes of the whole network, best first.
        without: block name -> probabilities of the K classes without that block, shape (K,).
    """

    labels: tuple[str, ...]
    whole: tuple[Prediction, ...]
    without: Mapping[str, Map]

    def watched(self, block: str) -> Prediction:
        """Return the whole network's best class, with its probability without a block."""
        best = self.whole[0]
        return replace(best, probability=float(self.without[block][best.index]))

    def predictions(self, block: str) -> tuple[Prediction, ...]:
        """Return the most probable classes without a block, best first."""
        import torch

        from explorer.explain.analysis import best

        return best(torch.from_numpy(self.without[block]), self.labels)


def section(network: Network, photo: Photo, framing: Framing, block: str) -> None:
    """Skip a block in the twins of a built-in network, if they ship with the app."""
    titles = depths()
    if not titles:
        return
    pair = (
        twin_pair(network.variant.name) if network.weights.source is WeightSource.BUILTIN else None
    )
    st.subheader("And without shortcuts?", anchor=False)
    if pair is None:
        st.caption(f"Twins without shortcuts come with the built-in {listed(titles)}.")
        return
    twins = (pair.plain, pair.residual)
    st.markdown(
        f"{pair.plain.title} and {pair.residual.title} have the same layers and the same training; "
        f"only {pair.residual.title} has shortcuts. Here a block is **skipped**: its input goes "
        "straight to the next block. With F(x) set to zero, the plain network would give every "
        "photo the same answer."
    )
    reason = _refusal(pair, block)
    _chart(pair, block)
    if reason:
        st.info(f"{block} cannot be skipped. {reason}", icon=":material/block:")
    with st.container():  # holds the wait message
        answers = _twin_answers(pair, photo, framing)
    for column, twin, answer in zip(st.columns(2, gap="large"), twins, answers, strict=True):
        with column:
            _side(twin, answer, block)


def _chart(pair: TwinPair, block: str) -> None:
    """Show the recorded accuracy without each block; blocks that cannot be skipped are greyed."""
    plain, residual = lesion_record(pair.plain), lesion_record(pair.residual)
    whole = (plain.top1, residual.top1)
    columns = [BlockBar(WHOLE, whole, "", _accuracies_in_words(pair, whole))]
    for name in _network(pair.plain).blocks[1:]:
        if name in plain.without and name in residual.without:
            values = (plain.without[name], residual.without[name])
            columns.append(
                BlockBar(name, values, "", f"without it, {_accuracies_in_words(pair, values)}")
            )
        else:
            columns.append(BlockBar(name, (), "", _refusal(pair, name), greyed=True))
    series = (
        BarSeries(pair.plain.title, BarTone.WARM),
        BarSeries(pair.residual.title, BarTone.ACCENT),
    )
    st.markdown("**Accuracy without each block**")
    label = "Accuracy of both twins without each block"
    block_bars("pair_chart", label, series, columns, block, unit=" %", most=100.0)
    st.caption(
        f"Top-1 on the same {plain.count:,} validation photos, one block skipped at a time. "
        "Hatched blocks change the shape, so they cannot be skipped."
    )


def _accuracies_in_words(pair: TwinPair, values: tuple[float, float]) -> str:
    first, second = (unbroken(f"{value:.1f} %") for value in values)
    return f"{pair.plain.title} {first}, {pair.residual.title} {second}"


def _side(twin: Variant, answer: SkippedBlocks, block: str) -> None:
    best_whole, key = answer.whole[0], f"pair_{twin.name}"
    st.markdown(f"**{twin.title}** :small[:gray[{_record_in_words(twin, block)}]]")
    st.caption(f"All blocks on: {spoken(best_whole.label)} · {percent(best_whole.probability)}")
    if block not in answer.without:
        top_five(key, f"{twin.title}: most probable", answer.whole, best_whole)
        return
    predictions = answer.predictions(block)
    best_without = predictions[0]
    st.markdown(
        f"Without {block}: **{spoken(best_without.label)} · {percent(best_without.probability)}**"
    )
    label = f"{twin.title} without {block}: most probable"
    top_five(key, label, predictions, answer.watched(block))


def _record_in_words(twin: Variant, block: str) -> str:
    record = lesion_record(twin)
    if block not in record.without:
        return unbroken(f"{record.top1:.1f} % of {record.count:,} photos right")
    return unbroken(
        f"right: {record.top1:.1f} % of {record.count:,} photos, "
        f"without {block} {record.without[block]:.1f} %"
    )


def _twin_answers(pair: TwinPair, photo: Photo, framing: Framing) -> tuple[SkippedBlocks, ...]:
    """Return both twins' answers without each block; those for the latest photo are stored."""
    key = (pair, photo.id, framing, chosen_network.compute())
    latest = st.session_state.get(_LATEST_PAIR)
    if latest is None or latest[0] != key:
        image, twins = photo.open(), (_network(pair.plain), _network(pair.residual))
        computed = []
        for network in twins:
            with compute_turn() as turn:
                computed.append(_skip_each_block(network, image, framing))
            analysis_log.record(network, "skip", "all", turn.seconds)
        latest = st.session_state[_LATEST_PAIR] = (key, tuple(computed))
    answers: tuple[SkippedBlocks, ...] = latest[1]
    return answers


def _skip_each_block(network: Network, image: Image.Image, framing: Framing) -> SkippedBlocks:
    from explorer.blocks.lesions import LesionKind, sweep
    from explorer.explain.analysis import analyze

    whole = analyze(network, image, framing)
    without = {step.block: step.probabilities for step in sweep(whole, cut=LesionKind.SKIP)}
    return SkippedBlocks(network.labels, whole.predictions, without)


def _refusal(pair: TwinPair, block: str) -> str:
    from explorer.blocks.lesions import LesionKind, refusal

    return refusal(_network(pair.plain), block, LesionKind.SKIP)


def _network(twin: Variant) -> Network:
    from explorer.weights.pool import NetworkKey

    device, precision = chosen_network.compute()
    return torch_runtime.pool().get(
        NetworkKey(twin.name, WeightSource.BUILTIN.value, device, precision)
    )
