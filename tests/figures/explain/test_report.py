"""Tests of explorer/figures/explain/report.py."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from explorer.explain.analysis import Prediction
from explorer.explain.finding import Finding
from explorer.explain.provenance import Provenance
from explorer.figures.explain.report import report_html


class Elements(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def html(finding: Finding, photo: Image.Image) -> str:
    return report_html(photo, finding, Provenance.of(finding)).decode()


@pytest.fixture(scope="module")
def report(html: str) -> Elements:
    return Elements(html)


def test_it_asks_for_nothing_outside_itself(html: str, report: Elements) -> None:
    addresses = [
        value
        for _, attributes in report.tags
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "poster", "action")
    ]
    assert addresses
    assert all(value and value.startswith("data:") for value in addresses)
    assert not report.all("script")
    assert "@import" not in html
    assert "url(" not in html


def test_every_picture_is_inside_and_described(report: Elements, finding: Finding) -> None:
    pictures = report.all("img")
    assert len(pictures) == 3 + len(finding.ladder)
    for picture in pictures:
        assert picture["alt"]
        encoded = (picture["src"] or "").partition("base64,")[2]
        Image.open(io.BytesIO(base64.b64decode(encoded))).load()
    alternatives = " ".join(picture["alt"] or "" for picture in pictures)
    assert "with the Grad-CAM heatmap of layer4.1 for" in alternatives
    assert all(f"{block}: " in alternatives for block in finding.ladder)


def test_it_says_where_everything_comes_from(report: Elements, finding: Finding) -> None:
    text = " ".join(report.text.split())
    for name, value in Provenance.of(finding).facts[:-1]:
        assert name in text
        assert " ".join(value.split()) in text


def test_it_has_a_language_one_title_and_headings_in_order(report: Elements) -> None:
    assert report.all("html")[0]["lang"] == "en"
    levels = [int(tag[1]) for tag, _ in report.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(np.diff(levels)) == 1


def test_the_explained_class_is_listed_even_if_it_is_improbable(
    finding: Finding, photo: Image.Image
) -> None:
    last = int(finding.probabilities.argmin())
    least = Prediction(last, finding.network.labels[last], float(finding.probabilities[last]))
    changed = replace(finding, explained=least)
    report = Elements(report_html(photo, changed, Provenance.of(changed)).decode())
    assert len(report.all("tr")) == 1 + 6
    assert "own answer is" in report.text


def test_a_blank_map_has_no_colour_bar(finding: Finding, photo: Image.Image) -> None:
    blank = np.zeros_like(finding.heatmap)
    changed = replace(finding, heatmap=blank, ladder={"layer4.1": blank})
    report = Elements(report_html(photo, changed, Provenance.of(changed)).decode())
    assert not any("Colour bar" in (img["alt"] or "") for img in report.all("img"))
    assert "Hardly anything in the photo supports" in report.text


def test_a_label_cannot_bring_markup_of_its_own(finding: Finding, photo: Image.Image) -> None:
    label = '<img src="http://elsewhere.example/x"><script>alert(1)</script>'
    changed = replace(finding, explained=replace(finding.explained, label=label))
    report = Elements(report_html(photo, changed, Provenance.of(changed)).decode())
    assert not report.all("script")
    assert all((img["src"] or "").startswith("data:") for img in report.all("img"))
