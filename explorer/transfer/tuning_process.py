"""Fine-tuning in a process of its own: what the parent asks, and what the child does.

`python -m explorer.transfer.tuning_process` reads a request from its standard input: one line of
JSON, then the weights as safetensors, then the pixels of each photo. It writes one line of JSON per
epoch. The weights of the best epoch so far lie in the folder that the request names, so that they
are there when the process is stopped; photos are never written to a disk.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from explorer.json_records import from_record, to_record
from explorer.pausable_process import follow_commands

if TYPE_CHECKING:
    from PIL import Image
    from torch import nn

    from explorer.networks.heads import Head
    from explorer.networks.network import Network
    from explorer.photos.class_folders import PhotoFolder
    from explorer.photos.geometry import Preprocessing
    from explorer.transfer.fine_tuning import TuningPlan
    from explorer.transfer.labelled_photos import LabelledPhotos
    from explorer.transfer.splits import Split

BEST = "best.safetensors"
_NICE = 15  # lower priority than the app itself
