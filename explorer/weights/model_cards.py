"""The model card of a trained network, and the file that holds the network and its card."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import safe_open

from explorer.errors import WeightsError
from explorer.json_records import from_record

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class ModelCard:
    """What a reader must know about a network that this repository trained.

    Attributes:
        variant: name of the variant in the catalogue.
        width: number of channels of the stem.
        labels: category names, K of them.
        parameters: number of learned parameters.
        resize_size: short side of the resized photo before the crop, in pixels.
        crop_size: side of the square input, in pixels.
        mean: mean subtracted from each colour channel, for colours in 0..1.
        std: standard deviation that each colour channel is divided by, for colours in 0..1.
        photos: number of validation photos that the accuracies were measured on.
        top1: top-1 accuracy in %, with the weights as they are in the file.
        top1_float32: top-1 accuracy in % before the weights were rounded to float16.
        top5: top-5 accuracy in %.
        mean_per_class: top-1 accuracy in %, averaged over the categories.
        temperature: divisor of the logits before the softmax, fitted on half of the photos.
        calibration_error: expected calibration error on the other half, in percentage points.
        calibration_error_before: the same error without the temperature, in percentage points.
        confusions: most frequent confusions in words, worst first.
        samples: predictions for the app's samples whose category the network knows, in words.
        limits: purposes that the network is not good for.
        recipe: training recipe in words.
        command: command that trains the network again.
        data: training data, with attribution.
        licence: licence of the training data.
        squash: whether the whole photo is squashed into the square, instead of cropped.
    """

    variant: str
    width: int
    labels: tuple[str, ...]
    parameters: int
    resize_size: int
    crop_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    photos: int
    top1: float
    top1_float32: float
    top5: float
    mean_per_class: float
    temperature: float
    calibration_error: float
    calibration_error_before: float
    confusions: tuple[str, ...]
    samples: tuple[str, ...]
    limits: str
    recipe: str
    command: str
    data: str
    licence: str
    squash: bool = False

    @property
    def markdown(self) -> str:
        """The card as a Markdown page."""
        lists = {"mistakes": _bulleted(self.confusions), "seen": _bulleted(self.samples)}
        facts = asdict(self) | {"classes": len(self.labels), "names": ", ".join(self.labels)}
        return _PAGE.format(**facts, **lists, input=self.input_in_words)

    @property
    def input_in_words(self) -> str:
        """How a photo becomes the network's input."""
        square = f"{self.crop_size} x {self.crop_size}"
        if self.squash:
            return f"the whole photo, squashed to {square} pixels"
        return f"short side resized to {self.resize_size} pixels, centre crop of {square}"


_PAGE = """# {variant}, width {width}, {classes} categories

| measured on {photos:,} validation photos at {crop_size} pixels | |
|---|---|
| top-1 | {top1:.2f} % |
| top-1 before the weights were rounded to float16 | {top1_float32:.2f} % |
| top-5 | {top5:.2f} % |
| mean per class | {mean_per_class:.2f} % |
| expected calibration error, as trained | {calibration_error_before:.2f} points |
| expected calibration error, logits divided by {temperature:.3f} | {calibration_error:.2f} points |

The temperature was fitted on one half of these photos, both errors belong to the other half.

Most frequent mistakes:

{mistakes}

The app's own samples:

{seen}

Not good for: {limits}

Input: {input}.

Parameters: {parameters:,}.

Data: {data} Licence: {licence}.

Recipe: {recipe}

To train it again: `{command}`

Categories: {names}.
"""


def _bulleted(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "- none"


def save_network(module: nn.Module, card: ModelCard, path: Path) -> None:
    """Write the weights, rounded to float16, and the card to one safetensors file."""
    from safetensors.torch import save

    state = {name: _rounded(tensor).contiguous() for name, tensor in module.state_dict().items()}
    # Not `save_file`: it makes the file readable by its owner only.
    path.write_bytes(save(state, metadata={"card": json.dumps(asdict(card))}))


def round_to_float16(module: nn.Module) -> None:
    """Round the weights in place as a float16 file does, to evaluate them as they ship."""
    module.load_state_dict(
        {name: _rounded(t).to(t.dtype) for name, t in module.state_dict().items()}
    )


def read_card(path: Path) -> ModelCard:
    """Read the card of a file that `save_network` wrote.

    Raises:
        WeightsError: if the file carries no card, or a damaged one.
    """
    with safe_open(path, framework="np") as file:  # the header needs no torch
        metadata = file.metadata() or {}
    if "card" not in metadata:
        raise WeightsError(
            f"{path.name} carries no card; take a file that `resnet-explorer train` wrote."
        )
    try:
        return from_record(ModelCard, json.loads(metadata["card"]))
    except (ValueError, RecursionError) as error:
        raise WeightsError(
            f"The card in {path.name} is damaged. Save the weights without it."
        ) from error


def _rounded(tensor: Tensor) -> Tensor:
    return tensor.half() if tensor.is_floating_point() else tensor.long()
