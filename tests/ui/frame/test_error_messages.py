"""Tests of explorer/ui/frame/error_messages.py."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.errors import WeightsError
from explorer.serving import policy
from explorer.serving.policy import Policy
from explorer.ui.frame import error_messages
from patience import PATIENCE


def test_a_problem_is_shown_as_it_stands_and_the_page_goes_on() -> None:
    def page() -> None:
        import streamlit as st

        from explorer.errors import WeightsError
        from explorer.ui.frame.error_messages import reported

        with reported():
            raise WeightsError("Take *resnet18_a* or [b] instead.")
        st.write("The rest.")

    app = AppTest.from_function(page, default_timeout=PATIENCE).run()
    assert app.error[0].value == r"Take \*resnet18\_a\* or \[b\] instead."
    assert app.markdown[0].value == "The rest."


@pytest.mark.parametrize(("private", "shown"), [(True, "It is in /srv."), (False, "It is there.")])
def test_only_whoever_is_on_the_machine_reads_its_paths(
    private: bool, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "_current", Policy(private=private))
    error = WeightsError("It is in /srv.", for_visitors="It is there.")
    assert error_messages.sentence(error) == shown


def test_a_mistake_of_ours_is_left_to_the_server() -> None:
    def page() -> None:
        from explorer.ui.frame.error_messages import reported

        with reported():
            raise ZeroDivisionError

    assert AppTest.from_function(page, default_timeout=PATIENCE).run().exception
