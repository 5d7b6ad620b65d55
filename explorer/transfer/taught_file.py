"""The file of a taught network: weights, card and record in one safetensors file.

It stands alone: the weights of the network that it started from are in it. The card is the one of
`explorer.weights.model_cards`, so that the file is loaded as any other that was trained here.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open

from explorer.errors import WeightsError
from explorer.json_records import from_record, to_record
from explorer.transfer.taught_record import TaughtRecord

if TYPE_CHECKING:
    from torch import Tensor

    from explorer.transfer.taught_network import Taught

CARD, RECORD = "card", "taught"  # entries of the metadata


def to_file(taught: Taught) -> bytes:
    """Write a taught network, its card and its record.

    Weights that are float16 numbers, as those of the built-in networks are, are stored as such;
    what is loaded is equal to the last bit.

    Returns:
        The content of a safetensors file.
    """
    from safetensors.torch import save

    state = {name: _stored(tensor) for name, tensor in taught.network.module.state_dict().items()}
    metadata = {CARD: json.dumps(asdict(taught.card)), RECORD: record_json(taught.record)}
    content: bytes = save(state, metadata=metadata)
    return content


def record_json(record: TaughtRecord) -> str:
    """Write a record as JSON, for files that carry it."""
    return json.dumps(to_record(record), ensure_ascii=False)


def read_record(path: Path) -> TaughtRecord:
    """Read the record of a file that `to_file` wrote.

    Raises:
        WeightsError: if the file carries no record, or a damaged one.
    """
    try:
        with safe_open(path, framework="np") as file:  # the header needs no torch
            metadata = file.metadata() or {}
        return from_record(TaughtRecord, json.loads(metadata[RECORD]))
    except KeyError as error:
        raise WeightsError(
            f"{path.name} does not say how it was taught; take a file that `resnet-explorer teach` "
            "or the page Teach wrote."
        ) from error
    except (OSError, SafetensorError, ValueError, RecursionError) as error:
        raise WeightsError(
            f"The record in {path.name} is damaged. Save or copy the network again."
        ) from error


def _stored(tensor: Tensor) -> Tensor:
    """Return a tensor as it is stored: as float16 where that loses nothing."""
    import torch

    tensor = tensor.detach().cpu().contiguous()
    if not tensor.is_floating_point():
        return tensor
    half = tensor.half()
    return half if torch.equal(half.to(tensor.dtype), tensor) else tensor
