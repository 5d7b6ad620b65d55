"""Tests of explorer/ui/all_link_choices.py: one link with every choice that any room declares."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT, PACKAGE
from explorer.ui import all_link_choices
from explorer.ui.frame import link_state
from explorer.ui.photos.link_choices import UPLOAD

# Every choice, with a value that is not its default.
LINK = {
    "against": "scratch",
    "augmentation": "hues",
    "across": "size",
    "basic_channels": "64",
    "bottleneck_channels": "512",
    "card": "weights",
    "cells": "yes",
    "channel": "7",
    "class": "tabby",
    "classes": "example-here",
    "colours": "block",
    "curve": "training",
    "cut": "layer1.0,layer2.1",
    "duelists": "imagenet-new",
    "fill": "black",
    "flow_depth": "110",
    "flow_init": "xavier",
    "flow_norm": "yes",
    "flow_of": "weights",
    "frame": "no",
    "framing": "whole",
    "guess": "yes",
    "hidden": "rest",
    "layer": "layer2.1",
    "lesson": "gradients",
    "member": "vit",
    "method": "hires-cam",
    "networks": "builtin",
    "opacity": "40",
    "palette": "cividis",
    "per_class": "12",
    "point": "0.2500,1.0000",
    "present": "yes",
    "ranking": "mean",
    "rather_than": "lynx",
    "recipe": "new",
    "region": "0.1000,0.2000,0.3000,0.4000",
    "sample": "cat",
    "scale": "stage",
    "signed": "yes",
    "stage": "layer2",
    "tab": "duel",
    "term": "basic-block",
    "test": "region",
    "top": "64",
    "upwards": "latency",
    "variant": "resnet34",
    "verdict": "depends",
    "weights": "random:0",
}
# A fresh process, which has imported no page but the one that it opens.
OPEN_THE_GLOSSARY = """
import json, sys
from streamlit.testing.v1 import AppTest
from explorer.paths import ENTRY_SCRIPT, PAGES

app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120)
for name, value in json.loads(sys.argv[1]).items():
    app.query_params[name] = value
app.switch_page(str(PAGES / "glossary.py")).run()
assert not app.exception, app.exception
others = [name for name in sys.modules if name.startswith("explorer.ui.costs.")]
print(json.dumps([dict(app.query_params.items()), others]))
"""


def plain(parameters: dict[str, str | list[str]]) -> dict[str, str]:
    """The parameters of a link; a test run keeps those that did not change as lists."""
    return {
        name: value if isinstance(value, str) else value[-1] for name, value in parameters.items()
    }


def opened(link: dict[str, str]) -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_every_choice_of_a_link_arrives_and_is_written_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = opened(LINK)
    assert {name: app.session_state[name] for name in LINK} == LINK
    assert plain(dict(app.query_params.items())) == LINK
    monkeypatch.setattr(link_state.st, "session_state", {})
    assert set(link_state.everything()) == set(LINK), "this link lacks a choice"


def test_every_choice_made_in_the_session_is_written_into_a_link_in_order() -> None:
    app = opened({})
    assert not app.query_params
    for name, value in LINK.items():
        app.session_state[name] = value
    app.run()
    assert not app.exception
    assert list(plain(dict(app.query_params.items())).items()) == sorted(LINK.items())


def test_a_link_keeps_the_choices_of_pages_that_were_never_opened() -> None:
    command = [sys.executable, "-W", "ignore", "-c", OPEN_THE_GLOSSARY, json.dumps(LINK)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    parameters, others = json.loads(process.stdout)
    assert plain(parameters) == LINK
    assert others == ["explorer.ui.costs.link_choices"]


@pytest.mark.parametrize("name", LINK)
def test_no_choice_accepts_just_anything(name: str) -> None:
    assert link_state.accepts(name, LINK[name])
    assert not link_state.accepts(name, "?" * 201)


def test_an_uploaded_photo_is_no_choice_that_a_link_or_a_lesson_makes() -> None:
    assert not link_state.accepts(UPLOAD, "own")
    assert not link_state.accepts("photo", "own")


def test_the_choices_of_every_room_are_among_them() -> None:
    rooms = [file.parent.name for file in sorted((PACKAGE / "ui").glob("*/link_choices.py"))]
    assert rooms == sorted(all_link_choices.__all__)
