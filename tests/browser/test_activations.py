"""The sheet of channels in a real browser: with the mouse, with the keyboard, and on the wire."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, WebSocket, expect

from opened_app import App
from test_accessibility import TWO_LOOKS, faults


class Wire:
    """Counts the bytes that the server sends.

    Attributes:
        received: since it was last set to 0.
    """

    def __init__(self, app: App) -> None:
        self.received = 0
        app.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._count)

    def _count(self, frame: str | bytes) -> None:
        self.received += len(frame)


def channels(app: App, name: str | re.Pattern[str]) -> Locator:
    return app.page.get_by_role("radiogroup", name=name).get_by_role("radio")


def is_large(app: App, tile: Locator) -> None:
    """The channel of a tile is the one over the photo."""
    number = re.match(r"Channel (\d+)", tile.get_attribute("aria-label") or "")
    assert number
    expect(app.page.get_by_role("img", name=f"with channel {number[1]} of")).to_be_visible()
    expect(app.page.get_by_text(f"Channel {number[1]} of")).to_be_visible()
    app.settle()
    assert f"channel={number[1]}" in app.page.url


def test_a_channel_is_chosen_with_the_mouse_and_neither_sheet_nor_photo_is_sent_again(
    app: App,
) -> None:
    wire = Wire(app)
    app.open("/activations?sample=motorcycle&layer=layer1.0&top=all")
    tiles = channels(app, "Channels of layer1.0")
    expect(tiles.first).to_have_attribute("aria-checked", "true")
    wire.received = 0
    tiles.nth(3).click()
    expect(tiles.nth(3)).to_have_attribute("aria-checked", "true")
    is_large(app, tiles.nth(3))
    assert 1_000 < wire.received < 100_000  # the sheet takes 35,000 bytes, the photo 148,000
    assert app.page.locator("img.photo").first.evaluate("photo => photo.naturalWidth") == 680
    alike = channels(app, re.compile("^Channels most like"))
    expect(alike).to_have_count(6)
    label = re.match(r"Channel \d+", alike.first.get_attribute("aria-label") or "")
    assert label
    alike.first.click()
    chosen = app.page.get_by_role("radio", name=re.compile(f"^{label[0]}, contribution"))
    expect(chosen).to_have_attribute("aria-checked", "true")
    is_large(app, chosen)
    expect(alike.first).to_be_focused()


def test_keys_walk_through_channels_rows_and_blocks_and_the_focus_stays(app: App) -> None:
    app.open("/activations?ranking=mean")
    tiles = channels(app, "Channels of layer4.1")
    tiles.first.focus()
    app.page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    is_large(app, tiles.nth(1))
    expect(tiles.nth(1)).to_be_focused()
    app.page.keyboard.press("ArrowDown")
    below = tiles.locator("xpath=self::*[@aria-checked='true']")
    expect(below).to_be_focused()
    is_large(app, below)
    assert below.bounding_box()["x"] == tiles.nth(1).bounding_box()["x"]  # type: ignore[index]

    # The strip moves the sheet to another block and back.
    strip = app.page.get_by_role("radiogroup", name="Block")
    clicked = strip.get_by_role("radio", name="layer2.1", exact=True)
    clicked.click()
    expect(channels(app, "Channels of layer2.1")).to_have_count(16)
    app.settle()
    expect(clicked).to_be_focused()
    app.page.keyboard.press("ArrowLeft")
    expect(channels(app, "Channels of layer2.0")).to_have_count(16)
    app.settle()
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, 20, 20).data.some(v => v > 200)"
    assert app.page.locator(".channels canvas").first.evaluate(drawn)


def test_axe_finds_nothing_serious_on_the_page_with_its_dead_channels(app: App) -> None:
    app.open("/activations?top=all")
    expect(app.page.locator(".dead").first).to_be_attached()
    assert faults(app, *TWO_LOOKS) == {}
