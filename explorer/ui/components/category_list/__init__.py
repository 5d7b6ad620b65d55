"""Categories with a picture of each; the pictures are the tiles of one file."""

from __future__ import annotations

from explorer.ui.components import component, packed, pictures

_list = component(__file__, '<ul class="categories"></ul>')


def category_list(names: list[str], tiles: bytes, columns: int) -> None:
    """Show the categories.

    Args:
        names: names of the categories, in the order of the tiles.
        tiles: JPEG of square tiles, row by row; the last row may be shorter.
        columns: number of tiles in a row.
    """
    data = {"names": names, "columns": columns, "tiles": pictures(tiles)}
    _list(key="category_list", data=packed(data))
