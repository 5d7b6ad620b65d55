"""The accuracy of a network without each of its blocks, measured once and kept in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor
    from torch.utils.data import Dataset

    from explorer.blocks.lesions import LesionKind
    from explorer.networks.network import Network

BATCH = 64  # photos in one forward pass


@dataclass(frozen=True)
class LesionRecord:
    """The accuracy of a network on a fixed set of photos, whole and without each of its blocks.

    Attributes:
        variant: the variant's name in the catalogue.
        sha256: SHA-256 of the weights' file that was measured, in hexadecimal.
        cut: how the blocks were switched off, a value of `explorer.blocks.lesions.LesionKind`.
        photos: category -> the names of its photos.
        top1: top-1 accuracy of the whole network, in %.
        without: block name -> top-1 accuracy without the block, in %; only blocks that can be
            switched off in this way.
        command: the command that measures the record again.
    """

    variant: str
    sha256: str
    cut: str
    photos: Mapping[str, tuple[str, ...]]
    top1: float
    without: Mapping[str, float]
    command: str

    @property
    def count(self) -> int:
        """The number of photos."""
        return sum(map(len, self.photos.values()))

    @property
    def text(self) -> str:
        """The record as written to its file: a JSON object with one line for each category."""
        fields = {name: json.dumps(value) for name, value in asdict(self).items()}
        for name in ("photos", "without"):
            lines = (
                f"    {json.dumps(key)}: {json.dumps(value)}"
                for key, value in getattr(self, name).items()
            )
            fields[name] = "{\n" + ",\n".join(lines) + "\n  }"
        return "{\n" + ",\n".join(f'  "{key}": {value}' for key, value in fields.items()) + "\n}\n"


def read_lesion_record(path: Path) -> LesionRecord:
    """Read a record that `resnet-explorer train --evaluate --cuts` wrote.

    Raises:
        WeightsError: if the file is missing or is not such a record.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        photos = {category: tuple(names) for category, names in fields.pop("photos").items()}
        return LesionRecord(photos=photos, **fields)
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise WeightsError(
            f"{path.name} cannot be read; measure it again with "
            "`resnet-explorer train --evaluate FOLDER --cuts FILE`."
        ) from error


@dataclass(frozen=True)
class LesionScores:
    """How many photos a network has classified correctly so far.

    Attributes:
        done: number of photos done.
        total: number of all photos.
        correct: number of photos done that the whole network classified correctly.
        without: block name -> number of photos done that were correct without the block.
    """

    done: int
    total: int
    correct: int
    without: Mapping[str, int]

    def percent(self, correct: int) -> float:
        """Return a number of correct photos as a share of the photos done, in %."""
        return round(100 * correct / self.done, 2)


def measure_lesions(
    network: Network, photos: Dataset[tuple[Tensor, int]], cut: LesionKind
) -> Iterator[LesionScores]:
    """Count the correct predictions without each block, batch by batch.

    Args:
        network: the network; shared and only read.
        photos: pairs of a normalised photo, shape (3, H, W), and its class index.
        cut: how the blocks are switched off; blocks that do not allow it are left out.

    Yields:
        The counts after each batch; the last ones are the result.
    """
    import torch
    from torch.utils.data import DataLoader

    from explorer.blocks.lesions import logits_without, removable_blocks
    from explorer.networks.block_names import HEAD
    from explorer.networks.network import run_chain

    blocks = removable_blocks(network, cut)
    done, correct, without = 0, 0, dict.fromkeys(blocks, 0)
    loader = DataLoader(photos, BATCH)
    total = len(photos)  # type: ignore[arg-type]  # torch's Dataset does not promise a length
    for x, targets in loader:
        with torch.no_grad(), network.autocast():
            outputs = run_chain(network, x.to(network.device))
        done += len(targets)
        correct += _count_correct(outputs[HEAD], targets)
        for block in blocks:
            without[block] += _count_correct(logits_without(network, outputs, block, cut), targets)
        yield LesionScores(done, total, correct, dict(without))


def _count_correct(logits: Tensor, targets: Tensor) -> int:
    from explorer.networks.class_outputs import class_scores

    return int((class_scores(logits).argmax(1).cpu() == targets).sum())
