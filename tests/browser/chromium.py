"""Finds a Chromium for the browser tests, and installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The Chromium that is installed: $CHROMIUM, or one on the PATH that starts."""
    candidates = (os.environ.get("CHROMIUM", ""), *NAMES)
    return next((path for path in map(shutil.which, candidates) if path and _starts(path)), None)


def _starts(path: str) -> bool:
    """Some distributions put a stub in its place that only asks to install something else."""
    return subprocess.run([path, "--version"], capture_output=True).returncode == 0


def _install_debian_package() -> None:
    """Install Debian's package, if this is Debian and we may."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (root and not shutil.which("sudo")):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = [*root, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run([*apt, *step], env=environment, stdin=subprocess.DEVNULL)


def _install_with_playwright() -> bool:
    """Let Playwright fetch its own browser, which costs nothing if it is there already."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0


def main() -> None:
    """Make sure that there is a Chromium, or stop with one line that says what to install."""
    if find_chromium():
        return
    _install_debian_package()
    if not find_chromium() and not _install_with_playwright():
        sys.exit(
            "The browser tests need Chromium: install Chromium or Google Chrome, "
            "or set CHROMIUM to its program, and start again."
        )


if __name__ == "__main__":
    main()
