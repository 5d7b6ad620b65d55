"""Measure the waiting times in the app, beside importing its libraries in the same run.

    python benchmarks/app.py [--rounds 15] [--starts 3]

A start is timed from creating the process to the first paint and to the first explanation, in a new
browser profile; the bare imports alternate with the starts. A click is timed in the page, from the
click to the frame that shows the new picture, and to the frame that shows everything after it. Each
click requests a map that has not been computed before. Medians are printed.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Locator, Page, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "tests"))
sys.path.append(str(Path(__file__).parents[1] / "tests" / "browser"))

from chromium import find_chromium
from opened_app import App

IMPORTS = "import torch, torchvision, captum, streamlit"
COMMAND = Path(sys.executable).with_name("resnet-explorer")
BARE, PAINT, EXPLANATION = "bare imports", "start to first paint", "start to first explanation"
CLASS, BLOCK, PHOTO = "click on a class", "click on a block", "click on another photo"
REST = "  and all around it"
AIMS = {PAINT: 2.0, CLASS: 0.15, BLOCK: 0.15, PHOTO: 0.15}  # seconds
AIM_OF_EXPLANATION = 1.3  # times the bare imports
BLOCKS = ("layer3.0", "layer2.0")

# The accessible name of the picture changes in the same frame as its pixels.
CLICK = """async button => {
    const named = root => [...root.querySelectorAll('*')].flatMap(element => [
        ...(element.matches('[role=img][aria-label*="heatmap of"]') ? [element] : []),
        ...(element.shadowRoot ? named(element.shadowRoot) : []),
    ]);
    let [picture] = named(document);
    const frame = () => new Promise(requestAnimationFrame);
    const before = picture.ariaLabel;
    const start = performance.now();
    button.click();
    while (!picture?.isConnected || picture.ariaLabel === before) {
        await frame();
        if (!picture?.isConnected) [picture] = named(document); // none, while it is drawn anew
        if (performance.now() - start > 30000) throw new Error('The picture stayed the same.');
    }
    await Promise.all([...picture.querySelectorAll('img')].map(image => image.decode()));
    await frame();
    const seconds = [(performance.now() - start) / 1000];
    const app = document.querySelector('[data-testid=stApp]');
    while (app.dataset.testScriptState !== 'notRunning') await frame();
    await frame();
    return [...seconds, (performance.now() - start) / 1000];
}"""
Seconds = defaultdict[str, list[float]]


def bare_imports() -> float:
    """Return the seconds that the app's imports take in a new process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", IMPORTS], check=True)
    return time.perf_counter() - started


@contextmanager
def running(browser: Browser) -> Iterator[tuple[App, float]]:
    """Start the app and open it as soon as it listens; yield the tab and the start time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    started = time.perf_counter()
    process = subprocess.Popen(
        [COMMAND, "app", "--headless", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_listener(process, port)
        app = App(page, f"http://127.0.0.1:{port}")
        page.goto(app.url, wait_until="commit")
        yield app, started
    finally:
        page.context.close()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _wait_for_listener(process: subprocess.Popen[bytes], port: int) -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("The app did not start.")


def measure_start(page: Page, started: float, seconds: Seconds) -> None:
    """Time the first paint and the first explanation."""
    page.get_by_role("heading", level=1).wait_for()
    seconds[PAINT].append(time.perf_counter() - started)
    picture(page).wait_for()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    seconds[EXPLANATION].append(time.perf_counter() - started)


def measure_clicks(app: App, rounds: int, seconds: Seconds) -> None:
    """Time clicks on another photo, then on another of its classes, then on another block."""
    choices = {name: app.page.get_by_role("radiogroup", name=name) for name in ("Photos", "Class")}
    for number in range(rounds + 1):
        photos = choices["Photos"].get_by_role("radio")
        clicks = {
            PHOTO: photos.nth((number + 1) % photos.count()),
            CLASS: choices["Class"].get_by_role("radio").nth(1),
            BLOCK: app.page.get_by_role("radio", name=BLOCKS[number % 2], exact=True),
        }
        for name, button in clicks.items():
            app.settle()
            picture_seconds, all_seconds = button.evaluate(CLICK)
            if number:  # the first round warms up
                seconds[name].append(picture_seconds)
                seconds[name + REST].append(all_seconds)


def picture(page: Page) -> Locator:
    """Return the photo with its heatmap."""
    return page.locator('[role=img][aria-label*="heatmap of"]').first


def print_table(seconds: Seconds) -> None:
    """Print a row per waiting time: the median, its ratio to the bare imports, and the aim."""
    bare = median(seconds[BARE])
    aims = AIMS | {EXPLANATION: AIM_OF_EXPLANATION * bare}
    print(f"{'':42} {'median':>9} {'/ imports':>10} {'aim':>9} {'/ aim':>6}   n")
    for name, times in seconds.items():
        middle, aim = median(times), aims.get(name)
        ends = f"{1000 * aim:6.0f} ms {middle / aim:6.2f}" if aim else " " * 16
        print(f"{name:42} {1000 * middle:6.0f} ms {middle / bare:10.3f} {ends} {len(times):3}")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--starts", type=int, default=3)
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    seconds: Seconds = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        for start in range(options.starts):
            seconds[BARE].append(bare_imports())
            with running(browser) as (app, started):
                measure_start(app.page, started, seconds)
                if start == options.starts - 1:
                    measure_clicks(app, options.rounds, seconds)
        browser.close()
    print_table(seconds)


if __name__ == "__main__":
    main()
