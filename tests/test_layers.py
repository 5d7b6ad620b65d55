"""Imports go one way: pages -> explorer.ui -> explorer.figures -> explorer."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from explorer.paths import PACKAGE, PAGES

# The two files that start Streamlit lie beside the core: a command and an entry script have to.
STARTS_STREAMLIT = {"app", "server"}
HEAVY = {"torch", "torchvision", "captum", "matplotlib"}


def modules(folder: Path, package: str) -> list[str]:
    """Names of the modules directly in a folder."""
    return [f"{package}.{file.stem}" for file in sorted(folder.glob("[!_]*.py"))]


CORE = [name for name in modules(PACKAGE, "explorer") if name.split(".")[1] not in STARTS_STREAMLIT]
FIGURES = modules(PACKAGE / "figures", "explorer.figures")
UI = modules(PACKAGE / "ui", "explorer.ui")
COMMANDS = modules(PACKAGE / "commands", "explorer.commands")
LIGHT = [
    "explorer",
    "explorer.cli",
    "explorer.errors",
    "explorer.paths",
    "explorer.networks.variants",
]


def loaded_after(names: list[str]) -> set[str]:
    """Import modules in a fresh process; return the names of all that are loaded then."""
    program = f"import sys, {', '.join(names)}; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_linter_of_imports_sees_every_file() -> None:
    """What it does not see it cannot refuse: its contracts would be kept over an empty set."""
    root = PAGES.parent
    program = (
        "from grimp import build_graph\n"
        "from importlinter.api import read_configuration\n"
        "roots = read_configuration('pyproject.toml')['session_options']['root_packages']\n"
        "print(*build_graph(*roots).modules)"
    )
    seen = subprocess.check_output([sys.executable, "-c", program], cwd=root, text=True).split()
    files = [*PACKAGE.rglob("*.py"), *PAGES.glob("*.py")]
    dotted = {".".join(file.relative_to(root).with_suffix("").parts) for file in files}
    assert set(seen) - {"pages"} == {name.removesuffix(".__init__") for name in dotted}


@pytest.mark.parametrize("importer", [LIGHT, COMMANDS, UI], ids=["light", "commands", "ui"])
def test_what_comes_before_the_first_answer_does_not_wait_for_torch(importer: list[str]) -> None:
    assert not loaded_after(["explorer", *importer]) & HEAVY


def imported_packages(file: Path) -> Iterator[str]:
    """Top-level packages that a file imports, at any depth of the file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.py")), ids=lambda page: page.stem)
def test_a_page_leaves_maths_and_drawing_to_the_package(page: Path) -> None:
    forbidden = {"torch", "torchvision", "captum", "plotly", "numpy"}
    assert not set(imported_packages(page)) & forbidden


def test_no_module_hides_a_library_from_the_entry_script() -> None:
    """Streamlit puts the entry script's folder first on sys.path."""
    ours = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    libraries = set(metadata.packages_distributions()) | sys.stdlib_module_names
    assert not ours & libraries
