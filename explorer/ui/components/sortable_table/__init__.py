"""A table that the reader can sort in the browser, with bars in the cells with numbers."""

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
        id: identifier of the column.
        heading: heading of the column, with the unit.
        about: explanation of the column, in a sentence.
        low: whether low values are the best ones, so that sorting starts with the lowest.
        text: whether the column holds words.
    """

    id: str
    heading: str
    about: str = ""
    low: bool = True
    text: bool = False


@dataclass(frozen=True)
class TableCell:
    """A cell of a table.

    Attributes:
        text: text of the cell.
        value: value to sort by; None is always last.
        part: length of the bar as a fraction of the cell, 0..1; None for no bar.
    """

    text: str
    value: float | str | None
    part: float | None = None


@dataclass(frozen=True)
class TableRow:
    """A row of a table.

    Attributes:
        cells: the cells, one for each column; the first one is the row's header.
        note: text under the header.
        kind: "best", "provisional", both separated by a space, or "".
    """

    cells: tuple[TableCell, ...]
    note: str = ""
    kind: str = ""


def sortable_table(
    key: str, caption: str, columns: Sequence[TableColumn], rows: Sequence[TableRow]
) -> None:
    """Draw a table.

    Args:
        key: key of the table on the page.
        caption: what the table shows, for screen readers.
        columns: the columns from left to right; the first holds the names of the rows.
        rows: the rows in their order before the reader sorts them.
    """
    _table(
        key=key,
        data={
            "caption": caption,
            "columns": [asdict(column) for column in columns],
            "rows": [asdict(row) for row in rows],
        },
    )
