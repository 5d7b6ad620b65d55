"""What the tests of the server share."""

from __future__ import annotations

import pytest
from streamlit.runtime import Runtime


@pytest.fixture
def no_runtime_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test have the one runtime of this process, and leave it as it was."""
    monkeypatch.setattr(Runtime, "_instance", None)
