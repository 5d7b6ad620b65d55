import json
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import WeightsError
from explorer.weights.class_labels import read_labels


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labels.txt"


@pytest.mark.parametrize(
    "text",
    [
        "cat\ndog\nfire engine\n",
        "\ufeffcat\r\ndog\r\n  fire engine  \r\n\r\n",
        '["cat", "dog", "fire engine"]',
        '{"0": "cat", "1": "dog", "2": "fire engine"}',
        '{"2": ["n03345487", "fire engine"], "0": ["n01", "cat"], "1": ["n02", "dog"]}',
        '{"dog": 1, "fire engine": 2, "cat": 0}',
        ' \n[["n01", "cat"], ["n02", "dog"], ["n03", "fire engine"]]',
    ],
    ids=["text", "windows", "list", "indices", "imagenet", "class_to_idx", "pairs"],
)
def test_labels_are_read_in_the_order_of_the_outputs(text: str, path: Path) -> None:
    path.write_bytes(text.encode())
    assert read_labels(path, 3) == ("cat", "dog", "fire engine")


def test_a_wrong_count_is_told_with_both_numbers(path: Path) -> None:
    path.write_text("cat\ndog\n")
    with pytest.raises(WeightsError, match=r"holds 2 labels, the network has 1,000 classes\."):
        read_labels(path, 1000)


def test_an_empty_line_between_labels_is_named(path: Path) -> None:
    path.write_text("cat\n\ndog\n")
    with pytest.raises(WeightsError, match=r"^Label 2 in labels\.txt is empty\."):
        read_labels(path, 3)


@pytest.mark.parametrize(
    "content",
    [{"0": "cat", "2": "dog"}, {"a": "cat", "b": "dog"}, [1, 2], [None], {"0": []}, {"0": {}}],
)
def test_other_json_is_answered_with_what_is_expected(content: Any, path: Path) -> None:
    path.write_text(json.dumps(content))
    with pytest.raises(WeightsError, match=r"^labels\.txt is no list of labels\. Give"):
        read_labels(path, 2)


@pytest.mark.parametrize("text", ['{"0": "cat"', "[" * 100_000])
def test_broken_json_is_answered_with_what_is_expected(text: str, path: Path) -> None:
    path.write_text(text)
    with pytest.raises(WeightsError, match=r"^labels\.txt is no list of labels\. Give"):
        read_labels(path, 2)


def test_unreadable_files_get_one_sentence(path: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be opened"):
        read_labels(path, 2)
    with pytest.raises(WeightsError, match="cannot be opened"):
        read_labels(tmp_path, 2)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WeightsError, match="not UTF-8"):
        read_labels(path, 2)
    with path.open("wb") as file:
        file.truncate(5_000_001)
    with pytest.raises(WeightsError, match="too large"):
        read_labels(path, 2)
