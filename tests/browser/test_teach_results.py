"""What came of teaching, in a browser: a mistake with its map, and a file that runs elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession
from PIL import Image
from playwright.sync_api import expect

from explorer.paths import ASSETS
from explorer.photos.geometry import Preprocessing, to_tensor
from opened_app import App

PANDAS = sorted((ASSETS / "transfer" / "caltech_ship" / "test" / "panda").glob("*.jpg"))


def test_the_example_leads_to_a_mistake_with_its_map_and_to_an_onnx_file_that_runs(
    app: App, tmp_path: Path
) -> None:
    page = app.page
    app.open("/teach")
    page.get_by_role("button", name="Run it here").click()
    expect(page.get_by_text("Train on from the probe")).to_be_visible()
    page.get_by_role("tab", name="Mistakes").click()
    mistake = page.locator("td .wrong:not([aria-disabled])").first
    expect(mistake).to_be_visible()
    expect(page.get_by_text("24 held-back photos of barrel and panda")).to_be_visible()
    app.settle()
    said = mistake.get_attribute("aria-label") or ""
    wanted = re.fullmatch(r"(.+) taken for (.+): (\d+)", said)
    assert wanted is not None
    mistake.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{wanted[1]}, taken for {wanted[2]} ({wanted[3]})")).to_be_visible()
    cards = page.get_by_role("list", name="Photos with what they are taken for")
    own = cards.get_by_role("listitem", name=f"Should be {wanted[1]}")
    expect(own).to_have_count(int(wanted[3]))
    expect(own.first).to_have_accessible_name(re.compile("evidence"))
    assert onnx_answers(saved_onnx_file(app, tmp_path)).count("panda") > len(PANDAS) / 2


def saved_onnx_file(app: App, folder: Path) -> Path:
    """Make the files of the page, and keep the ONNX file."""
    page = app.page
    page.get_by_role("tab", name="Take it home").click()
    page.get_by_role("button", name="Make the files").click()
    expect(page.get_by_text("the same class for")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="ONNX").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def onnx_answers(path: Path) -> list[str]:
    """Ask an ONNX file about pandas, knowing no more than what is in it."""
    session = InferenceSession(path)
    facts = session.get_modelmeta().custom_metadata_map
    preprocessing, labels = Preprocessing(**json.loads(facts["preprocessing"])), facts["labels"]
    answers = []
    for panda in PANDAS:
        with Image.open(panda) as photo:
            x = to_tensor(photo.convert("RGB"), preprocessing).numpy()
        (logits,) = session.run(["logits"], {"photos": x})
        answers.append(json.loads(labels)[int(np.argmax(logits))])
    return answers
