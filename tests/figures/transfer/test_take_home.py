from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import onnx

from explorer.figures.transfer.take_home import take_home
from explorer.figures.transfer.taught_card import card_html
from explorer.json_records import from_record
from explorer.networks.onnx_export import PREDICT
from explorer.transfer.taught_record import PhotoCounts, TaughtRecord
from taught_example import example, photos


def test_everything_is_in_one_archive_and_the_onnx_file_was_asked() -> None:
    taught, every = example(), photos()
    taken = take_home(taught, (every.photos[index] for index in taught.held_back))
    assert (taken.onnx.photos, taken.onnx.same_top1) == (9, 9)
    assert taken.onnx.largest_difference < 1e-4
    with zipfile.ZipFile(io.BytesIO(taken.archive())) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == taken.files
    assert taken.files["predict.py"] == PREDICT.read_bytes()
    model = onnx.load_from_string(taken.files["resnet18-taught.onnx"])
    facts = {entry.key: entry.value for entry in model.metadata_props}
    assert from_record(TaughtRecord, json.loads(facts["taught"])) == taught.record
    assert taken.onnx.in_words in taken.files["resnet18-taught.html"].decode()


def test_the_card_says_how_good_it_is_and_how_far_that_can_be_trusted() -> None:
    taught = example()
    page = card_html(taught.record, taught.card).decode()
    accuracy = taught.record.accuracy
    assert "ResNet-18 for 3 classes" in page
    assert f"expect {100 * accuracy.low:.1f}" in page
    assert "9 photos that were held back" in page
    assert "naïve &lt;green&gt;" in page
    assert "<green>" not in page
    assert "secret" not in page
    assert taught.record.recipe in page
    assert "ONNX" not in page
    crossed = replace(taught.record, folds=5, photos=PhotoCounts(20, 0, 20))
    page = card_html(crossed, taught.card).decode()
    assert "20 photos, each held back in turn, in 5 folds" in page
    assert "<p>20 photos to learn from.</p>" in page
