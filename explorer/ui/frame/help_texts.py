"""Help texts: short, and each with a door to the glossary."""

from __future__ import annotations

from explorer.lessons.glossary import glossary


def with_term(text: str, term: str) -> str:
    """Write a help text with a link to a term, for an argument `help=`.

    Raises:
        KeyError: if the glossary has no such term.
    """
    title = glossary()[term].title
    return f"{text} [Glossary: {title}](glossary?term={term})"


def with_glossary(text: str) -> str:
    """Write a help text that explains no term with a link to the whole glossary."""
    return f"{text} [Glossary](glossary)"
