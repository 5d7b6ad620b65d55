"""The wheel holds all that the app needs, and works from any folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


def run(command: list[str], **environment: str) -> str:
    """Run a command to its end in the root folder; return what it printed."""
    done = subprocess.run(
        command, cwd="/", env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel of this checkout is installed."""
    wheels, site = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    offline = ["--no-deps", "--no-index"]
    run([*PIP, "wheel", *offline, "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)])
    (wheel,) = wheels.glob("*.whl")
    run([*PIP, "install", *offline, "--target", str(site), str(wheel)])
    return site


def test_the_wheel_finds_its_pages_assets_and_settings(installed: Path) -> None:
    program = "from explorer.paths import *; print(ENTRY_SCRIPT, PAGES, ASSETS, sep='\\n')"
    found = run([sys.executable, "-c", program], PYTHONPATH=str(installed)).splitlines()
    package = installed / "explorer"
    assert [Path(line) for line in found] == [
        package / "app.py",
        package / "pages",
        package / "assets",
    ]
    assert (package / ".streamlit" / "config.toml").is_file()


def files_of(folder: Path) -> set[str]:
    """What lies in a folder, compiled Python left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {str(path.relative_to(folder)) for path in files}


def test_the_wheel_carries_every_page_and_asset_but_the_pictures_of_the_readme(
    installed: Path,
) -> None:
    assets = {name for name in files_of(ROOT / "assets") if not name.startswith("readme/")}
    assert files_of(installed / "explorer" / "assets") == assets
    assert files_of(installed / "explorer" / "pages") == files_of(ROOT / "pages")


def test_the_app_of_the_wheel_opens(installed: Path) -> None:
    program = """
from explorer.paths import ENTRY_SCRIPT
from streamlit.testing.v1 import AppTest
app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=120).run()
print(ENTRY_SCRIPT, [error.message for error in app.exception])
"""
    printed = run([sys.executable, "-c", program], PYTHONPATH=str(installed))
    assert printed == f"{installed / 'explorer' / 'app.py'} []\n"


def test_the_command_of_the_wheel_answers(installed: Path) -> None:
    script = installed / "bin" / "resnet-explorer"
    assert "explain photos" in run([str(script), "--help"], PYTHONPATH=str(installed))


def test_every_requirement_is_pinned_to_a_version_that_it_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    requirements = map(Requirement, [*project["dependencies"], *chain(*extras)])
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert all(pins[requirement.name] in requirement.specifier for requirement in requirements)


def test_the_newest_version_of_the_changelog_is_the_version_of_the_package() -> None:
    headings = re.findall(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == metadata.version("resnet-explorer")
