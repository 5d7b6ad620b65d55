"""Tests of explorer/ui/frame/torch_runtime.py."""

from __future__ import annotations

import os
import subprocess
import sys

OPEN = """
import sys
from streamlit.testing.v1 import AppTest
import streamlit as st
from explorer.paths import ENTRY_SCRIPT
from explorer.ui import network_bar
from explorer.ui.frame import torch_runtime

def stop_here():
    print("painted with:", sorted({"torch", "skimage", "pandas"} & set(sys.modules)))
    st.stop()

depths, draw = [], network_bar.network_bar.network_bar

def recorded(data, **rest):
    depths.append(b'"depth": "resnet18"' in data)
    return draw(data=data, **rest)

network_bar.network_bar.network_bar = recorded
torch_runtime.pool = stop_here
app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120).run()
print("title:", app.title[0].value, "| depths:", depths)
"""


def test_title_and_network_bar_are_painted_before_anything_slow_is_imported() -> None:
    command = [sys.executable, "-W", "ignore", "-c", OPEN]
    process = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert process.stdout.splitlines() == [
        "painted with: []",
        "title: Explain | depths: [True]",
    ], process.stderr


def test_the_shared_networks_are_made_once_and_with_one_thread() -> None:
    import torch

    from explorer.ui.frame import torch_runtime

    assert torch_runtime.pool() is torch_runtime.pool()
    assert torch_runtime.is_loaded()
    assert torch.get_num_threads() == 1
