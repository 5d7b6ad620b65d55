"""The card of a taught network as one HTML file that opens in any browser, without the internet."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.figures.html_template import template_beside
from explorer.networks.onnx_export import OnnxCheck
from explorer.networks.variants import find_variant
from explorer.transfer.taught_record import TaughtRecord
from explorer.weights.model_cards import ModelCard
from explorer.wording import percent, written

_SPACE = "\N{NO-BREAK SPACE}"


def card_html(record: TaughtRecord, card: ModelCard, onnx: OnnxCheck | None = None) -> bytes:
    """Write the card.

    Args:
        record: how the network was taught, and how good it is.
        card: what else a reader must know of it.
        onnx: how its ONNX file compares with it; None if there is none.

    Returns:
        HTML in UTF-8.
    """
    title = f"{find_variant(record.variant).title} for {len(record.classes)} classes"
    template = template_beside(__file__, "taught_card.html", {"percent": percent})
    return template.render(
        title=title,
        record=record,
        card=card,
        accuracy=record.accuracy,
        facts=list(_facts(record, card, onnx)),
    ).encode()


def _facts(
    record: TaughtRecord, card: ModelCard, onnx: OnnxCheck | None
) -> Iterator[tuple[str, str]]:
    """Yield names and values of what one needs to use the network or to teach it again."""
    yield "Input", card.input_in_words
    yield "Colours", f"minus {_numbers(card.mean)}, divided by {_numbers(card.std)}"
    yield "Temperature", f"logits are divided by {written(card.temperature)}"
    yield (
        "Calibration",
        f"probabilities are off by {card.calibration_error:.1f} points on average "
        f"({card.calibration_error_before:.1f} without the temperature)",
    )
    yield "Parameters", f"{card.parameters:,}"
    yield "Started from", record.base
    if record.base_sha256:
        yield "Its SHA-256", record.base_sha256
    if onnx is not None:
        yield "ONNX file", onnx.in_words
    yield "Made", f"{record.date}, in {record.seconds:.0f}{_SPACE}s, with seed {record.seed}"
    yield "Versions", ", ".join(f"{name} {number}" for name, number in record.versions.items())
    yield "To teach it again", card.command


def _numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)
