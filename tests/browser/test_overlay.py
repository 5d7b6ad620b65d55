"""The picture with the map in a real browser: true to the server's, and silent on the wire."""

from __future__ import annotations

import json
import re
from itertools import product

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocket, expect

from explorer.figures.explain.heatmaps import Scale, in_place
from explorer.figures.palettes import PALETTES, table
from explorer.paths import PACKAGE
from explorer.photos.geometry import Framing, Preprocessing, frame
from explorer.ui.components.photo_overlay import parts
from opened_app import App

PAINT = """({map, colours, size, smooth}) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = size;
    map = {...map, values: new Float32Array(map.values)};
    paintMap(canvas, map, new Uint8Array(colours), smooth);
    return [...canvas.getContext('2d').getImageData(0, 0, ...size).data];
}"""


@pytest.mark.parametrize("size", [(150, 100), (40, 90), (400, 20), (3, 9)])
def test_the_browser_puts_and_colours_a_map_as_the_server_does(
    page: Page, size: tuple[int, int]
) -> None:
    page.add_script_tag(path=PACKAGE / "ui" / "components" / "scripts" / "paint_map.js")
    for framing, signed in product(Framing, (False, True)):
        paints_alike(page, size, framing, signed)


def paints_alike(page: Page, size: tuple[int, int], framing: Framing, signed: bool) -> None:
    """Smooth, and as cells."""
    values = np.random.default_rng(0).normal(size=(5, 5)).astype(np.float32)
    placed = frame(Image.new("RGB", size), Preprocessing(64, 72, (0,) * 3, (1,) * 3), framing)
    scale = Scale.of(values, signed)
    described = {
        "values": values.ravel().tolist(),
        "rows": 5,
        "columns": 5,
        "frame": parts(placed),
        "low": scale.low,
        "high": scale.high,
    }
    colours = table(signed, PALETTES[1]).ravel().tolist()
    for smooth in (True, False):
        drawn = page.evaluate(
            PAINT, {"map": described, "colours": colours, "size": size, "smooth": smooth}
        )
        expected = np.asarray(in_place(values, placed, size, scale, smooth).convert("RGBA"))[..., 3]
        alpha = np.array(drawn).reshape(size[1], size[0], 4)[..., 3]
        np.testing.assert_allclose(alpha, expected, atol=4)  # the next level, where halves round


@pytest.fixture
def opened(app: App) -> tuple[App, list[str | bytes]]:
    """The app on its sample with the maps signed, and what the browser sends from then on."""
    sent: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    app.page.on("websocket", listen)
    app.open("/?layer=layer3.1&signed=yes")
    assert sent
    sent.clear()
    return app, sent


def shade(app: App) -> str:
    """The colours of the map on the photo."""
    return str(app.page.locator(".heat").first.evaluate("canvas => canvas.toDataURL()"))


def test_looking_at_the_picture_in_other_ways_sends_nothing(
    opened: tuple[App, list[str | bytes]],
) -> None:
    (app, sent), page = opened, opened[0].page
    stage, heat, before = page.locator(".stage").first, page.locator(".heat").first, shade(app)
    page.get_by_label("Opacity").press("Home")
    expect(heat).to_have_css("opacity", "0")
    page.get_by_label("Opacity").press("End")
    page.get_by_label("Swipe").press("PageDown")
    expect(stage).to_have_class(re.compile("swiping"))
    page.get_by_label("Palette").select_option("Viridis")
    assert shade(app) != before
    smooth = shade(app)
    page.get_by_label("Cells", exact=True).press("Space")
    expect(stage).to_have_class(re.compile("celled"))
    assert shade(app) != smooth
    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 50, steps=4)
    page.mouse.up()
    expect(page.get_by_label("Swipe")).to_have_value("25")
    app.settle()
    assert sent == [], json.dumps([str(frame)[:80] for frame in sent])


def test_another_map_keeps_the_ways_in_which_it_is_looked_at(
    opened: tuple[App, list[str | bytes]],
) -> None:
    app, page = opened[0], opened[0].page
    page.get_by_label("Opacity").press("End")
    page.get_by_label("Swipe").fill("40")
    page.get_by_label("Palette").select_option("Cividis")
    page.get_by_label("Cells", exact=True).check()
    before = shade(app)
    page.get_by_role("radio", name="layer2.1", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("of layer2.1"))).to_be_visible()
    app.settle()
    assert shade(app) != before
    expect(page.get_by_label("Opacity")).to_have_value("100")
    expect(page.get_by_label("Swipe")).to_have_value("40")
    expect(page.get_by_label("Palette")).to_have_value("2")
    expect(page.get_by_label("Cells", exact=True)).to_be_checked()


def test_values_are_read_with_the_pointer_and_with_the_keyboard(
    opened: tuple[App, list[str | bytes]],
) -> None:
    page = opened[0].page
    said = page.locator("output.value").first
    page.get_by_label("Opacity").focus()
    page.keyboard.press("Shift+Tab")
    expect(said).to_contain_text("100 % of the scale")
    page.keyboard.press("ArrowDown")
    expect(said).not_to_contain_text("100 % of")
    page.keyboard.press("Home")
    expect(said).to_contain_text(re.compile("100 % of .* (supports|counts against) kangaroo"))
    page.locator(".frame").first.hover(position={"x": 5, "y": 5}, force=True)
    expect(said).to_contain_text("Cell in row 1, column 1: ")
