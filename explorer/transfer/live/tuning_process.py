"""The process that fine-tunes: what the parent sends to it, and what it does.

`python -m explorer.transfer.live.tuning_process` reads a request from its standard input: a line of
JSON, then the weights as safetensors, then the pixels of each photo. It writes a line of JSON for
each epoch. The weights of the best epoch lie in the folder that the request names, so that they are
there whenever the process is stopped. Photos are written to no disk.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import safetensors.torch
import torch
from PIL import Image
from torch import nn

from explorer.atomic_write import atomic_write
from explorer.json_records import from_record, to_record
from explorer.networks.architectures import Architecture
from explorer.networks.heads import Head
from explorer.networks.network import Network
from explorer.networks.variants import find_variant
from explorer.pausable_process import follow_commands
from explorer.photos.class_folders import PhotoFolder
from explorer.photos.geometry import Preprocessing, resized_size
from explorer.transfer.fine_tuning import FineTuning, TuningPlan, resized
from explorer.transfer.labelled_photos import Indices, LabelledPhotos
from explorer.transfer.splits import Split
from explorer.weights.untrained import untrained_copy

COMMAND = (
    sys.executable,
    "-P",
    "-m",
    "explorer.transfer.live.tuning_process",
)  # -P: not from the current folder
BEST = "best.safetensors"
_NICE = 15  # lower priority than the app itself


@dataclass(frozen=True)
class PhotoShape:
    """What must be known of a photo beside its pixels.

    Attributes:
        rows: number of rows.
        columns: number of columns.
        target: index of its class.
    """

    rows: int
    columns: int
    target: int


@dataclass(frozen=True)
class TuningRequest:
    """What to train.

    Attributes:
        variant: name of the variant.
        width: number of channels of the stem.
        head: what follows the last block; None for torchvision's pooling and one linear layer.
        labels: class labels, K of them.
        preprocessing: preprocessing of the photos.
        plan: how it is trained.
        device: device to train on.
        learn: photos to learn from, in the order in which their pixels follow.
        choose: photos to choose the best epoch on, which follow after these.
        weights: size of the weights that come before all photos, in bytes.
        folder: folder for the weights of the best epoch.
    """

    variant: str
    width: int
    head: Head | None
    labels: tuple[str, ...]
    preprocessing: Preprocessing
    plan: TuningPlan
    device: str
    learn: tuple[PhotoShape, ...]
    choose: tuple[PhotoShape, ...]
    weights: int
    folder: str


def send(
    network: Network,
    photos: LabelledPhotos,
    split: Split,
    plan: TuningPlan,
    folder: Path,
    stream: IO[bytes],
) -> None:
    """Write a request, photo by photo, so that no second copy of all photos is in memory.

    Args:
        network: network with a head for the classes of the photos.
        photos: the photos.
        split: which of them are for what.
        plan: how it is trained.
        folder: folder for the weights of the best epoch.
        stream: input of the process.
    """
    weights, preprocessing = network.weights, network.weights.preprocessing
    state = safetensors.torch.save(
        {name: tensor.cpu().contiguous() for name, tensor in network.module.state_dict().items()}
    )
    request = TuningRequest(
        variant=network.variant.name,
        width=weights.width,
        head=weights.head,
        labels=weights.labels,
        preprocessing=preprocessing,
        plan=plan,
        device=str(network.device),
        learn=_shapes(photos, split.learn, preprocessing),
        choose=_shapes(photos, split.choose, preprocessing),
        weights=len(state),
        folder=str(folder),
    )
    stream.write(json.dumps(to_record(request)).encode() + b"\n")
    stream.write(state)
    for at in (*split.learn, *split.choose):
        stream.write(resized(photos.photos[at], preprocessing).tobytes())


def _shapes(
    photos: LabelledPhotos, indices: Indices, preprocessing: Preprocessing
) -> tuple[PhotoShape, ...]:
    return tuple(
        PhotoShape(*resized_size(photos.photos[at], preprocessing), int(photos.classes[at]))
        for at in indices
    )


def receive(
    stream: IO[bytes], before_step: Callable[[], object]
) -> tuple[TuningRequest, FineTuning]:
    """Read a request, and prepare the training."""
    request = from_record(TuningRequest, json.loads(stream.readline()))
    architecture = Architecture(
        find_variant(request.variant), request.width, len(request.labels), request.head
    )
    module = architecture.assemble(safetensors.torch.load(_exactly(stream, request.weights)))
    if request.plan.from_scratch:
        module = untrained_copy(module, request.plan.recipe.seed)
    learn, choose = (
        _photos(stream, request.labels, shapes) for shapes in (request.learn, request.choose)
    )
    tuning = FineTuning(
        module.to(torch.device(request.device)),
        request.preprocessing,
        learn,
        choose if request.choose else None,
        request.plan,
        before_step=before_step,
    )
    return request, tuning


def _photos(
    stream: IO[bytes], labels: tuple[str, ...], shapes: Sequence[PhotoShape]
) -> PhotoFolder:
    return PhotoFolder(
        labels=labels,
        photos=tuple(
            Image.frombytes(
                "RGB",
                (shape.columns, shape.rows),
                _exactly(stream, 3 * shape.rows * shape.columns),
            )
            for shape in shapes
        ),
        targets=tuple(shape.target for shape in shapes),
    )


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("the parent is gone")
    return content


def keep(module: nn.Module, folder: Path) -> None:
    """Write the weights of the best epoch; whoever reads them finds a whole file."""
    state = {name: tensor.cpu().contiguous() for name, tensor in module.state_dict().items()}
    with atomic_write(folder / BEST) as partial:
        partial.write_bytes(safetensors.torch.save(state))


def best(network: Network, folder: Path) -> nn.Module | None:
    """Return a copy of a network with the weights of the best epoch; None if there is none yet."""
    path = folder / BEST
    if not path.is_file():
        return None
    module = network.private_module()
    module.load_state_dict(safetensors.torch.load(path.read_bytes()), assign=True)
    return module.to(network.device).eval().requires_grad_(False)


def main() -> None:
    """Train, and write every epoch."""
    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_NICE)
    torch.set_num_threads(1)
    running = threading.Event()
    request, tuning = receive(sys.stdin.buffer, running.wait)
    follow_commands(sys.stdin, running)
    for epoch in tuning.run():
        if epoch.is_best:
            keep(tuning.module, Path(request.folder))
        print(json.dumps(to_record(epoch)), flush=True)


if __name__ == "__main__":
    main()
