"""Help texts: short, and each with a link to the glossary."""

from __future__ import annotations

from explorer.lessons.glossary import glossary

# The same on every page that draws the blocks of a network.
BLOCK_STRIP = (
    "Click a block, or use the arrow keys. Arc: shortcut; dashed: projection; "
    "\N{DIVISION SIGN}2: half the rows and columns."
)


def with_term(text: str, term: str) -> str:
    """Append a link to a term of the glossary to a help text, for an argument `help=`.

    Raises:
        KeyError: if the glossary has no such term.
    """
    title = glossary()[term].title
    return f"{text} [Glossary: {title}](glossary?term={term})"


def with_glossary(text: str) -> str:
    """Append a link to the whole glossary to a help text that explains no term."""
    return f"{text} [Glossary](glossary)"
