"""Tests of explorer/ui/frame/error_messages.py."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def test_a_problem_is_shown_as_it_stands_and_the_page_goes_on() -> None:
    def page() -> None:
        import streamlit as st

        from explorer.errors import WeightsError
        from explorer.ui.frame.error_messages import reported

        with reported():
            raise WeightsError("Take *resnet18_a* or [b] instead.")
        st.write("The rest.")

    app = AppTest.from_function(page).run()
    assert app.error[0].value == r"Take \*resnet18\_a\* or \[b\] instead."
    assert app.markdown[0].value == "The rest."


def test_a_mistake_of_ours_is_left_to_the_server() -> None:
    def page() -> None:
        from explorer.ui.frame.error_messages import reported

        with reported():
            raise ZeroDivisionError

    assert AppTest.from_function(page).run().exception
