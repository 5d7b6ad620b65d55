"""Tests of explorer/ui/warmup.py."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from explorer.ui import warmup

OPEN = """
import sys
from streamlit.testing.v1 import AppTest
import streamlit as st
from explorer.errors import ImageError
from explorer.paths import ENTRY_SCRIPT
from explorer.photos.samples import Sample
from explorer.ui import warmup
from explorer.ui.frame import torch_runtime

def refuse(sample):
    raise ImageError("This photo was read twice.")

def stop_here():
    print("torch:", "torch" in sys.modules)
    print("more:", [name for name in set(sys.modules) - prepared if name.startswith("explorer.")])
    st.stop()

warmup.prepare()
Sample.open = refuse
prepared = set(sys.modules)
torch_runtime.pool = stop_here
app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120).run()
print("title:", app.title[0].value, "| problems:", len(app.error))
print(next(line.value for line in app.caption if "Recorded" in line.value), app.header[0].value)
"""


def test_it_prepares_all_that_is_painted_before_torch_is_imported() -> None:
    command = [sys.executable, "-W", "ignore", "-c", OPEN]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.stdout.splitlines() == [
        "torch: False",
        "more: []",
        "title: Explain | problems: 0",
        "Recorded · PyTorch is starting kangaroo · 99.9\N{NO-BREAK SPACE}%",
    ], process.stderr


def test_garbage_is_collected_again_whatever_becomes_of_the_preparation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(warmup, "_MODULES", ("no_such_module",))
    gc.disable()
    try:
        with pytest.raises(ModuleNotFoundError):
            warmup.prepare()
        assert gc.isenabled()
    finally:
        gc.enable()
