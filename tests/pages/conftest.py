"""Fixtures shared by the tests of the pages."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from explorer.ui.frame import page_layout
from packed_data import unpacked


@pytest.fixture(autouse=True)
def _no_head_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the picture no head start, because no browser draws it."""
    monkeypatch.setattr(page_layout, "HEAD_START", 0)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType, str], list[dict[str, Any]]]:
    """Record the data sent to the browser for a module's component, the latest last."""

    def record(module: ModuleType, name: str) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        draw = getattr(module, name)

        def recording(*, data: bytes | dict[str, Any], **rest: Any) -> Any:
            sent.append(unpacked(data))
            return draw(data=data, **rest)

        monkeypatch.setattr(module, name, recording)
        return sent

    return record
