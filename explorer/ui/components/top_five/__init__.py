"""The most probable classes as bars to read, with one of them watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.components import component
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction

_list = component(__file__, "<ol></ol>")


def top_five(
    key: str, label: str, predictions: tuple[Prediction, ...], watched: Prediction
) -> None:
    """Show classes with their probabilities.

    Args:
        key: of this list on the page.
        label: what it is, for those who do not see it.
        predictions: best first.
        watched: is marked, and appended if it is none of them.
    """
    indices = [prediction.index for prediction in predictions]
    shown = predictions if watched.index in indices else (*predictions, watched)
    _list(
        key=key,
        data={
            "label": label,
            "rows": [
                {
                    "label": spoken(prediction.label),
                    "percent": percent(prediction.probability),
                    "width": 100 * prediction.probability,
                    "watched": prediction.index == watched.index,
                }
                for prediction in shown
            ],
        },
    )
