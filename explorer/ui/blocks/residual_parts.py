"""The parts of a residual block: shortcut, branch, sum and output on one scale."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.array_types import Map
from explorer.explain.evidence_in_words import strongest_in_words
from explorer.figures.explain.crops import cut_out
from explorer.figures.explain.heatmaps import Scale, colour_bar, draw
from explorer.figures.pictures import png
from explorer.ui.blocks.link_choices import CHANNEL
from explorer.ui.components import packed, pictures
from explorer.ui.components.block_bars import BarSeries, BarTone, BlockBar, block_bars
from explorer.ui.components.block_equation import block_equation
from explorer.ui.components.block_strip import Cells, about, block_strip
from explorer.ui.frame import link_state
from explorer.ui.frame.help_texts import with_term
from explorer.wording import times, unbroken, written

if TYPE_CHECKING:
    from explorer.blocks.residual_parts import Balance, BlockParts
    from explorer.explain.analysis import Analysis
    from explorer.networks.network import Network
    from explorer.ui.explain.block_findings import BlockFindings
    from explorer.ui.photos.session_photos import Photo

_CHANNEL, _MEAN = "anatomy_channel", -1
_ARROW = "\N{RIGHTWARDS ARROW}"


def choose_block(network: Network, block: str, cut: Collection[str]) -> None:
    """Draw the network with its switched-off blocks; the stem, which has no parts, stays fixed."""
    about(network, block)
    block_strip(network, block, Cells(cut=cut, still=("stem",)))


def equation(photo: Photo, analysis: Analysis, study: BlockFindings, block: str) -> None:
    """Show x + F(x) = sum, and the output, for the mean of the channels or for one channel."""
    from explorer.blocks.residual_parts import in_words

    with st.container():  # holds the wait message, so that nothing below moves and loses the focus
        parts = study.parts(block)
    channel = _pick_channel(parts)
    terms = _terms(parts, channel)
    high = max(float(np.abs(term.values).max()) for term in terms)
    scale = Scale.up_to(high, signed=True)
    photo_crop = cut_out(photo.shown, analysis.frame)
    block_equation(
        key="block_parts",
        data=packed(
            {
                "pictures": pictures(
                    photo_crop,
                    *(png(draw(term.values, scale).convert("RGB")) for term in terms),
                    png(colour_bar(signed=True).convert("RGB")),
                ),
                "parts": [_photo_part(photo), *(term.entry for term in terms)],
                "ends": {"low": written(-high), "middle": "0", "high": written(high)},
            }
        ),
    )
    st.markdown(unbroken(in_words(block, parts.balance)))
    st.caption(_reading(parts, channel))


def all_blocks(study: BlockFindings, block: str) -> None:
    """Show the norms of shortcut and branch in every block, as bars and in words."""
    from explorer.blocks.residual_parts import in_words

    with st.container():  # holds the wait message
        balances = study.balances()
    columns = [
        BlockBar(
            name,
            (balance.shortcut, balance.branch),
            _ratio(balance),
            f"shortcut {written(balance.shortcut)}, branch {written(balance.branch)}, "
            f"ratio {_ratio(balance)}, cosine {written(round(balance.cosine, 2))}",
        )
        for name, balance in balances.items()
    ]
    st.subheader("How much does each block change its input?", anchor=False)
    series = (
        BarSeries("norm of the shortcut", BarTone.QUIET),
        BarSeries("norm of F(x)", BarTone.ACCENT),
    )
    block_bars("balance_chart", "Norms of shortcut and branch by block", series, columns, block)
    st.caption(_extremes(balances))
    with st.expander("Every block in one sentence", icon=":material/notes:"):
        st.markdown("\n".join(f"- {in_words(name, balance)}" for name, balance in balances.items()))


@dataclass(frozen=True, eq=False)
class _Term:
    """One picture of the equation.

    Attributes:
        sign: the sign or arrow before the picture; "" for none.
        title: name of the term.
        values: values of the term, shape (h, w).
        whose: the channels of the values, e.g. "mean of 128 channels".
    """

    sign: str
    title: str
    values: Map
    whose: str

    @property
    def entry(self) -> dict[str, object]:
        ends = f"{written(float(self.values.min()))} to {written(float(self.values.max()))}"
        return {
            "sign": self.sign,
            "title": self.title,
            "note": f"{times(self.values.shape)} cells, {ends}",
            "alt": f"{self.title}, {self.whose}: values from {ends}. {self._where}",
            "smooth": False,
        }

    @property
    def _where(self) -> str:
        sentence = strongest_in_words(self.values, None, "part above zero")
        return sentence or "Nothing is above zero."


def _photo_part(photo: Photo) -> dict[str, object]:
    return {
        "sign": "",
        "title": "Photo",
        "note": "what the network sees",
        "alt": f"{photo.title}, the part that the network sees",
        "smooth": True,
    }


def _terms(parts: BlockParts, channel: int | None) -> list[_Term]:
    from explorer.blocks.residual_parts import plane

    def term(sign: str, title: str, part: str) -> _Term:
        values = getattr(parts, part)
        whose = f"mean of {len(values)} channels" if channel is None else f"channel {channel}"
        return _Term(sign, title, plane(values, channel), whose)

    shortcut = "P(x), the projection" if parts.projected else "x, the shortcut"
    terms = [
        term(_ARROW if parts.projected and channel is None else "", shortcut, "shortcut"),
        term("+", "F(x), the branch", "branch"),
        term("=", "P(x) + F(x)" if parts.projected else "x + F(x)", "total"),
        term(_ARROW, "Output, after the ReLU", "output"),
    ]
    if parts.projected and channel is None:  # x has different channels
        return [term("", "x, the input", "x"), *terms]
    return terms


def _pick_channel(parts: BlockParts) -> int | None:
    """Offer the mean and every channel, sorted by how much the branch adds to it."""
    value = link_state.get(CHANNEL)
    is_valid = value.isdecimal() and int(value) < len(parts.channels)
    st.session_state[_CHANNEL] = int(value) if is_valid else _MEAN
    norms = parts.branch.flatten(1).norm(dim=1).tolist()
    chosen: int = st.selectbox(
        "Channel",
        [_MEAN, *parts.channels],
        format_func=lambda channel: (
            f"Mean of all {len(norms)} channels"
            if channel == _MEAN
            else f"Channel {channel}, norm of F(x) {written(norms[channel])}"
        ),
        key=_CHANNEL,
        on_change=_keep_channel,
        width=320,
        help=with_term(
            "Sorted by how much the branch adds to each channel on this photo.", "branch"
        ),
    )
    return None if chosen == _MEAN else chosen


def _keep_channel() -> None:
    channel = st.session_state[_CHANNEL]
    link_state.choose(CHANNEL, "" if channel == _MEAN else str(channel))


def _reading(parts: BlockParts, channel: int | None) -> str:
    text = "One scale for all pictures: red to yellow is above zero, blue below, black is zero."
    if channel is None:
        text += " Each shows the mean of its channels; for the output, the mean after the ReLU."
    if not parts.projected:
        return text
    before, after = times(parts.x.shape), times(parts.shortcut.shape)
    omission = "" if channel is None else " x has different channels, so it is not shown."
    return f"{text} The projection turns x, {before}, into {after}.{omission}"


def _ratio(balance: Balance) -> str:
    return f"{balance.ratio:.2f}" if np.isfinite(balance.ratio) else "\N{INFINITY}"


def _extremes(balances: Mapping[str, Balance]) -> str:
    closest = min(balances, key=lambda block: balances[block].ratio)
    farthest = max(balances, key=lambda block: balances[block].ratio)
    return (
        "The number over each block is the norm of F(x) divided by that of its shortcut: "
        f"the smaller it is, the less the block changes its input. Least: {closest} "
        f"({_ratio(balances[closest])}); most: {farthest} ({_ratio(balances[farthest])})."
    )
