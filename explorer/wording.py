"""Labels and numbers as people write them; used for pages and exports alike."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

_BESIDE_NUMBER = re.compile(r"(?<=\d) (?=%|(?:ms|s|min|kB|MB|GB|points|pixels)\b)|(?<=[<>]) (?=\d)")


def spoken(label: str) -> str:
    """Write a label as people do: "car side" for "car_side"."""
    return label.replace("_", " ")


def verbatim(text: str) -> str:
    r"""Escape the characters that Markdown would take for formatting."""
    return "".join(f"\\{char}" if char in r"\`*_[]$:~<>#|" else char for char in text)


def percent(probability: float) -> str:
    """Write a probability in percent; one that is nearly 0 or 1 is not taken for it."""
    if probability < 0.0005:
        return unbroken("< 0.1 %")
    return unbroken("> 99.9 %" if 0.9995 <= probability < 1 else f"{100 * probability:.1f} %")


def unbroken(sentence: str) -> str:
    """Keep each number on one line with its unit, and with a sign before it."""
    return _BESIDE_NUMBER.sub("\N{NO-BREAK SPACE}", sentence)


def written(value: float) -> str:
    """Write a value with three significant digits and a real minus sign."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def times(sides: Iterable[int]) -> str:
    """Write the sides of a shape without line breaks between them: "64 x 32 x 32"."""
    return "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}".join(map(str, sides))


def listed(words: Sequence[str]) -> str:
    """Write one or more words as a list: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def amount(count: int) -> str:
    """Write a large number with three significant digits: "14.5 k", "2.36 M", "11.5 G"."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if count >= size:
            value = count / size
            digits = f"{value:.0f}" if value >= 99.5 else f"{value:.3g}"
            return f"{digits}\N{NO-BREAK SPACE}{unit}"
    return str(count)


_SUPERSCRIPTS = str.maketrans(
    "-0123456789",
    "\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT ZERO}\N{SUPERSCRIPT ONE}\N{SUPERSCRIPT TWO}"
    "\N{SUPERSCRIPT THREE}\N{SUPERSCRIPT FOUR}\N{SUPERSCRIPT FIVE}\N{SUPERSCRIPT SIX}"
    "\N{SUPERSCRIPT SEVEN}\N{SUPERSCRIPT EIGHT}\N{SUPERSCRIPT NINE}",
)


def power(value: float) -> str:
    """Write a number >= 0 with two significant digits; extreme ones with a power of ten."""
    if math.isinf(value):
        return "\N{INFINITY}"
    if value == 0 or 0.001 <= value < 1000:
        return f"{value:.2g}" if value < 100 else f"{value:.0f}"
    digits, _, exponent = f"{value:.1e}".partition("e")
    return (
        f"{digits}\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}{ten(int(exponent))}"
    )


def ten(exponent: int) -> str:
    """Write a power of ten: "10" with a superscript exponent."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def duration(seconds: float) -> str:
    """Write a duration in words: "about 12 s"."""
    if seconds < 0.1:
        words = "less than 0.1 s"
    elif seconds < 10:
        words = f"about {seconds:.1f} s"
    else:
        words = f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"
    return unbroken(words)
