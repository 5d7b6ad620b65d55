"""A table that the reader sorts in the browser, with a bar in each cell that has a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from explorer.ui.components import component

_table = component(
    __file__,
    '<div class="box" role="region" tabindex="0"><table><caption></caption>'
    "<thead></thead><tbody></tbody></table></div>",
)


@dataclass(frozen=True)
class TableColumn:
    """A column of a table.

    Attributes:
        id: its name.
        heading: with the unit.
        about: what it is, in a sentence.
        low: whether the best is the lowest, and sorting begins with it.
        text: whether it holds words.
    """

    id: str
    heading: str
    about: str = ""
    low: bool = True
    text: bool = False


@dataclass(frozen=True)
class TableCell:
    """A cell.

    Attributes:
        text: what it says.
        value: what it is sorted by; None stays last.
        part: how long its bar is, 0..1; None for no bar.
    """

    text: str
    value: float | str | None
    part: float | None = None


@dataclass(frozen=True)
class TableRow:
    """A row.

    Attributes:
        cells: one for each column; the first one is the row's header.
        note: under the header.
        kind: "best", "provisional", both with a space between, or "".
    """

    cells: tuple[TableCell, ...]
    note: str = ""
    kind: str = ""


def sortable_table(
    key: str, caption: str, columns: Sequence[TableColumn], rows: Sequence[TableRow]
) -> None:
    """Draw a table.

    Args:
        key: of the component.
        caption: what it shows, for those who do not see it.
        columns: from left to right; the first holds the names of the rows.
        rows: in the order in which they stand until the reader sorts them.
    """
    _table(
        key=key,
        data={
            "caption": caption,
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(row) for row in rows],
        },
    )
