"""The page "What can I bring?", without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.bring.accepted_files import sections
from patience import PATIENCE


def test_the_page_has_a_section_for_each_kind_of_file() -> None:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "bring.py")).run()
    assert not app.exception
    shown = [str(element.value) for element in app.main.markdown]
    for name, text in sections().items():
        assert text.strip() in shown, name
    assert {"pictures", "labels", "folders"} <= set(sections())
