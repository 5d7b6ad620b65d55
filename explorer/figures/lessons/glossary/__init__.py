"""A small picture for each term of the glossary."""

from __future__ import annotations

from explorer.figures.lessons.glossary import cost, network, seeing, training, transfer
from explorer.lessons.glossary import Term

_PICTURES = (
    network.PICTURES | training.PICTURES | seeing.PICTURES | cost.PICTURES | transfer.PICTURES
)


def picture(term: Term) -> str:
    """Draw a term as SVG.

    Raises:
        KeyError: if there is no drawing of the term.
    """
    return _PICTURES[term.id]().svg(term.picture)
