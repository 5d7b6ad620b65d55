"""The typeface of exported pictures: DejaVu Sans, which comes with matplotlib.

Only the folder of matplotlib is looked up; importing it would take longer than the picture.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont


def sans(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Open the typeface at a size in pixels."""
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("matplotlib, which carries the typeface, is missing; install it.")
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    fonts = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(fonts / name, size)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float, most: int = 99) -> str:
    """Break a text into lines that are no wider than `width` pixels; what has no room is cut.

    Args:
        text: words between single spaces.
        font: that it will be drawn in.
        width: of a line.
        most: lines; the last one ends in an ellipsis if there are more.
    """
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    cut = [*lines[: most - 1], f"{lines[most - 1]} …"] if len(lines) > most else lines
    return "\n".join(_shortened(line, font, width) for line in cut)


def _shortened(line: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    if font.getlength(line) <= width:
        return line
    kept = line.removesuffix(" …")
    while kept and font.getlength(f"{kept}…") > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
