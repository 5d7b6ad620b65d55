"""Tests of explorer/paths.py."""

from __future__ import annotations

from explorer.paths import PACKAGE, style_sheet


def test_the_sheet_of_the_page_holds_its_own_rules_and_what_components_reserve() -> None:
    sheet = style_sheet()
    reserved = list(PACKAGE.glob("ui/components/*/*.reserved.css"))
    assert reserved
    for file in (PACKAGE / "ui" / "frame" / "style.css", *reserved):
        assert file.read_text(encoding="utf-8") in sheet
    assert sheet.count("{") == sheet.count("}")
