"""The main job in a real browser: a photo, a network, a class, a block, and the picture changes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import ConsoleMessage, Locator, expect
from skimage import data

from opened_app import App

DIGEST = """async canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return [...new Uint8Array(await crypto.subtle.digest('SHA-256', data))].join(' ');
}"""

COUNT_PAINTING = """() => {
    const canvas = CanvasRenderingContext2D.prototype;
    const paint = canvas.putImageData;
    window.painted = 0;
    canvas.putImageData = function (...rest) { window.painted += 1; paint.apply(this, rest); };
}"""


@pytest.fixture
def sample(app: App) -> Iterator[App]:
    """The app on its finished sample; whatever the test does, the console shows no error."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    app.page.on("console", note)
    app.open()
    expect(headline(app)).to_contain_text("kangaroo")
    app.settle()
    yield app
    assert complaints == []


def headline(app: App) -> Locator:
    """The predicted class and its probability."""
    return app.page.get_by_role("heading", level=2)


def picture(app: App) -> Locator:
    """The photo with the heatmap, as assistive technology sees it."""
    return app.page.get_by_role("img", name=re.compile("with the Grad-CAM heatmap of"))


def heatmap(app: App) -> str:
    """A digest of the heatmap that lies on the photo."""
    return str(app.page.locator(".stage .heat").evaluate(DIGEST))


def changes_the_heatmap(app: App, act: Callable[[], object], said: str) -> None:
    """Do something; the picture is described as `said` afterwards, and other pixels lie there."""
    before = heatmap(app)
    act()
    expect(picture(app)).to_have_attribute("aria-label", re.compile(said))
    app.settle()
    assert heatmap(app) != before


def upload(app: App, content: bytes) -> None:
    """Give a file to the uploader."""
    file = {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": content}
    app.page.locator("input[type=file]").first.set_input_files(file)


def coffee() -> bytes:
    """A real photo as a JPEG file."""
    buffer = io.BytesIO()
    Image.fromarray(data.coffee()).save(buffer, "JPEG")
    return buffer.getvalue()


def test_the_answer_is_in_view_and_blocks_and_photos_are_chosen_with_the_keyboard(
    sample: App,
) -> None:
    # The answer stands above the fold, and in order on a phone.
    page = sample.page
    classes = page.get_by_role("radiogroup", name="Class to explain")
    blocks = page.get_by_role("radiogroup", name="Block to explain")
    page.set_viewport_size({"width": 1440, "height": 900})
    for part in (picture(sample), headline(sample), classes, blocks):
        expect(part).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 390, "height": 844})
    sample.settle()
    boxes = [part.bounding_box() for part in (picture(sample), headline(sample), classes, blocks)]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    # Blocks and photos are chosen with the keyboard.
    page.set_viewport_size({"width": 1280, "height": 720})
    sample.settle()
    page.get_by_role("radio", name="layer4.1", exact=True).focus()
    changes_the_heatmap(sample, lambda: page.keyboard.press("ArrowLeft"), "of layer4.0")
    expect(page.get_by_role("radio", name="layer4.0", exact=True)).to_be_focused()
    page.get_by_role("radio", name="Kangaroo", exact=True).press("ArrowRight")
    changes_the_heatmap(sample, lambda: page.keyboard.press("Enter"), "^Butterfly")


@pytest.mark.usefixtures("with_motion")
def test_an_upload_is_explained_at_another_class_block_and_depth(sample: App) -> None:
    page = sample.page
    changes_the_heatmap(sample, lambda: upload(sample, coffee()), "^Photo 1 .*of layer4.1")
    expect(page.get_by_text("holiday")).to_have_count(1)  # beside the controls of the photo
    second = page.get_by_role("radiogroup", name="Class to explain").get_by_role("radio").nth(1)
    label = (second.get_attribute("aria-label") or "").partition(",")[0]
    changes_the_heatmap(sample, second.click, f"of layer4.1 for {label}")
    block = page.get_by_role("radio", name="layer3.0", exact=True)
    changes_the_heatmap(sample, block.click, f"of layer3.0 for {label}")
    page.get_by_label("Weights").select_option("random:0")
    expect(page.get_by_text("ResNet-18, untrained")).to_be_visible()
    depth = page.get_by_role("radio", name="34", exact=True)
    changes_the_heatmap(sample, depth.click, "of layer3.0")
    expect(page.get_by_text("ResNet-34, untrained")).to_be_visible()
    sample.settle()
    assert "variant=resnet34" in page.url
    assert "sample=" not in page.url


