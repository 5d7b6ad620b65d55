"""Bar charts as HTML with labels and values, for a few bars, on phones and in print."""

from __future__ import annotations

from html import escape

from explorer.lessons.claims import BarFigure


def bars(figure: BarFigure) -> str:
    """Draw amounts as bars from zero; the colours come from the page's style sheet."""
    largest = max(amount.value for amount in figure.amounts)
    rows = "".join(
        f'<div class="amount{" strong" if amount.strong else ""}">'
        f'<span class="label">{escape(amount.label)}</span>'
        f'<span class="track"><span class="bar" style="width: {100 * amount.value / largest:.1f}%">'
        f'</span></span><span class="value">{escape(amount.text)}</span></div>'
        for amount in figure.amounts
    )
    return (
        f'<div class="amounts" role="img" aria-label="{escape(figure.alt)}">'
        f'<div class="heading">{escape(figure.title)}</div>{rows}</div>'
    )
