"""The typeface of exported pictures: DejaVu Sans, which comes with matplotlib.

Only matplotlib's folder is looked up; importing it would take longer than drawing the picture.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont


def sans(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Open the typeface at a size in pixels.

    Raises:
        FileNotFoundError: if matplotlib is not installed.
    """
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("matplotlib, which carries the typeface, is missing; install it.")
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    fonts = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(fonts / name, size)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float, most: int = 99) -> str:
    """Break a text into lines of at most `width` pixels, and truncate what does not fit.

    Args:
        text: words separated by single spaces.
        font: the font that the text will be drawn in.
        width: the maximum width of a line in pixels.
        most: the maximum number of lines; the last one ends in an ellipsis if there are more.
    """
    lines = [""]
    for word in text.split(" "):
        extended = f"{lines[-1]} {word}".strip()
        if font.getlength(extended) <= width or not lines[-1]:
            lines[-1] = extended
        else:
            lines.append(word)
    visible = [*lines[: most - 1], f"{lines[most - 1]} …"] if len(lines) > most else lines
    return "\n".join(_truncated(line, font, width) for line in visible)


def _truncated(line: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    if font.getlength(line) <= width:
        return line
    prefix = line.removesuffix(" …")
    while prefix and font.getlength(f"{prefix}…") > width:
        prefix = prefix[:-1]
    return f"{prefix.rstrip()}…"