def test_the_strip_stays_in_place_and_the_chosen_block_has_its_ring_under_the_pointer(
    sample: App,
) -> None:
    page = sample.page
    page.set_viewport_size({"width": 1280, "height": 900})
    sample.settle()
    places, rings = set(), set()
    for block in ("layer4.0", "layer1.0", "stem", "layer3.1"):
        button = page.get_by_role("radio", name=block, exact=True)
        button.click()
        shown = page.locator("[data-testid=stMarkdown] strong", has_text=f"Block {block}")
        expect(shown).to_be_visible()
        sample.settle()
        places.add(
            page.locator(".st-key-block_strip").evaluate(
                "strip => strip.getBoundingClientRect().top"
                " + document.querySelector('[data-testid=stMain]').scrollTop"
            )
        )
        rings.add(button.evaluate("it => getComputedStyle(it.querySelector('.face')).boxShadow"))
    assert len(places) == 1
    (ring,) = rings
    assert ring.count("px 0px 4px") == 1  # the outer ring; the one under a pointer has 2 pixels
    strip = page.locator(".st-key-block_strip .strip")
    expect(strip).not_to_have_attribute("data-more", "")
    page.set_viewport_size({"width": 700, "height": 900})  # now there is more
    expect(strip).to_have_attribute("data-more", "")
    strip.evaluate("strip => { strip.scrollLeft = strip.scrollWidth; }")
    expect(strip).not_to_have_attribute("data-more", "")


def test_a_click_draws_nothing_anew_that_stays_and_keeps_nothing_of_earlier_photos(
    sample: App,
) -> None:
    page = sample.page
    stays = "[data-testid=stMain] :is([data-testid=stButtonGroup], [data-testid=stExpander])"
    page.eval_on_selector_all(stays, "found => found.forEach(one => { one.marked = true; })")
    for radio in (
        page.get_by_role("radio", name="Cup of coffee"),
        page.get_by_role("radio", name="layer3.0", exact=True),
        page.get_by_role("radiogroup", name="Class to explain").get_by_role("radio").nth(1),
        page.get_by_role("radio", name="layer2.0", exact=True),
        page.get_by_role("radio", name="Kangaroo", exact=True),
    ):
        radio.click()
        expect(radio).to_be_checked()
        sample.settle()
        counts = page.eval_on_selector_all(
            stays, "found => [found.length, found.filter(one => one.marked).length]"
        )
        assert counts[0] == counts[1] >= 3

    # Nothing of earlier photos is kept or painted again.
    for name in ("Cup of coffee", "Butterfly", "Kangaroo"):
        page.get_by_role("radio", name=name).click()
        expect(picture(sample)).to_have_attribute("aria-label", re.compile(name))
        sample.settle()
    kept = page.evaluate("Object.keys(window.resnetExplorerPhotos)")
    assert [name for name in kept if not name.startswith("thumbnail-")] == ["kangaroo"]
    page.evaluate(COUNT_PAINTING)
    page.get_by_label("Palette").select_option(index=1)
    assert page.evaluate("window.painted") == 2  # the map and its bar


def test_no_picture_and_missing_weights_keep_the_result_and_a_link_opens_what_it_describes(
    sample: App,
) -> None:
    # A file that is no picture is one sentence.
    upload(sample, b"this is no picture")
    expect(sample.page.get_by_role("alert")).to_have_text(
        re.compile("This file is not a picture that can be opened; choose")
    )
    expect(headline(sample)).to_contain_text("kangaroo")

    # Missing weights keep the result and offer two ways on.
    page = sample.page
    page.get_by_label("Weights").select_option("imagenet-classic")
    expect(page.get_by_role("button", name=re.compile(r"Fetch 47\sMB"))).to_be_visible()
    expect(page.get_by_text("is not on this machine yet")).to_be_visible()
    expect(headline(sample)).to_contain_text("kangaroo")
    page.get_by_role("button", name="Back to ResNet-18 (Built-in)").click()
    expect(page.get_by_text("is not on this machine yet")).to_have_count(0)

    # A link opens what it describes.
    sample.open("/?sample=cat&layer=layer3.1&class=cougar%20face&rather_than=leopards")
    described = re.compile("^Chelsea the cat .* of layer3.1 for cougar face rather than leopards")
    expect(picture(sample)).to_have_attribute("aria-label", described)
