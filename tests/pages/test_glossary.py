"""The glossary, without a browser: the chosen term, and all terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lessons.glossary import Field, glossary
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.frame.help_texts import with_term
from explorer.ui.lessons import glossary as glossary_page
from patience import PATIENCE

Drawn = dict[str, str]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """The HTML drawn last, by its key."""
    html_by_key: Drawn = {}
    draw: Callable[[str, str], Any] = glossary_page.inline_svg

    def record(key: str, html: str) -> None:
        html_by_key[key] = html
        draw(key, html)

    monkeypatch.setattr(glossary_page, "inline_svg", record)
    return html_by_key


def opened(**link: str) -> AppTest:
    """The page, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "glossary.py")).run()
    assert not app.exception
    return app


def test_it_opens_on_all_terms(drawn: Drawn) -> None:
    opened()
    assert drawn.keys() == {"glossary_terms"}
    assert drawn["glossary_terms"].count("<article") == len(glossary())


def test_a_link_opens_a_term_with_its_references_and_leads_to_others(drawn: Drawn) -> None:
    app = opened(term="bottleneck")
    term = glossary()["bottleneck"]
    assert term.picture in drawn["chosen_picture"]
    assert app.subheader[0].value == term.title
    assert [caption.value for caption in app.caption if "Deep Residual" in caption.value]
    app.button(key="term_basic-block").click().run()
    assert not app.exception
    assert app.subheader[0].value == glossary()["basic-block"].title
    assert app.query_params["term"] in ("basic-block", ["basic-block"])


def test_a_term_leads_to_the_lesson_that_shows_it(drawn: Drawn) -> None:
    app = opened(term="vanishing-gradient")
    app.button(key="term_way").click().run()
    assert not app.exception
    assert app.title[0].value == "Lessons"
    assert app.session_state["lesson"] == "gradients"


def test_a_link_with_an_unknown_term_opens_all(drawn: Drawn) -> None:
    assert not opened(term="flux-capacitor").subheader


def test_a_term_is_found_by_typing_and_put_away_again(drawn: Drawn) -> None:
    app = opened()
    app.selectbox(key="pick_term").set_value("stem").run()
    assert app.subheader[0].value == "Stem"
    app.selectbox(key="pick_term").set_value(None).run()
    assert not app.subheader
    assert "term" not in app.query_params


def test_a_field_shows_its_terms_only(drawn: Drawn) -> None:
    app = opened()
    app.segmented_control(key="pick_field").set_value(Field.COST.value).run()
    assert not app.exception
    terms = [term for term in glossary().values() if term.field is Field.COST]
    assert drawn["glossary_terms"].count("<article") == len(terms)


def test_a_help_text_leads_to_its_term() -> None:
    assert with_term("It is cut at zero.", "grad-cam") == (
        "It is cut at zero. [Glossary: Grad-CAM](glossary?term=grad-cam)"
    )
    with pytest.raises(KeyError):
        with_term("It is not.", "flux-capacitor")
