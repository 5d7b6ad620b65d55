"""Measure what a click on the Activations page costs: milliseconds and bytes from the server.

    python benchmarks/activations.py [--rounds 10]

A click is timed in the page: on a block, until the frame that shows the sheet of its channels; on a
channel, until the frame that shows it over the photo. The bytes are those of all websocket frames
that the server sends until the page is idle. Medians are printed.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, field
from statistics import median

from app import running
from playwright.sync_api import WebSocket, sync_playwright

from chromium import find_chromium
from opened_app import App

AIM = 0.15  # seconds
# A click on a block ends with the sheet, a click on a channel with the large picture.
CLICK = """async ([name, result]) => {
    const all = root => [...root.querySelectorAll('*')].flatMap(element =>
        [element, ...(element.shadowRoot ? all(element.shadowRoot) : [])]);
    const frame = () => new Promise(requestAnimationFrame);
    const button = all(document).find(element => element.ariaLabel?.match(name)
        && element.role === 'radio');
    const isShown = () => all(document).some(element => element.ariaLabel?.match(result)
        && element.ariaBusy !== 'true' && element.checkVisibility());
    const start = performance.now();
    button.click();
    while (!isShown()) {
        await frame();
        if (performance.now() - start > 30000) throw new Error(`${result} did not appear.`);
    }
    await frame();
    return (performance.now() - start) / 1000;
}"""


@dataclass
class Cost:
    """Costs of one kind of click.

    Attributes:
        seconds: time of each click in seconds.
        received: bytes received for each click.
    """

    seconds: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)


class Clicks:
    """Clicks in an open page, with the bytes that the server sends for each.

    Args:
        app: open page; all websockets that it opens from now on are counted.
    """

    def __init__(self, app: App) -> None:
        self._app, self._received = app, 0
        app.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._count)

    def _count(self, frame: str | bytes) -> None:
        self._received += len(frame)

    def click(self, name: str, result: str, cost: Cost | None) -> None:
        """Click the button whose name matches, and wait for the result; both are patterns."""
        self._app.settle()
        self._received = 0
        seconds = float(self._app.page.evaluate(CLICK, [name, result]))
        self._app.settle()
        if cost is not None:
            cost.seconds.append(seconds)
            cost.received.append(self._received)


@dataclass(frozen=True)
class Case:
    """A page to measure.

    Attributes:
        title: title in the table.
        link: query string of the page.
        blocks: names of the two blocks to click alternately.
    """

    title: str
    link: str
    blocks: tuple[str, str]


def cases() -> list[Case]:
    """Return the built-in network, and the largest sheets: 256 and 2,048 channels."""
    full = "variant=resnet50&weights=random:0"
    late, early = ("layer4.1", "layer4.2"), ("layer1.1", "layer1.2")
    return [
        Case("ResNet-18, built-in, top 16", "top=16", ("layer4.0", "layer3.1")),
        Case("ResNet-50, 2,048 channels, top 16", f"{full}&top=16", late),
        Case("ResNet-50, 2,048 channels, all", f"{full}&top=all", late),
        Case("ResNet-50, 56 x 56 cells, top 64", f"{full}&top=64", early),
        Case("ResNet-50, 56 x 56 cells, all", f"{full}&top=all", early),
    ]


def measure(app: App, clicks: Clicks, case: Case, rounds: int) -> tuple[Cost, Cost]:
    """Return the costs of clicks on blocks and on channels of a page."""
    app.open(f"/activations?{case.link}&layer={case.blocks[1]}")
    block, channel = Cost(), Cost()
    for number in range(rounds + 1):
        counts = number > 0  # the first round warms up
        chosen = case.blocks[number % 2]
        clicks.click(f"^{chosen}$", f"^Channels of {chosen}$", block if counts else None)
        tiles = app.page.get_by_role("radiogroup", name=f"Channels of {chosen}").get_by_role(
            "radio"
        )
        label = tiles.nth(1 + number % 3).get_attribute("aria-label") or ""
        name = label.partition(",")[0]
        picture = f"with {name[0].lower()}{name[1:]} of "
        clicks.click(f"^{name},", picture, channel if counts else None)
    return block, channel


def print_row(title: str, cost: Cost) -> None:
    """Print a line of the table."""
    seconds = median(cost.seconds)
    print(
        f"{title:52} {1000 * seconds:6.0f} ms {seconds / AIM:6.2f} "
        f"{median(cost.received) / 1000:8.0f} kB {len(cost.seconds):3}"
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    print(f"{'':52} {'median':>9} {'/ aim':>6} {'received':>11}   n")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        with running(browser) as (app, _):
            clicks = Clicks(app)
            for case in cases():
                block, channel = measure(app, clicks, case, options.rounds)
                print_row(f"{case.title}: block", block)
                print_row(f"{case.title}: channel", channel)
        browser.close()


if __name__ == "__main__":
    main()
