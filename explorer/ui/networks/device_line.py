"""The device that computes, in one word; behind it what is known of it, and how to change it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.ui.frame import torch_runtime
from explorer.ui.frame.help_texts import with_term
from explorer.ui.networks import chosen_network

_MENU_WIDTH = 320  # pixels


def menu() -> None:
    """Name the device; describe it and offer the others where the reader asks."""
    with st.popover(_name(), type="tertiary", key="device_menu"), st.container(width=_MENU_WIDTH):
        _line()


def _name() -> str:
    """Return the device and, where there is a choice, the precision."""
    if not torch_runtime.is_loaded():
        return "Device"
    from explorer.networks.devices import Precision

    device, precision = chosen_network.compute()
    name = device.upper()
    return name if precision is Precision.FLOAT32 else f"{name}, {precision.value}"


def _line() -> None:
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
