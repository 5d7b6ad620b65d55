"""What every block computes on a photo: a filmstrip, a sheet of channels, and one of them large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.blocks.activations import ChannelScale, Ranking, ranked
from explorer.explain.evidence import EVERYWHERE, concentration
from explorer.figures.blocks.channel_sprites import sprite
from explorer.figures.explain.heatmaps import Scale
from explorer.ui.blocks.channel_grid import ColourBar, Tile, sheet
from explorer.ui.components.block_strip import LEGEND, Cells, about, block_strip
from explorer.ui.components.photo_overlay import DescribedMap, photo_overlay
from explorer.ui.explain.prediction import searches
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.ui.frame.link_widgets import link_widget
from explorer.wording import percent, times, written

if TYPE_CHECKING:
    from explorer.blocks.activations import Channels, Overview
    from explorer.explain.analysis import Analysis
    from explorer.ui.explain.latest_explanation import Explanation
    from explorer.ui.explain.question import Question
    from explorer.ui.photos.session_photos import Photo

_SHEET, _LIKEST = "channel_sheet", "channel_likest"
_ALL, _PER_PAGE = "all", 128  # so that no sheet is larger than 400 kB before it is compressed
_TILES = {"16": 84, "64": 60, _ALL: 60}  # pixels
_MOST_LIKE = 6
_TITLES = {
    Ranking.CONTRIBUTION: "Contribution to the class",
    Ranking.MEAN: "Mean activation",
    Ranking.PEAK: "Peak",
    Ranking.ACTIVE: "Share of active cells",
}
_REACHES = {
    ChannelScale.OWN: "channel",
    ChannelScale.BLOCK: "block",
    ChannelScale.NETWORK: "network",
}
Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ActivationView:
    """The channels of the chosen block, and in which order they are looked at.

    Attributes:
        question: the class and the block.
        channels: of that block.
        overview: of the whole network.
        contribution: of each channel to the class, shape (C,).
        ranking: what puts them in order.
        reach: which of them share a scale.
    """

    question: Question
    channels: Channels
    overview: Overview
    contribution: Values
    ranking: Ranking
    reach: ChannelScale

    @property
    def order(self) -> NDArray[np.intp]:
        """The channels by the chosen ranking, shape (C,)."""
        return ranked(self.values(self.ranking), self.channels.dead)

    @property
    def limits(self) -> Values:
        """The value of the strongest colour of each channel, shape (C,)."""
        return self.channels.limits(self.reach, max(self.overview.peaks.values()))

    @property
    def chosen(self) -> int:
        """The channel that the reader chose if this block has it; else the first in order."""
        asked = link_state.get(link_state.CHANNEL)
        number = int(asked) if asked.isdecimal() and len(asked) <= 4 else -1
        return number if 0 <= number < len(self.channels.maps) else int(self.order[0])

    def values(self, ranking: Ranking) -> Values:
        """Return what a ranking goes by, shape (C,)."""
        return {
            Ranking.CONTRIBUTION: self.contribution,
            Ranking.MEAN: self.channels.mean,
            Ranking.PEAK: self.channels.peak,
            Ranking.ACTIVE: self.channels.active,
        }[ranking]

    def title(self, ranking: Ranking) -> str:
        """Name a ranking, with the class that it is about."""
        if ranking is Ranking.CONTRIBUTION:
            return f"Contribution to {self.question.title}"
        return _TITLES[ranking]


def look(explanation: Explanation, question: Question) -> ActivationView:
    """Take the chosen block's channels from the pass; the rest is computed once for all blocks."""
    contributions = explanation.contributions(question.explained.index, question.other)
    return ActivationView(
        question,
        explanation.channels(question.block),
        explanation.overview(),
        contributions[question.block],
        Ranking(link_state.get(link_state.RANKING)),
        ChannelScale(link_state.get(link_state.REACH)),
    )


def filmstrip(analysis: Analysis, seen: ActivationView) -> None:
    """Show the mean activation of every block: the photo becoming abstract."""
    network, means = analysis.network, seen.overview.means
    strongest = max(float(mean.max()) for mean in means.values())
    shared = seen.reach is ChannelScale.NETWORK
    drawn = {
        block: sprite(mean[None], np.array([strongest if shared else mean.max()])).picture
        for block, mean in means.items()
    }
    notes = {block: f"mean activation up to {written(mean.max())}" for block, mean in means.items()}
    about(network, seen.question.block)
    block_strip(network, seen.question.block, Cells(drawn, notes))
    first, last = means[network.blocks[0]], means[network.blocks[-1]]
    scale = "all on one scale" if shared else "each on its own scale"
    st.caption(
        f"The mean of all channels of each block, {scale}: the photo becomes abstract, "
        f"from {times(first.shape)} cells to {times(last.shape)}. {LEGEND}"
    )


