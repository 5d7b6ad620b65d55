"""Paths of pages and assets: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def _find(name: str) -> Path:
    for folder in (PACKAGE, PACKAGE.parent):
        if (folder / name).is_dir():
            return folder / name
    raise FileNotFoundError(
        f"{name}/ is neither in {PACKAGE} nor beside it; install the package again."
    )


PAGES = _find("pages")
ASSETS = _find("assets")
SHIPPED_CLASSES = ASSETS / "transfer" / "caltech_ship"  # eight categories, 24 photos each
ENTRY_SCRIPT = PACKAGE / "app.py"


def style_sheet() -> str:
    """Return the style sheet of the page, with the heights that it reserves for components."""
    reserved = sorted(PACKAGE.glob("ui/components/*/*.reserved.css"))
    sheets = (PACKAGE / "ui" / "frame" / "style.css", *reserved)
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
