"""The most probable classes as bars, with a watched class marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.ui.components import component
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction

_ROW, _GAP = 30, 10  # pixels, as the style sheet has them

_list = component(__file__, "<ol></ol>")


def top_five(
    key: str, label: str, predictions: tuple[Prediction, ...], watched: Prediction
) -> None:
    """Show classes with their probabilities.

    Args:
        key: key of this list on the page.
        label: name of the list, for screen readers.
        predictions: the most probable classes, best first.
        watched: the class to mark; appended if it is not among the predictions.
    """
    indices = [prediction.index for prediction in predictions]
    listed = predictions if watched.index in indices else (*predictions, watched)
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
                for prediction in listed
            ],
        },
        height=_ROW * len(listed) + _GAP * (len(listed) - 1),
    )
