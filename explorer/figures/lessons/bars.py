"""Bars with their values beside them, as HTML: few, labelled, readable on a phone and in print."""

from __future__ import annotations

from html import escape

from explorer.lessons.claims import BarFigure


def bars(figure: BarFigure) -> str:
    """Draw amounts as bars from zero; colours come from the style sheet that shows them."""
    most = max(one.value for one in figure.amounts)
    rows = "".join(
        f'<div class="amount{" strong" if one.strong else ""}">'
        f'<span class="label">{escape(one.label)}</span>'
        f'<span class="track"><span class="bar" style="width: {100 * one.value / most:.1f}%">'
        f'</span></span><span class="value">{escape(one.text)}</span></div>'
        for one in figure.amounts
    )
    return (
        f'<div class="amounts" role="img" aria-label="{escape(figure.alt)}">'
        f'<div class="heading">{escape(figure.title)}</div>{rows}</div>'
    )
