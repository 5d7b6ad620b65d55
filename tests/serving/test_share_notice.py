"""Tests of explorer/serving/share_notice.py."""

from __future__ import annotations

import io

import numpy as np
import pytest
import segno

from explorer.serving import share_notice
from explorer.serving.admission import Admission
from explorer.serving.policy import Policy

ADDRESS = "http://192.168.1.23:8501"
HALVES = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def printed(encoding: str = "utf-8", policy: Policy | None = None) -> str:
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding=encoding)
    share_notice.show(
        [ADDRESS, "http://lab.local:8501"], policy or Policy(admission=Admission(40)), terminal
    )
    return raw.getvalue().decode(encoding)


def test_it_names_the_address_and_says_who_may_come_and_what_a_camera_needs() -> None:
    text = printed()
    for part in (ADDRESS, "http://lab.local:8501", "Anyone on this network", "40 at once"):
        assert part in text
    assert "Cameras need HTTPS or localhost" in text
    assert "cannot upload checkpoints; a file may have up to 200 MB" in text
    assert "can upload checkpoints; a file may have up to 600" in printed(
        policy=Policy(checkpoints=True)
    )


def test_the_picture_in_the_terminal_is_the_code_of_the_address() -> None:
    lines = [line[6:] for line in printed().splitlines() if line.lstrip().startswith("█")]
    light = [[HALVES[char] for char in line] for line in lines]
    rows = np.array(light).transpose(0, 2, 1).reshape(2 * len(lines), -1)
    dark = 1 - rows[4 : 4 + 25, 4:-4]  # a quiet zone of four cells around it
    expected = [list(row) for row in segno.make(ADDRESS, error="l", micro=False).matrix]
    assert dark.tolist() == expected


def test_a_terminal_without_block_characters_gets_the_address_alone() -> None:
    text = printed("ascii")
    assert ADDRESS in text
    assert "?" not in text
    assert "\\u" not in text


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.168.1.23", ["http://192.168.1.23:8501/lab"]),
        ("0.0.0.0", ["http://10.0.0.5:8501/lab", "http://pc:8501/lab"]),
    ],
)
def test_the_address_to_type(
    host: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share_notice, "lan_addresses", lambda host: ["10.0.0.5"])
    monkeypatch.setattr(share_notice, "host_names", lambda: ["pc"])
    assert share_notice.addresses(host, 8501, "lab") == expected
