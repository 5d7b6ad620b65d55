"""What the browser makes of a component's packed data."""

from __future__ import annotations

import json
from typing import Any


def unpacked(sent: bytes | dict[str, Any]) -> dict[str, Any]:
    """Do what `unpacked` in pictures.js does; data without pictures is sent as it is."""
    if isinstance(sent, dict):
        return sent
    at = 4 + int.from_bytes(sent[:4], "little")
    head: dict[str, Any] = json.loads(sent[4:at])
    data: dict[str, Any] = head["data"]
    for name, sizes in head["lengths"].items():
        data[name] = []
        for size in sizes:
            data[name].append(sent[at : at + size])
            at += size
    assert at == len(sent)
    return data
