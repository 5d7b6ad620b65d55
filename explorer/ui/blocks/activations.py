"""The activations of every block: a filmstrip, a sheet of channels, and one channel large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.array_types import Map
from explorer.blocks.activations import Ranking, ranked
from explorer.explain.evidence_in_words import strongest_in_words
from explorer.explain.shared_scale import SharedScale
from explorer.figures.blocks.channel_sprites import sprite
from explorer.figures.explain.heatmaps import Scale
from explorer.ui.blocks.link_choices import CHANNEL, RANKING, REACH, TOP, TOPS
from explorer.ui.components.block_strip import Cells, about, block_strip
from explorer.ui.components.channel_grid import ColourBar, Tile, sheet
from explorer.ui.components.photo_overlay import DescribedMap, photo_overlay
from explorer.ui.explain.prediction import searches
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.ui.frame.link_widgets import link_widget
from explorer.wording import percent, times, unbroken, written

if TYPE_CHECKING:
    from explorer.blocks.activations import Channels, Overview
    from explorer.explain.analysis import Analysis
    from explorer.photos.geometry import Frame
    from explorer.ui.explain.latest_explanation import Explanation
    from explorer.ui.explain.question import Question
    from explorer.ui.photos.session_photos import Photo

_SHEET, _SIMILAR = "channel_sheet", "channel_likest"
_ALL, _PER_PAGE = "all", 128  # so no sheet exceeds 400 kB before compression
_TILES = {"16": 84, "64": 60, _ALL: 60}  # pixels
_MOST_SIMILAR = 6
_TITLES = {
    Ranking.CONTRIBUTION: "Contribution to the class",
    Ranking.MEAN: "Mean activation",
    Ranking.PEAK: "Peak",
    Ranking.ACTIVE: "Share of active cells",
}
_REACHES = {
    SharedScale.OWN: "each channel",
    SharedScale.BLOCK: "block",
    SharedScale.NETWORK: "network",
}


@dataclass(frozen=True, eq=False)
class ActivationView:
    """The C channels of the chosen block, with their order and colour scale.

    Attributes:
        block: name of the block.
        question: the class, and the one to compare it with; None if the network has no classes.
        channels: the channels of the block.
        overview: mean activation and peak of every block of the network.
        contribution: contribution of each channel to the class, shape (C,); None without one.
        ranking: the quantity that the channels are sorted by.
        reach: which channels share a colour scale.
    """

    block: str
    question: Question | None
    channels: Channels
    overview: Overview
    contribution: Map | None
    ranking: Ranking
    reach: SharedScale

    @property
    def order(self) -> NDArray[np.intp]:
        """Numbers of the channels in the order of the chosen ranking, shape (C,)."""
        return ranked(self.values(self.ranking), self.channels.dead)

    @property
    def limits(self) -> Map:
        """Value with the strongest colour for each channel, shape (C,)."""
        return self.channels.limits(self.reach, max(self.overview.peaks.values()))

    @property
    def chosen(self) -> int:
        """Number of the channel the reader chose, if the block has it; else the first in order."""
        value = link_state.get(CHANNEL)
        number = int(value) if value.isdecimal() and len(value) <= 4 else -1
        return number if 0 <= number < len(self.channels.maps) else int(self.order[0])

    def values(self, ranking: Ranking) -> Map:
        """Return the values that a ranking sorts by, shape (C,)."""
        if ranking is Ranking.CONTRIBUTION and self.contribution is not None:
            return self.contribution
        return {
            Ranking.PEAK: self.channels.peak,
            Ranking.ACTIVE: self.channels.active,
        }.get(ranking, self.channels.mean)

    @property
    def rankings(self) -> dict[Ranking, str]:
        """The quantities that channels can be sorted by, with their titles."""
        return {
            ranking: title
            for ranking, title in _TITLES.items()
            if self.contribution is not None or ranking is not Ranking.CONTRIBUTION
        }

    def title(self, ranking: Ranking) -> str:
        """Return the title of a ranking, with the class if it depends on one."""
        if ranking is Ranking.CONTRIBUTION and self.question is not None:
            return f"Contribution to {self.question.title}"
        return _TITLES[ranking]


def look(explanation: Explanation, block: str, question: Question | None) -> ActivationView:
    """Read the block's channels from the forward pass; compute the rest once for all blocks."""
    contribution = None
    if question is not None:
        contribution = explanation.contributions(question.explained.index, question.other)[block]
    elif link_state.get(RANKING) == Ranking.CONTRIBUTION:
        link_state.choose(RANKING, Ranking.MEAN.value)
    return ActivationView(
        block,
        question,
        explanation.channels(block),
        explanation.overview(),
        contribution,
        Ranking(link_state.get(RANKING)),
        SharedScale(link_state.get(REACH)),
    )


