"""Every file and module that a text names is there."""

from __future__ import annotations

import io
import re
import tokenize
from importlib.util import find_spec
from pathlib import Path

from explorer.paths import PAGES

ROOT = PAGES.parent
PATH = re.compile(r"(?<![\w./-])(?:explorer|pages|tests|assets|benchmarks)/[\w./-]*\w")
MODULE = re.compile(r"(?<![\w.\"'/-])explorer(?:\.\w+)+")
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(ROOT / "assets").rglob("*.md"),
    *(ROOT / "assets").rglob("*.toml"),
]
SOURCES = [
    file
    for folder in ("explorer", "pages", "tests", "benchmarks")
    for file in (ROOT / folder).rglob("*.py")
]
IN_A_WHEEL = {"explorer/assets", "explorer/pages"}


def words(file: Path) -> str:
    """A document as it is; of a source file its docstrings and comments."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        return text
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    docs = ('"""', 'r"""', "#")
    return "\n".join(token.string for token in tokens if token.string.startswith(docs))


def exists(dotted: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    module, _, name = dotted.rpartition(".")
    try:
        if find_spec(dotted) is not None:
            return True
    except ModuleNotFoundError:
        return bool(module) and module != "explorer" and exists(module)
    spec = find_spec(module)
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    return re.search(rf"\b{name}\b", source) is not None


def missing(file: Path) -> list[str]:
    """Paths and modules that a file names and that are not there."""
    text = words(file)
    paths = [path for path in PATH.findall(text) if not (ROOT / path).exists()]
    return [*paths, *(name for name in MODULE.findall(text) if not exists(name))]


def test_what_a_text_names_is_there() -> None:
    wrong = {str(file.relative_to(ROOT)): missing(file) for file in [*DOCUMENTS, *SOURCES]}
    assert {file: names for file, names in wrong.items() if set(names) - IN_A_WHEEL} == {}


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 300
    assert len(DOCUMENTS) > 10
    assert sum(bool(PATH.search(words(file))) for file in [*DOCUMENTS, *SOURCES]) > 50
