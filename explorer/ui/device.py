"""One quiet line on what computes, and how to change it."""

from __future__ import annotations

import streamlit as st

from explorer.ui import networks, runtime


def line() -> None:
    """Describe the device; where there is a choice, offer it."""
    if not runtime.is_loaded():
        st.caption("Starting PyTorch …")
        return
    from explorer import devices
    from explorer.network import Precision

    chosen = devices.choose(st.session_state.get(networks.DEVICE, "auto"))
    precision = Precision(st.session_state.get(networks.PRECISION, Precision.FLOAT32))
    st.caption(devices.describe(chosen, precision).line, help=_advice(chosen.type))
    offered = devices.available()
    if len(offered) > 1:
        _choice(offered)


def _choice(offered: tuple[str, ...]) -> None:
    from explorer.network import Precision

    device = st.segmented_control(
        "Device", offered, default=offered[0], required=True, format_func=str.upper,
        key=networks.DEVICE, persist_state="session",
    )  # fmt: skip
    if device == "cuda":
        st.segmented_control(
            "Precision", list(Precision), default=Precision.FLOAT32, required=True,
            key=networks.PRECISION, persist_state="session",
        )  # fmt: skip
    else:
        st.session_state[networks.PRECISION] = Precision.FLOAT32


def _advice(kind: str) -> str:
    if kind != "cpu":
        return "Choose another device or precision here."
    return (
        f"For more threads, start the app with {runtime.THREADS}=4. "
        "A GPU with its driver is used by itself."
    )
