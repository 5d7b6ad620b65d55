"""What the linter of imports (`make lint`) cannot tell of the floors and the rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from explorer.paths import PACKAGE, PAGES

ROOT = PAGES.parent
HEAVY = {"torch", "torchvision", "captum", "matplotlib"}
# Whoever imports one of these has asked for a result: torch may come with it.
AFTER_TORCH = {"networks", "weights", "photos", "explain", "blocks", "costs", "training"}
AFTER_TORCH |= {"features", "search", "transfer"}
LIGHT = [
    "explorer",
    "explorer.cli",
    "explorer.errors",
    "explorer.networks.variants",
    "explorer.paths",
    "explorer.weights.loading",
]
MOST_MODULES = 18  # in a folder: more of them cannot be looked over


def modules(folder: Path) -> list[str]:
    """Names of all modules in a folder and below."""
    files = sorted(folder.rglob("*.py"))
    dotted = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in dotted]


PAINT = [name for name in modules(PACKAGE / "ui") if name != "explorer.ui"]
COMMANDS = modules(PACKAGE / "commands")
EARLY = [
    name
    for name in modules(PACKAGE)
    if name.split(".")[1:2]
    in ([], ["lessons"], ["serving"], ["background_job"], ["fair_queue"], ["records"])
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
    program = (
        "from grimp import build_graph\n"
        "from importlinter.api import read_configuration\n"
        "roots = read_configuration('pyproject.toml')['session_options']['root_packages']\n"
        "print(*build_graph(*roots).modules)"
    )
    seen = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True).split()
    assert set(seen) - {"pages"} == {*modules(PACKAGE), *modules(PAGES)}


@pytest.mark.parametrize(
    "importer",
    [LIGHT, COMMANDS, PAINT, EARLY],
    ids=["light", "commands", "ui", "lessons and server"],
)
def test_what_comes_before_the_first_answer_does_not_wait_for_torch(importer: list[str]) -> None:
    assert len(importer) > 4
    assert not loaded_after(importer) & HEAVY


def test_every_room_is_looked_at() -> None:
    """A new room is either light, and its modules are in the test above, or named as heavy."""
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms == AFTER_TORCH | {"lessons", "serving", "commands", "figures", "ui"}


def test_a_folder_can_be_looked_over() -> None:
    folders = {path.parent for path in [*PACKAGE.rglob("*.py"), *PAGES.glob("*.py")]}
    full = {folder for folder in folders if len(list(folder.glob("[!_]*.py"))) > MOST_MODULES}
    assert not full


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
