import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from explorer.errors import WeightsError
from explorer.weights.class_labels import open_labels, parse_labels, read_labels


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
        "1,dog\n0,cat\n2,fire engine",
        "fire engine\t2\r\ncat\t0\r\ndog\t1",
        "0: cat\n2: fire engine\n1: dog",
        "2 fire engine\n0 cat\n1 dog",
        "1) cat\n3) fire engine\n2) dog",
        "0;cat\n\n1;dog\n2;fire engine",
        "index,label\n1,dog\n2,fire engine\n0,cat",
        "name,id\ndog,1\ncat,0\nfire engine,2",
        "label\ncat\ndog\nfire engine",
        "name,kind\ncat,animal\ndog,animal\nfire engine,vehicle",
        "# my classes\n\ncat\ndog\n# and a car\nfire engine",
        '"cat"\n"dog"\n"fire engine"',
        "'cat',\n'dog',\n'fire engine',",
        "n01440764 cat\nn01443537 dog\nn03345487 fire engine",
        "n01440764,0,cat\nn03345487,2,fire engine\nn01443537,1,dog",
        "0,n01440764,cat\n1,n01443537,dog\n2,n03345487,fire engine",
        "{0: 'cat',\n 1: 'dog',\n 2: 'fire engine'}",
        '{"id2label": {"1": "dog", "0": "cat", "2": "fire engine"}, "label2id": {}}',
        '[{"id": 2, "name": "fire engine"}, {"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}]',
        "names:\n  0: cat\n  1: dog\n  2: fire engine",
    ],
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
    [{"a": "cat", "b": "dog"}, [1, 2], [None], {"0": []}, {"0": {}}],
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


@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("index_first", [True, False])
def test_a_table_in_any_order_is_read_as_the_csv_module_reads_it(
    index_first: bool, delimiter: str, path: Path
) -> None:
    labels = ["plain", "with, comma", 'say "hi"', "10", "\u00e9t\u00e9", "a\u2028b", *"mnopqrs"]
    rows = [(i, label) if index_first else (label, i) for i, label in enumerate(labels)]
    random.Random(0).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    assert read_labels(path, len(labels)) == tuple(labels)


def test_the_mapping_of_numeric_folders_is_read_as_imagefolder_wrote_it(path: Path) -> None:
    folders = sorted(map(str, range(12)))
    path.write_text(json.dumps({folder: index for index, folder in enumerate(folders)}))
    assert read_labels(path, 12) == tuple(folders)


def test_numbers_that_belong_to_the_names_stay_there(path: Path) -> None:
    for lines in (["2 euro", "1 euro"], ["model 1", "model 2"], ["0", "1", "10", "2"], ["#", "$"]):
        path.write_text("\n".join(lines))
        assert read_labels(path, len(lines)) == tuple(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,cat\n2,dog", "with a gap"),
        ('{"0": "cat", "2": "dog"}', "with a gap"),
        ("0\tcat\n0\tdog", "a number twice"),
        ("\n".join(f"{i},flower {i}" for i in range(1, 103)), "from 1 to 102"),
        ("2,0\n0,2\n1,1", "either may be"),
        ("\n".join(f"n{i:08d} {i} kind {i}" for i in range(1, 13)), "from 1 to 12"),
        ("id,label\na,b", "not a number in each row"),
    ],
)
def test_an_index_that_is_not_clear_is_never_guessed(text: str, words: str, path: Path) -> None:
    path.write_text(text)
    with pytest.raises(WeightsError, match=rf"^labels\.txt .*{words}.*\.$"):
        read_labels(path, 2)


def test_three_labels_their_number_and_how_they_were_read_are_shown(path: Path) -> None:
    path.write_text("1,dog\n0,cat\n2,fire engine\n3,kite")
    assert open_labels(path).line == (
        "labels.txt: 4 labels (index and label): 0 = cat, 1 = dog, 2 = fire engine, ..."
    )
    assert "counted from 1" in parse_labels("x", b"1,cat\n2,dog").line
    assert "\x1b" not in parse_labels("x", b"\x1b[2J\ncat").line


def test_notepads_unicode_is_read(path: Path) -> None:
    path.write_bytes("caf\u00e9\r\ndog".encode("utf-16"))
    assert read_labels(path, 2) == ("caf\u00e9", "dog")
