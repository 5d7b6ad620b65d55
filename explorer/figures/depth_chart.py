"""What each depth of the built-in networks reaches."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.cards import Card
from explorer.figures.charts import Axis, Chart, Mark, Series


def accuracy_by_depth(found: Sequence[tuple[int, Card]]) -> Chart:
    """Lay out two accuracies against depth.

    Args:
        found: depth in layers, and the card of the network, in order of depth.
    """
    top1 = Series("Top-1", tuple(_mark(n, card.top1) for n, card in found), True)
    fair = Series("Mean per class", tuple(_mark(n, card.mean_per_class) for n, card in found), True)
    ticks = tuple((float(n), str(n)) for n, _ in found)
    best = max(found, key=lambda one: one[1].top1)
    told = ", ".join(f"ResNet-{n} {card.top1:.1f} %" for n, card in found)
    return Chart(
        heading="Accuracy of the built-in networks by depth",
        x=Axis("Layers", multiples=True, ticks=ticks),
        y=Axis("Validation photos right (%)"),
        series=(top1, fair),
        reading=(
            f"All of one recipe, on the same {best[1].photos:,} validation photos; "
            "mean per class counts every category the same."
        ),
        alt=f"Top-1 of the built-in networks: {told}. Best: ResNet-{best[0]}.",
    )


def _mark(layers: int, value: float) -> Mark:
    return Mark(layers, value, f"ResNet-{layers}", f"{value:.1f}", f"{value:.2f} %")
