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
from explorer.ui.frame import torch_runtime

def stop_here():
    print("painted with:", sorted({"torch", "skimage", "pandas"} & set(sys.modules)))
    st.stop()

torch_runtime.pool = stop_here
app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120).run()
print("title:", app.title[0].value, "| depth:", app.segmented_control(key="pick_depth").value)
"""


def test_title_and_sidebar_are_painted_before_anything_slow_is_imported() -> None:
    command = [sys.executable, "-W", "ignore", "-c", OPEN]
    process = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert process.stdout.splitlines() == [
        "painted with: []",
        "title: Explain | depth: resnet18",
    ], process.stderr


def test_the_shared_networks_are_made_once_and_with_one_thread() -> None:
    import torch

    from explorer.ui.frame import torch_runtime

    assert torch_runtime.pool() is torch_runtime.pool()
    assert torch_runtime.is_loaded()
    assert torch.get_num_threads() == 1