def controls(analysis: Analysis, seen: ActivationView) -> None:
    """Offer how many channels to show, in which order and colours, and the class they speak for."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="sheet_row")
    with row:
        tops = {top: top for top in link_state.TOPS}
        link_widget(st.segmented_control, "Channels shown", link_state.TOP, tops, required=True)
        link_widget(
            st.segmented_control,
            "One scale for",
            link_state.REACH,
            _REACHES,
            required=True,
            help=with_term(
                "Own scales show patterns; a shared one shows which channels are weak.", "channel"
            ),
        )
        link_widget(
            st.selectbox,
            "Sorted by",
            link_state.RANKING,
            _TITLES,
            width=215,
            help=with_term(
                "Contribution: gradient times activation, what the class loses without it.",
                "feature-map",
            ),
        )
        with st.container(key="sheet_class"):
            searches(analysis, seen.question)


def channel_sheet(seen: ActivationView) -> None:
    """Show the channels that were asked for, page by page where there are many."""
    block, top = seen.question.block, link_state.get(link_state.TOP)
    order, total = seen.order, len(seen.order)
    per_page = _PER_PAGE if top == _ALL else int(top)
    pages = math.ceil(total / per_page) if top == _ALL else 1
    place = st.container()
    page = 1
    if pages > 1:
        page = st.pagination(pages, key=f"sheet_page_{block}_{seen.ranking}_{total}")
    start = (page - 1) * per_page
    shown = [int(channel) for channel in order[start : start + per_page]]
    values = seen.values(seen.ranking)
    with place:
        sheet(
            _SHEET,
            f"Channels of {block}",
            seen.channels,
            seen.limits,
            [_tile(seen, channel, values) for channel in shown],
            _TILES[top],
            _bar(seen),
        )
    st.caption(_in_words(seen, start, len(shown)))


def large(photo: Photo, analysis: Analysis, seen: ActivationView) -> None:
    """Show the chosen channel over the photo, its statistics, and the channels most like it."""
    channel, block = seen.chosen, seen.question.block
    found = seen.channels
    dead = " :gray-badge[dead on this photo]" if found.dead[channel] else ""
    st.markdown(f"**Channel {channel} of {block}**{dead}")
    photo_overlay(photo, analysis.frame, _shown(photo, seen, channel), key="channel_overlay")
    st.markdown(where(found, channel))
    with st.container(key="channel_statistics"):
        st.markdown(_statistics(seen, channel))
    _most_like(seen, channel)


def _most_like(seen: ActivationView, channel: int) -> None:
    likest = seen.channels.likest(channel, _MOST_LIKE)
    if likest:
        st.markdown("**Most like it** :small[:gray[by the correlation of their cells]]")
    else:
        st.caption("Its cells are all alike, so no channel has the same pattern.")
    tiles = [
        Tile(
            one.channel,
            f"r = {one.correlation:.2f}",
            f"Channel {one.channel}, correlation {one.correlation:.2f}",
        )
        for one in likest
    ]
    label = f"Channels most like channel {channel}"
    sheet(_LIKEST, label, seen.channels, seen.limits, tiles, 50, chosen=channel)


def _tile(seen: ActivationView, channel: int, values: Values) -> Tile:
    if seen.channels.dead[channel]:
        return Tile(channel, "dead", f"Channel {channel}, dead on this photo")
    value = _value(seen.ranking, float(values[channel]))
    return Tile(channel, value, f"Channel {channel}, {seen.title(seen.ranking).lower()} {value}")


def _value(ranking: Ranking, value: float) -> str:
    return percent(value) if ranking is Ranking.ACTIVE and value else written(value)


def _bar(seen: ActivationView) -> ColourBar:
    if seen.reach is ChannelScale.OWN:
        note = "own scales: brightness does not compare between channels"
        return ColourBar("0", "its peak", note)
    high = written(float(seen.limits.max()))
    if seen.reach is ChannelScale.BLOCK:
        return ColourBar("0", high, "one scale for the block: dark channels are weak")
    strongest = max(seen.overview.peaks, key=lambda block: seen.overview.peaks[block])
    return ColourBar("0", high, f"one scale for the network, up to its peak at {strongest}")


def _in_words(seen: ActivationView, start: int, shown: int) -> str:
    """Say which channels the sheet holds, and how many of the block are dead."""
    total, dead = len(seen.order), int(seen.channels.dead.sum())
    first = f"Number {start + 1} to {start + shown}" if start else f"The first {shown}"
    which = f"All {total}" if shown == total else f"{first} of {total}"
    said = f"{which} channels, sorted by {seen.title(seen.ranking).lower()}."
    if not dead:
        return f"{said} None is dead on this photo."
    return f"{said} {dead} of {total} {'is' if dead == 1 else 'are'} dead: no cell is above zero."


def _shown(photo: Photo, seen: ActivationView, channel: int) -> DescribedMap:
    block = seen.question.block
    return DescribedMap(
        seen.channels.maps[channel],
        Scale(0.0, float(seen.limits[channel])),
        alt=f"{photo.title} with channel {channel} of {block}. {where(seen.channels, channel)}",
        supports=f"channel {channel} is active",
        opposes="",
        unit="Activation: what the block passes on. Zero is transparent.",
        quantity="Activation",
        nothing="not active",
    )


def where(found: Channels, channel: int) -> str:
    """Say in words where a channel is active."""
    region = concentration(found.maps[channel])
    if region is None:
        return "No cell is active."
    active = f"{percent(float(found.active[channel]))} of its cells are active"
    if region.name == EVERYWHERE:
        return f"{active}; the activation is spread over the whole input."
    return f"{active}; {100 * region.share:.0f} % of the activation lies in the {region.name}."


def _statistics(seen: ActivationView, channel: int) -> str:
    total = len(seen.order)
    rows = ["| | Value | Rank |", "|---|---:|---:|"]
    for ranking in Ranking:
        values = seen.values(ranking)
        rank = int(np.flatnonzero(ranked(values, seen.channels.dead) == channel)[0]) + 1
        value = _value(ranking, float(values[channel]))
        rows.append(f"| {seen.title(ranking)} | {value} | {rank} of {total} |")
    return "\n".join(rows)
