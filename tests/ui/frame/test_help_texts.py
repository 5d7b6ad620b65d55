"""Every help text is short, and links to the glossary."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from explorer.lessons.glossary import glossary
from explorer.paths import PACKAGE, PAGES
from explorer.ui.frame.help_texts import BLOCK_STRIP, with_glossary, with_term
from explorer.ui.photos.uploads import PROMISE

MOST_WORDS = 20
LINKERS = {"with_term": with_term, "with_glossary": with_glossary}


def helps() -> Iterator[tuple[str, ast.expr]]:
    """Every argument `help=` of the app, with its file and line."""
    for path in sorted([*(PACKAGE / "ui").rglob("*.py"), *PAGES.glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg == "help":
                        yield (
                            f"{path.relative_to(PACKAGE.parent)}:{keyword.value.lineno}",
                            keyword.value,
                        )


HELP_TEXTS = dict(helps())


@pytest.mark.parametrize("location", HELP_TEXTS)
def test_a_help_text_leads_to_the_glossary(location: str) -> None:
    call = HELP_TEXTS[location]
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Name)
    assert call.func.id in LINKERS
    if call.func.id == "with_term":
        term = call.args[1]
        assert isinstance(term, ast.Constant)
        assert term.value in glossary()


@pytest.mark.parametrize("location", HELP_TEXTS)
def test_a_help_text_is_short(location: str) -> None:
    call = HELP_TEXTS[location]
    assert isinstance(call, ast.Call)
    texts = [part.value for part in call.args if isinstance(part, ast.Constant)]
    if texts and len(texts) == len(call.args) and isinstance(call.func, ast.Name):
        visible = LINKERS[call.func.id](*texts).replace("](", " ](").partition("](")[0]
        assert len(visible.split()) <= MOST_WORDS


def test_there_are_help_texts() -> None:
    assert len(HELP_TEXTS) > 15
    assert len(BLOCK_STRIP.split()) <= MOST_WORDS
    assert with_glossary(PROMISE).endswith("[Glossary](glossary)")
