"""The Poke page in a real browser: a region and a cell, with the mouse and with the keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from explorer.ui.components import photo_region, sources
from opened_app import App
from test_accessibility import TWO_LOOKS, faults

ALPHA = """image => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const box = image.getBoundingClientRect();
    let [top, left, bottom, right] = [canvas.height, canvas.width, 0, 0];
    for (let y = 0; y < canvas.height; y++) for (let x = 0; x < canvas.width; x++) {
        if (!data[4 * (y * canvas.width + x) + 3]) continue;
        [top, left] = [Math.min(top, y), Math.min(left, x)];
        [bottom, right] = [Math.max(bottom, y + 1), Math.max(right, x + 1)];
    }
    const [down, along] = [box.height / canvas.height, box.width / canvas.width];
    return {
        y: box.y + top * down, x: box.x + left * along,
        height: (bottom - top) * down, width: (right - left) * along,
    };
}"""


DRAW = """async script => {
    const component = (await import(URL.createObjectURL(
        new Blob([script], {type: 'text/javascript'})))).default;
    window.told = [];
    window.moving = [];
    window.answer = (region, told = '') => component({
        data: packed({
            photo: 'cat', size: [300, 200], highest: '200px', alt: '', tag: '', told,
            guide: [[[0.2, 0.2], [0.6, 0.2], [0.6, 0.5], [0.2, 0.2]]],
            frame: {top: 0, left: 0, bottom: 1, right: 1},
            limits: {top: 0, left: 0, bottom: 1, right: 1},
            region: {top: region, left: region, bottom: region + 0.4, right: region + 0.4},
        }, {cover: [0]}),
        parentElement: document.body,
        setTriggerValue: (name, value) => window[name === 'region' ? 'told' : name].push(value),
    });
    window.answer(0.1);
}"""


@pytest.fixture
def opened(app: App) -> App:
    """The page on its finished sample."""
    app.open("/poke")
    expect(region(app.page)).to_be_visible()
    return app


def region(page: Page) -> Locator:
    return page.get_by_role("application", name="Region of the photo")


def cells(page: Page) -> Locator:
    return page.get_by_role("application", name="Cells of the block")


def answer(page: Page) -> str:
    return page.get_by_role("list", name="Classes before and after").inner_text()


def box_of(element: Locator) -> FloatRect:
    box = element.bounding_box()
    assert box
    return box


def stage(page: Page) -> FloatRect:
    """Where the photo to poke lies on the screen."""
    return box_of(page.locator(".st-key-poke_stage .stage"))


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one point of the photo to another; points are parts of its sides."""
    photo = stage(page)
    places = [
        (photo["x"] + x * photo["width"], photo["y"] + y * photo["height"]) for x, y in (start, end)
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=5)
    page.mouse.up()


