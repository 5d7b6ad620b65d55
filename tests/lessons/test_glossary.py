"""Tests of explorer/lessons/glossary.py and of the terms themselves."""

from __future__ import annotations

import re

import pytest

from explorer.lessons.glossary import Field, Term, glossary
from explorer.lessons.lessons import lessons
from explorer.paths import PAGES

EVERY_TERM = pytest.mark.parametrize("term", glossary().values(), ids=lambda term: term.id)
SENTENCE = re.compile(r"[.?!](?=\s|$)")


@EVERY_TERM
def test_a_term_has_two_sentences_and_leads_on(term: Term) -> None:
    assert len(SENTENCE.findall(term.text.replace("e.g.", ""))) == 2
    assert term.text.endswith(".")
    assert set(term.see) <= glossary().keys() - {term.id}
    assert term.see
    assert not term.page or (PAGES / f"{term.page}.py").is_file()
    assert term.lesson in ("", *lessons())
    assert (term.page == "lessons") == bool(term.lesson)


def test_every_field_has_terms() -> None:
    assert {term.field for term in glossary().values()} == set(Field)


def test_terms_stand_in_alphabetical_order() -> None:
    titles = [term.title.casefold() for term in glossary().values()]
    assert titles == sorted(titles)


USED_BY_THE_APP = (
    "residual-block shortcut projection bottleneck stem stage head logit feature-map channel "
    "heatmap target-class latency throughput"
)


@pytest.mark.parametrize("id", USED_BY_THE_APP.split())
def test_the_terms_that_the_app_uses_are_there(id: str) -> None:
    assert id in glossary()
