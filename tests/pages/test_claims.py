"""The page of claims, without a browser: every card, the filter, and the guess before it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lessons.claims import Verdict, claims
from explorer.paths import ENTRY_SCRIPT, PAGES
from patience import PATIENCE


def opened(**link: str) -> AppTest:
    """The page, opened with a link."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in link.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES / "claims.py")).run()
    assert not app.exception
    return app


def headings(app: AppTest) -> list[str]:
    return [heading.value for heading in app.subheader]


def page_text(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption])


def test_every_claim_is_shown_with_its_answer_and_its_sources() -> None:
    app = opened()
    assert headings(app) == [claim.claim for claim in claims()]
    assert all(claim.answer in page_text(app) for claim in claims())
    assert page_text(app).count("**Who says so:**") == len(claims())
    assert page_text(app).count("**What decides it:**") == len(claims())
    assert "Deep Residual Learning for Image Recognition" in page_text(app)


def test_a_link_restores_one_verdict_and_an_unknown_one_counts_as_all() -> None:
    app = opened(verdict="true")
    true = [claim.claim for claim in claims() if claim.verdict is Verdict.TRUE]
    assert headings(app) == true
    app.segmented_control(key="pick_verdict").set_value("any").run()
    assert headings(app) == headings(opened(verdict="nonsense"))


def test_the_filter_goes_into_the_link() -> None:
    app = opened()
    app.segmented_control(key="pick_verdict").set_value("depends").run()
    assert not app.exception
    assert app.query_params["verdict"] in ("depends", ["depends"])
    assert 0 < len(headings(app)) < len(claims())


def test_a_claim_leads_to_the_lesson_that_measures_it() -> None:
    app = opened()
    app.button(key="look_vanishing-gradients").click().run()
    assert not app.exception
    assert app.session_state["lesson"] == "gradients"
    assert app.title[0].value == "Lessons"


@pytest.mark.parametrize(("guess", "answer"), [("false", "As you said."), ("true", "You said")])
def test_a_verdict_is_hidden_until_it_was_guessed(guess: str, answer: str) -> None:
    app = opened(guess="yes")
    first = claims()[0]
    assert headings(app) == [claim.claim for claim in claims()]
    assert first.answer not in page_text(app)
    assert "**Who says so:**" not in page_text(app)
    app.segmented_control(key=f"guess_{first.id}").set_value(guess).run()
    assert not app.exception
    assert first.answer in page_text(app)
    assert answer in page_text(app)
    right = int(guess == first.verdict)
    assert f"{right} of 1 right; {len(claims()) - 1} to go." in page_text(app)