def test_a_region_is_moved_and_resized_with_arrow_keys_and_with_the_mouse(opened: App) -> None:
    # Arrow keys move the region, and with Shift they resize it.
    page, before = opened.page, answer(opened.page)
    first = box_of(region(page))
    region(page).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(
        page.get_by_text(re.compile("16 % of what the network sees, its middle 45 % down"))
    ).to_be_visible()
    moved = box_of(region(page))
    assert moved["x"] > first["x"]
    assert moved["width"] == pytest.approx(first["width"], abs=1)
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_url("**/poke?region=*")
    opened.settle()
    assert box_of(region(page))["width"] < moved["width"] / 2
    expect(region(page)).to_be_focused()
    assert answer(page) != before

    # A drawn region is hidden where it was drawn, and the answer moves.
    before = answer(page)
    drag(page, (0.45, 0.2), (0.6, 0.6))
    expect(page.locator(".moving")).to_have_count(0)
    opened.settle()
    assert answer(page) != before
    photo, drawn = stage(page), box_of(region(page))
    assert drawn["x"] - photo["x"] == pytest.approx(0.45 * photo["width"], abs=2)
    assert drawn["height"] == pytest.approx(0.4 * photo["height"], abs=2)
    hidden = page.locator(".cover").evaluate(ALPHA)
    assert hidden == pytest.approx(drawn, abs=4)  # the region, in whole pixels of the network
    assert "region=0.2000%2C0.4500%2C0.6000%2C0.6000" in page.url

    # It is moved by a drag, a corner and a click.
    first = box_of(region(page))
    page.mouse.move(first["x"] + first["width"] / 2, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(photo["x"] + photo["width"], photo["y"] - 50, steps=5)
    page.mouse.up()
    opened.settle()
    put_aside, frame = box_of(region(page)), box_of(page.locator(".st-key-poke_stage .frame"))
    assert put_aside["width"] == pytest.approx(first["width"], abs=1)
    assert put_aside["y"] == pytest.approx(frame["y"], abs=2)
    assert put_aside["x"] + put_aside["width"] == pytest.approx(frame["x"] + frame["width"], abs=2)
    page.locator(".handle.bottom.left").hover()
    page.mouse.down()
    page.mouse.move(put_aside["x"] - 40, put_aside["y"] + put_aside["height"] + 30, steps=5)
    page.mouse.up()
    opened.settle()
    assert box_of(region(page))["width"] == pytest.approx(put_aside["width"] + 40, abs=3)
    page.mouse.click(frame["x"] + frame["width"] / 3, frame["y"] + 0.7 * frame["height"])
    opened.settle()
    put = box_of(region(page))
    middle = frame["x"] + frame["width"] / 3
    assert put["x"] + put["width"] / 2 == pytest.approx(middle, abs=3)


def test_an_answer_does_not_take_the_region_out_of_the_readers_hands(page: Page) -> None:
    page.set_content(photo_region.HTML)
    page.add_script_tag(path=Path(__file__).with_name("packing.js"))
    script, style = sources(photo_region.__file__, "cached_photo", "photo_stage")
    page.add_style_tag(content=style)
    page.evaluate(DRAW, script)
    page.locator(".region").press("ArrowRight")
    page.evaluate("window.answer(0.5)")  # to what was asked before
    page.wait_for_function("window.told.length === 1")
    assert page.evaluate("window.told") == ["0.1000,0.1500,0.5000,0.5500"]
    page.mouse.move(30, 30)
    page.mouse.down()
    page.mouse.move(60, 60)
    page.evaluate("window.answer(0.1)")
    page.mouse.move(90, 130)
    page.mouse.up()
    assert page.evaluate("window.told.length") == 2
    assert page.locator(".moving").count() == 1
    page.evaluate("window.answer(0.2)")
    assert page.locator(".moving").count() == 0


def test_while_a_region_is_dragged_one_question_is_open_and_the_last_place_wins(
    page: Page,
) -> None:
    page.set_content(photo_region.HTML)
    page.add_script_tag(path=Path(__file__).with_name("packing.js"))
    script, style = sources(photo_region.__file__, "cached_photo", "photo_stage")
    page.add_style_tag(content=style)
    page.evaluate(DRAW, script)
    assert page.locator(".guide path").last.get_attribute("d") == "M0.2 0.2L0.6 0.2L0.6 0.5L0.2 0.2"
    asked = "window.moving"
    page.mouse.move(260, 180)
    page.mouse.down()
    for step in range(5):
        page.mouse.move(240 - 10 * step, 170 - 10 * step)
    assert page.evaluate(f"{asked}.length") == 1  # the others wait for its answer
    page.evaluate("window.answer(0.5, '0.9,0.9,1,1')")  # an answer to something else
    assert page.evaluate(f"{asked}.length") == 1
    page.evaluate(f"window.answer(0.5, {asked}[0])")
    assert page.evaluate(f"{asked}.length") == 2  # at once, and of the last place alone
    page.evaluate(f"window.answer(0.5, {asked}[1])")
    assert page.evaluate(f"{asked}.length") == 2  # the hand rests: nothing is open
    assert page.evaluate("window.told") == []
    page.mouse.up()
    assert page.evaluate("window.told") == [page.evaluate(f"{asked}[1]")]  # computed in any case
    page.evaluate("window.answer(0.5, '0.9,0.9,1,1')")
    assert page.locator(".moving").count() == 1
    page.evaluate("window.answer(0.5, window.told[0])")
    assert page.locator(".moving").count() == 0


def test_the_answer_follows_while_the_hand_drags_and_the_link_learns_the_end(opened: App) -> None:
    page, photo = opened.page, stage(opened.page)
    bars = page.get_by_role("list", name="Classes before and after")
    before = bars.text_content() or ""

    def move(x: float, y: float) -> None:
        page.mouse.move(photo["x"] + x * photo["width"], photo["y"] + y * photo["height"], steps=3)

    expect(page.locator(".guide path").last).to_have_attribute("d", re.compile("^M.*L"))
    move(0.15, 0.2)  # beside the region, to draw another
    page.mouse.down()
    move(0.5, 0.5)
    expect(bars).not_to_have_text(before)
    expect(page.locator(".moving")).to_have_count(1)
    assert "region=" not in page.url
    move(0.6, 0.9)
    page.mouse.up()
    page.wait_for_url("**/poke?region=*")
    expect(page.locator(".moving")).to_have_count(0)
    opened.settle()
    drawn = box_of(region(page))
    assert drawn["height"] == pytest.approx(0.67 * photo["height"], abs=5)  # up to the frame
    said = page.get_by_text(re.compile(r"^Region: \d+ %")).inner_text()
    share = re.findall(r"\d+", said)[0]
    expect(page.get_by_text(re.compile(f"Hidden: {share} % of what"))).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile("/poke$"))  # one step for the whole drag


def test_a_cell_is_chosen_with_the_mouse_and_with_the_keyboard(opened: App) -> None:
    page = opened.page
    page.get_by_role("radio", name="layer2.1", exact=True).click()
    sees = page.get_by_role("img", name=re.compile(r"could see 99\W+99 pixels"))
    expect(sees).to_be_attached()
    opened.settle()
    cells(page).scroll_into_view_if_needed()
    frame = box_of(page.locator(".st-key-field_stage .frame"))
    page.mouse.click(frame["x"] + 0.51 * frame["width"], frame["y"] + 0.26 * frame["height"])
    expect(page.get_by_text("Cell in row 6 of 20, column 11 of 20.")).to_be_visible()
    page.wait_for_url("**/poke?*point=0.2750%2C0.5250*")
    opened.settle()
    theory = box_of(page.locator(".theory"))
    assert theory["width"] == pytest.approx(99 / 160 * frame["width"], abs=2)
    seen = page.locator(".st-key-field_stage .heat").evaluate(ALPHA)
    assert seen["x"] >= theory["x"] - 2
    assert seen["x"] + seen["width"] <= theory["x"] + theory["width"] + 2
    cells(page).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/poke?*point=0.3250%2C0.4750*")
    opened.settle()
    expect(page.get_by_text("Cell in row 7 of 20, column 10 of 20.")).to_be_visible()
    expect(cells(page)).to_be_focused()


def test_axe_finds_nothing_serious_and_a_finger_can_scroll_the_page_over_the_photo(
    opened: App,
) -> None:
    assert faults(opened, *TWO_LOOKS) == {}
    area = opened.page.locator(".area")
    expect(area).to_have_css("touch-action", "pan-y pinch-zoom")
    expect(region(opened.page)).to_have_css("touch-action", "none")
