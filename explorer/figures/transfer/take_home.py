"""A taught network as files to take home: weights, ONNX with a program for it, and the card."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from PIL import Image

from explorer.figures.transfer.taught_card import card_html
from explorer.networks.onnx_export import PREDICT, OnnxCheck, check_onnx, to_onnx
from explorer.transfer.taught_file import RECORD, record_json, to_file
from explorer.transfer.taught_network import Taught


@dataclass(frozen=True, eq=False)
class TakeHome:
    """The files of a taught network.

    Attributes:
        files: name -> content: the weights, the ONNX file, the program and the card, in this order.
        onnx: how the ONNX file's answers compare with the network's.
        made: day on which the network was made, as ISO 8601.
    """

    files: Mapping[str, bytes]
    onnx: OnnxCheck
    made: str

    def archive(self) -> bytes:
        """Pack the files into a ZIP."""
        buffer, day = io.BytesIO(), date.fromisoformat(self.made)
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
                archive.writestr(info, content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


def take_home(taught: Taught, photos: Iterable[Image.Image]) -> TakeHome:
    """Write the files of a taught network, and ask the ONNX file about photos.

    Args:
        taught: the network.
        photos: RGB photos that the ONNX file and the network are asked about.
    """
    network, record = taught.network, taught.record
    stem = f"{record.variant}-taught"
    onnx = to_onnx(network, {RECORD: record_json(record)})
    asked = check_onnx(onnx, network, photos)
    files = {
        f"{stem}.safetensors": to_file(taught),
        f"{stem}.onnx": onnx,
        PREDICT.name: PREDICT.read_bytes(),
        f"{stem}.html": card_html(record, taught.card, asked),
    }
    return TakeHome(files, asked, record.date)
