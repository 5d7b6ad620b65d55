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
