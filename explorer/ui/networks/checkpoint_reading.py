"""How the reader's checkpoint is read: what its file says, what is assumed, and a form for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from explorer.errors import WeightsError
from explorer.networks.class_outputs import Outputs
from explorer.weights.checkpoint_options import LARGEST_INPUT, SMALLEST_INPUT, CheckpointOptions
from explorer.weights.class_labels import parse_labels
from explorer.wording import verbatim

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from explorer.networks.weights_info import Weights
    from explorer.photos.geometry import Preprocessing

_CROP, _SQUASH = "Cropped", "Squashed"
_SHOWN = 3  # class names
_KEYS = "read_"  # beginning of the keys of the form's fields
_ROUND = "checkpoint_reading_round"


@dataclass(frozen=True)
class _Fields:
    """What the form holds: numbers and texts as the reader left them."""

    size: int
    resize: int
    fit: str | None
    mean: str
    std: str
    names: str
    names_file: UploadedFile | None
    outputs: Outputs | None
    part: str | None


def reset() -> None:
    """Let the form begin with how the checkpoint is read now."""
    for key in [key for key in st.session_state if str(key).startswith(_KEYS)]:
        del st.session_state[key]
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1  # empties the file uploader


def remarks(weights: Weights) -> None:
    """Write what is assumed about the checkpoint, and what of its file was left out."""
    if weights.labels:
        first = ", ".join(weights.labels[:_SHOWN])
        more = ", ..." if len(weights.labels) > _SHOWN else ""
        st.caption(verbatim(f"{len(weights.labels):,} classes: {first}{more}"))
    for remark in weights.remarks:
        st.caption(verbatim(remark))


def form(weights: Weights) -> CheckpointOptions | None:
    """Offer to read the checkpoint otherwise.

    Returns:
        What the reader changed, once the form is sent; None before.

    Raises:
        WeightsError: if the mean or the deviation is no list of numbers.
    """
    with st.form("checkpoint_reading", border=False):
        fields = _fields(weights)
        sent = st.form_submit_button("Read it like this", icon=":material/check:")
    return _changed(weights, fields) if sent else None


def _fields(weights: Weights) -> _Fields:
    preprocessing, part = weights.preprocessing, None
    if weights.part:
        parts = [weights.part, *weights.other_parts]
        part = st.selectbox("Network in the file", parts, key="read_part")
    with st.container(horizontal=True):
        size = _side("Input size", preprocessing.crop_size, "read_size")
        resize = _side("Resized to", preprocessing.resize_size, "read_resize")
    fit = st.segmented_control(
        "Photos are",
        [_CROP, _SQUASH],
        default=_SQUASH if preprocessing.squash else _CROP,
        key="read_fit",
    )
    mean = st.text_input("Mean of the colours", _written(preprocessing.mean), key="read_mean")
    std = st.text_input("Their standard deviation", _written(preprocessing.std), key="read_std")
    outputs, names, names_file = None, "", None
    if weights.labels:
        names = st.text_area("Class names, one per line", key="read_names", height=100)
        names_file = st.file_uploader(
            "Or a file of class names",
            type=["txt", "csv", "tsv", "json"],
            key=f"read_names_file_{st.session_state.get(_ROUND, 0)}",
        )
    if weights.outputs in (Outputs.SOFTMAX, Outputs.SIGMOID):
        outputs = st.segmented_control(
            "Classes of a photo",
            [Outputs.SOFTMAX, Outputs.SIGMOID],
            default=weights.outputs,
            format_func=lambda kind: kind.heading,
            key="read_outputs",
        )
    return _Fields(size, resize, fit, mean, std, names, names_file, outputs, part)


def _side(label: str, value: int, key: str) -> int:
    return int(st.number_input(label, SMALLEST_INPUT, LARGEST_INPUT, value, key=key))


def _changed(weights: Weights, fields: _Fields) -> CheckpointOptions:
    """Return what differs from how the weights are read now."""
    now: Preprocessing = weights.preprocessing
    labels: Sequence[str] = [line.strip() for line in fields.names.splitlines() if line.strip()]
    if fields.names_file is not None:
        labels = _read_file(fields.names_file, len(weights.labels))
    squash, mean, std = fields.fit == _SQUASH, _numbers(fields.mean), _numbers(fields.std)
    return CheckpointOptions(
        labels=labels or None,
        size=fields.size if fields.size != now.crop_size else None,
        resize=fields.resize if fields.resize != now.resize_size else None,
        mean=mean if mean != now.mean else None,
        std=std if std != now.std else None,
        squash=squash if squash != now.squash else None,
        outputs=fields.outputs if fields.outputs != weights.outputs else None,
        part=fields.part if fields.part != weights.part else None,
    )


def _read_file(file: UploadedFile, count: int) -> tuple[str, ...]:
    """Read an uploaded file of labels; its name is private."""
    return parse_labels("The file of class names", file.getvalue()).for_classes(count)


def _written(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{number:.6g}" for number in numbers)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(number) for number in text.split(","))
    except ValueError:
        raise WeightsError(
            f"{text!r} are no numbers; give one, or three with commas between them."
        ) from None
