"""The card of a trained network, and the file that carries both."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import safe_open

from explorer.errors import WeightsError
from explorer.records import from_record

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True)
class ModelCard:
    """What a reader must know about a network that this repository trained.

    Attributes:
        variant: name in the catalogue.
        width: channels of the stem.
        labels: category names, K of them.
        parameters: how many numbers were learned.
        resize_size: pixels of the photo's short side before the crop.
        crop_size: pixels of the square input.
        mean: subtracted per colour channel, colours in 0..1.
        std: divided by, per colour channel.
        photos: how many photos the accuracies were measured on.
        top1: of these photos, in %, with the weights as the file holds them.
        top1_float32: the same before the weights were rounded to float16.
        top5: of these photos, in %.
        mean_per_class: top-1 in %, every category counting the same.
        temperature: logits are divided by it before the softmax; fitted on half of these photos.
        calibration_error: of the other half, in percentage points.
        calibration_error_before: of the other half without the temperature, in percentage points.
        confusions: what was mistaken for what most often, in words, worst first.
        samples: what it says of the app's samples whose category it knows, in words.
        limits: what it is not good for.
        recipe: how it was trained, in words.
        command: what to type to train it again.
        data: what it was trained on, with attribution.
        licence: of the data.
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

    @property
    def markdown(self) -> str:
        """The card as a page to read."""
        lists = {"mistakes": _listed(self.confusions), "seen": _listed(self.samples)}
        facts = asdict(self) | {"classes": len(self.labels), "names": ", ".join(self.labels)}
        return _PAGE.format(**facts, **lists)


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

Input: short side resized to {resize_size} pixels, centre crop of {crop_size} x {crop_size}.

Parameters: {parameters:,}.

Data: {data} Licence: {licence}.

Recipe: {recipe}

To train it again: `{command}`

Categories: {names}.
"""


def _listed(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "- none"


def save_network(module: nn.Module, card: ModelCard, path: Path) -> None:
    """Write weights, rounded to float16, and card to one safetensors file."""
    from safetensors.torch import save

    state = {name: _rounded(tensor).contiguous() for name, tensor in module.state_dict().items()}
    # Not `save_file`: it leaves a file that only its owner may read.
    path.write_bytes(save(state, metadata={"card": json.dumps(asdict(card))}))


def round_to_float16(module: nn.Module) -> None:
    """Round the weights in place as a float16 file does, so that they are judged as shipped."""
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
