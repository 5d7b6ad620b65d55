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
from explorer.figures.palettes import CIVIDIS, INFERNO, PALETTES, Palette, table
from explorer.figures.picture_settings import PictureSettings
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
        picture = in_place(values, placed, size, scale, PictureSettings(cells=not smooth))
        expected = np.asarray(picture.convert("RGBA"))[..., 3]
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


def test_looking_at_the_picture_in_other_ways_sends_nothing_until_a_control_is_let_go(
    opened: tuple[App, list[str | bytes]],
) -> None:
    (app, sent), page = opened, opened[0].page
    stage, heat, before = page.locator(".stage").first, page.locator(".heat").first, shade(app)
    page.get_by_label("Swipe").press("PageDown")
    expect(stage).to_have_class(re.compile("swiping"))
    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 50, steps=4)
    page.mouse.up()
    expect(page.get_by_label("Swipe")).to_have_value("25")
    page.get_by_label("Opacity").focus()
    for _ in range(5):  # held, it repeats
        page.keyboard.down("ArrowLeft")
    expect(heat).to_have_css("opacity", "0.65")
    app.settle()
    assert sent == [], json.dumps([str(frame)[:80] for frame in sent])
    page.keyboard.up("ArrowLeft")
    app.settle()
    assert len(sent) == 1
    assert "opacity=65" in page.url
    page.get_by_label("Palette").select_option("Viridis")
    expect(stage).not_to_have_class(re.compile("celled"))
    assert shade(app) != before
    smooth = shade(app)
    page.get_by_label("Cells", exact=True).press("Space")
    expect(stage).to_have_class(re.compile("celled"))
    assert shade(app) != smooth


STRIP = """images => images.map(image => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) colours.add([...data.slice(at, at + 3)].join());
    return [...colours];
})"""


def test_the_palette_holds_for_photo_and_strip_and_travels_in_the_link(app: App) -> None:
    def of_strip(palette: Palette) -> bool:
        """Whether the maps in the strip have the colours of a palette, and no others."""
        colours = {",".join(map(str, row[:3])) for row in table(signed=False, palette=palette)}
        found = page.locator(".st-key-block_strip .face img:not([hidden])").evaluate_all(STRIP)
        return len(found) == 9 and all(set(each) <= colours for each in found)

    page = app.page
    app.open()
    assert of_strip(INFERNO)
    page.get_by_label("Palette").select_option("Cividis")
    page.get_by_label("Frame", exact=True).press("Space")
    app.settle()
    assert of_strip(CIVIDIS)
    assert page.url.endswith("?frame=no&palette=cividis")
    seen = shade(app)
    page.get_by_role("radio", name="layer3.0", exact=True).click()
    app.settle()
    page.go_back()  # the block
    expect(page.get_by_role("radio", name="layer4.1", exact=True)).to_be_checked()
    app.settle()
    assert shade(app) == seen
    page.go_back()  # the frame
    expect(page.get_by_label("Frame", exact=True)).to_be_checked()
    app.open("/?palette=cividis&opacity=40&cells=yes&frame=no")
    assert of_strip(CIVIDIS)
    expect(page.get_by_label("Palette")).to_have_value(str(PALETTES.index(CIVIDIS)))
    expect(page.get_by_label("Frame", exact=True)).not_to_be_checked()
    expect(page.locator(".heat").first).to_have_css("opacity", "0.4")
    expect(page.locator(".stage").first).to_have_class(re.compile("celled unframed"))


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
