"""The photos of a set that excite a channel most, and where in each of them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explorer.array_types import Map
from explorer.errors import RequestError
from explorer.features.extraction import BATCH, Progress, View, extract_view
from explorer.features.feature_store import FeatureStore
from explorer.networks.layer_summary import layer_summary
from explorer.networks.network import Network
from explorer.networks.receptive_fields import Extent, ReceptiveField
from explorer.photos.geometry import Frame, Framing, frame

MOST = 9  # photos that are shown of a channel


@dataclass(frozen=True)
class ExcitingPhoto:
    """A photo that excites a channel, and the place that does.

    Attributes:
        index: index of the photo in the set.
        activation: largest value of the channel on the photo, after the block's last ReLU.
        row: row of the cell that has it, on the block's grid.
        column: column of the cell.
        box: left, upper, right and lower edge of the part of the photo that the cell depends on, in
            its pixels, as `Image.crop` takes it.
        cell: left, upper, right and lower edge of the cell itself, as parts of the box's sides. The
            receptive field of a late block is the whole input; this is where in it the cell lies.
    """

    index: int
    activation: float
    row: int
    column: int
    box: tuple[int, int, int, int]
    cell: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class ChannelPeaks:
    """The largest value of every channel of a block on each photo of a set.

    Attributes:
        block: name of the block.
        values: largest value of each channel, shape (N, C).
        cells: index of the cell that has it, counted row by row, shape (N, C).
        columns: number of columns of the block's grid.
        framing: how the photos became the network's input.
    """

    block: str
    values: Map
    cells: Map
    columns: int
    framing: Framing


def channel_peaks(
    network: Network,
    photos: Sequence[Image.Image],
    digests: Sequence[str],
    block: str,
    framing: Framing = Framing.CROP,
    store: FeatureStore | None = None,
    batch: int = BATCH,
) -> Generator[Progress, None, ChannelPeaks]:
    """Find the peaks of all channels of a block at once; as for `extraction.extract`."""
    peaks = yield from extract_view(
        network, photos, digests, View.PEAKS, framing, block, store, batch
    )
    columns = layer_summary(network).links[block].shape[2]
    return ChannelPeaks(block, peaks[:, 0], peaks[:, 1], columns, framing)


def exciting_photos(
    network: Network,
    peaks: ChannelPeaks,
    photos: Sequence[Image.Image],
    channel: int,
    most: int = MOST,
) -> tuple[ExcitingPhoto, ...]:
    """Return the photos that excite a channel most, the strongest first.

    Args:
        network: network that the peaks are of.
        peaks: peaks of the block.
        photos: photos that the peaks are of; only those that are returned are accessed.
        channel: index of the channel.
        most: number of photos at most; a photo without an active cell is left out.

    Raises:
        RequestError: if the block has no such channel.
    """
    channels = peaks.values.shape[1]
    if not 0 <= channel < channels:
        raise RequestError(
            f"{peaks.block} has no channel {channel}; choose one from 0 to {channels - 1}."
        )
    values = peaks.values[:, channel]
    field = layer_summary(network).links[peaks.block].field
    strongest = [
        int(index) for index in np.argsort(-values, kind="stable")[:most] if values[index] > 0
    ]
    found = []
    for index in strongest:
        row, column = divmod(int(peaks.cells[index, channel]), peaks.columns)
        photo = photos[index]
        placed = frame(photo, network.weights.preprocessing, peaks.framing)
        box = _box(photo, placed, field, (row, column))
        cell = _cell(placed, box, (row, column), peaks.columns)
        found.append(ExcitingPhoto(index, float(values[index]), row, column, box, cell))
    return tuple(found)


def _box(
    photo: Image.Image, placed: Frame, field: ReceptiveField, cell: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the part of a photo in a cell's receptive field; at least one pixel of it."""
    rows, columns = (field.of_cell(index).within(placed.input_size) for index in cell)
    top, left = placed.to_photo(rows.first, columns.first)
    bottom, right = placed.to_photo(rows.end, columns.end)
    across, down = _pixels(left, right, photo.width), _pixels(top, bottom, photo.height)
    return across.first, down.first, across.end, down.end


def _cell(
    placed: Frame, box: tuple[int, int, int, int], cell: tuple[int, int], cells: int
) -> tuple[float, float, float, float]:
    """Return where a cell of a grid of `cells` x `cells` lies in a box, as parts of its sides."""
    row, column = cell
    step = placed.input_size / cells
    top, left = placed.to_photo(row * step, column * step)
    bottom, right = placed.to_photo((row + 1) * step, (column + 1) * step)
    width, height = box[2] - box[0], box[3] - box[1]
    across = ((edge - box[0]) / width for edge in (left, right))
    down = ((edge - box[1]) / height for edge in (top, bottom))
    first, last = (min(max(part, 0.0), 1.0) for part in across)
    upper, lower = (min(max(part, 0.0), 1.0) for part in down)
    return first, upper, last, lower


def _pixels(start: float, end: float, pixels: int) -> Extent:
    first = min(max(round(start), 0), pixels - 1)
    return Extent(first, min(max(round(end), first + 1), pixels))