def filmstrip(analysis: Analysis, view: ActivationView) -> None:
    """Show the mean activation of every block."""
    network, means = analysis.network, view.overview.means
    strongest = max(float(mean.max()) for mean in means.values())
    shared = view.reach is SharedScale.NETWORK
    pictures = {
        block: sprite(mean[None], np.array([strongest if shared else mean.max()])).picture
        for block, mean in means.items()
    }
    notes = {block: f"mean activation up to {written(mean.max())}" for block, mean in means.items()}
    about(network, view.block)
    block_strip(network, view.block, Cells(pictures, notes))
    first, last = means[network.blocks[0]], means[network.blocks[-1]]
    scale = "all on one scale" if shared else "each on its own scale"
    st.caption(
        f"The mean of all channels of each block, {scale}. The grid gets coarser, from "
        f"{times(first.shape)} cells to {times(last.shape)}."
    )


def controls(analysis: Analysis, view: ActivationView) -> None:
    """Offer the number of channels, their order, their colour scale, and the class."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="sheet_row")
    with row:
        tops = {top: top for top in TOPS}
        link_widget(st.segmented_control, "Channels shown", TOP, tops, required=True)
        link_widget(
            st.segmented_control,
            "Colour scale for",
            REACH,
            _REACHES,
            required=True,
            help=with_term(
                "Own scales show each channel's pattern; a shared one shows which are weak.",
                "channel",
            ),
        )
        link_widget(
            st.selectbox,
            "Sorted by",
            RANKING,
            view.rankings,
            width=215,
            help=with_term(
                "Contribution: activation times gradient, roughly what the class would lose.",
                "feature-map",
            ),
        )
        if view.question is not None:
            with st.container(key="sheet_class"):
                searches(analysis, view.question)


def channel_sheet(view: ActivationView) -> None:
    """Show the chosen number of channels, in pages if there are many."""
    block, top = view.block, link_state.get(TOP)
    order, total = view.order, len(view.order)
    per_page = _PER_PAGE if top == _ALL else int(top)
    pages = math.ceil(total / per_page) if top == _ALL else 1
    container = st.container()
    page = 1
    if pages > 1:
        page = st.pagination(pages, key=f"sheet_page_{block}_{view.ranking}_{total}")
    start = (page - 1) * per_page
    channels = [int(channel) for channel in order[start : start + per_page]]
    values = view.values(view.ranking)
    with container:
        sheet(
            _SHEET,
            f"Channels of {block}",
            CHANNEL,
            view.channels,
            view.limits,
            [_tile(view, channel, values) for channel in channels],
            _TILES[top],
            _colour_bar(view),
        )
    st.caption(_in_words(view, start, len(channels)))


def large(photo: Photo, analysis: Analysis, view: ActivationView) -> None:
    """Show the chosen channel over the photo, its statistics, and the channels most like it."""
    channel, block = view.chosen, view.block
    channels = view.channels
    dead = " :gray-badge[dead on this photo]" if channels.dead[channel] else ""
    st.markdown(f"**Channel {channel} of {block}**{dead}")
    photo_overlay(
        photo,
        analysis.frame,
        _described_map(photo, analysis, view, channel),
        key="channel_overlay",
    )
    st.markdown(unbroken(where(channels, channel, analysis.frame)))
    with st.container(key="channel_statistics"):
        st.markdown(_statistics(view, channel))
    _similar_channels(view, channel)


def _similar_channels(view: ActivationView, channel: int) -> None:
    similar = view.channels.likest(channel, _MOST_SIMILAR)
    if similar:
        st.markdown("**Most like it** :small[:gray[by the correlation of their cells]]")
    else:
        st.caption("All its cells have the same value, so there is no pattern to compare.")
    tiles = [
        Tile(
            match.channel,
            f"r = {match.correlation:.2f}",
            f"Channel {match.channel}, correlation {match.correlation:.2f}",
        )
        for match in similar
    ]
    label = f"Channels most like channel {channel}"
    sheet(_SIMILAR, label, CHANNEL, view.channels, view.limits, tiles, 50, chosen=channel)


def _tile(view: ActivationView, channel: int, values: Map) -> Tile:
    if view.channels.dead[channel]:
        return Tile(channel, "dead", f"Channel {channel}, dead on this photo")
    value = _value(view.ranking, float(values[channel]))
    return Tile(channel, value, f"Channel {channel}, {view.title(view.ranking).lower()} {value}")


def _value(ranking: Ranking, value: float) -> str:
    return percent(value) if ranking is Ranking.ACTIVE and value else written(value)


def _colour_bar(view: ActivationView) -> ColourBar:
    if view.reach is SharedScale.OWN:
        note = "each channel on its own scale: do not compare brightness between channels"
        return ColourBar("0", "its peak", note)
    high = written(float(view.limits.max()))
    if view.reach is SharedScale.BLOCK:
        return ColourBar("0", high, "one scale for the block: dark channels are weak")
    strongest = max(view.overview.peaks, key=lambda block: view.overview.peaks[block])
    return ColourBar("0", high, f"one scale for the network, up to its peak at {strongest}")


def _in_words(view: ActivationView, start: int, count: int) -> str:
    """Describe which channels the sheet shows, and how many of the block are dead."""
    total, dead = len(view.order), int(view.channels.dead.sum())
    first = f"Number {start + 1} to {start + count}" if start else f"The first {count}"
    which = f"All {total}" if count == total else f"{first} of {total}"
    sentence = f"{which} channels, sorted by {view.title(view.ranking).lower()}."
    if not dead:
        return f"{sentence} None is dead on this photo."
    return (
        f"{sentence} {dead} of {total} {'is' if dead == 1 else 'are'} dead: no cell is above zero."
    )


def _described_map(
    photo: Photo, analysis: Analysis, view: ActivationView, channel: int
) -> DescribedMap:
    block, sentence = view.block, where(view.channels, channel, analysis.frame)
    return DescribedMap(
        view.channels.maps[channel],
        Scale(0.0, float(view.limits[channel])),
        alt=f"{photo.title} with channel {channel} of {block}. {sentence}",
        supports=f"channel {channel} is active",
        opposes="",
        unit="Activation: what the block passes on. Zero is transparent.",
        quantity="Activation",
        nothing="not active",
    )


def where(channels: Channels, channel: int, frame: Frame | None = None) -> str:
    """Describe in words where a channel is active."""
    sentence = strongest_in_words(channels.maps[channel], frame, "activation")
    if not sentence:
        return "No cell is active."
    return f"{percent(float(channels.active[channel]))} of its cells are active. {sentence}"


def _statistics(view: ActivationView, channel: int) -> str:
    total = len(view.order)
    rows = ["| | Value | Rank |", "|---|---:|---:|"]
    for ranking in view.rankings:
        values = view.values(ranking)
        rank = int(np.flatnonzero(ranked(values, view.channels.dead) == channel)[0]) + 1
        value = _value(ranking, float(values[channel]))
        rows.append(f"| {view.title(ranking)} | {value} | {rank} of {total} |")
    return "\n".join(rows)
