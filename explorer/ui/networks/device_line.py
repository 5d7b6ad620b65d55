"""A line in the sidebar on the device that computes, and controls to change it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.ui.frame import torch_runtime
from explorer.ui.frame.help_texts import with_term
from explorer.ui.networks import chosen_network


def line() -> None:
    """Describe the device, and offer the others if there are several."""
    if not torch_runtime.is_loaded():
        st.caption("Starting PyTorch …")
        return
    from explorer.networks import devices

    device, precision = chosen_network.compute()
    report = devices.describe(devices.choose(device), precision)
    st.caption(report.line, help=with_term(_advice(report.device), "latency"))
    if len(devices.available()) > 1:
        _device_controls(devices.available())


def _device_controls(names: tuple[str, ...]) -> None:
    from explorer.networks.devices import Precision

    settings: dict[str, Any] = {"required": True, "persist_state": "session"}
    device = st.segmented_control(
        "Device",
        names,
        default=names[0],
        format_func=str.upper,
        key=chosen_network.DEVICE,
        **settings,
    )
    if device == "cuda":
        options = list(Precision)
        st.segmented_control(
            "Precision", options, default=options[0], key=chosen_network.PRECISION, **settings
        )
    else:
        st.session_state[chosen_network.PRECISION] = Precision.FLOAT32


def _advice(kind: str) -> str:
    if kind != "cpu":
        return "Choose another device or precision here."
    return (
        f"For more threads, start the app with {torch_runtime.THREADS}=4. "
        "A GPU with its driver is used by itself."
    )
