"""Takes a screenshot of every state of the pages, in both themes and both sizes.

    python tests/browser/shots.py [--folder test-results/shots] [--only blank-map] [--height 2400]

It asserts nothing: a person looks at the pictures. With --height they show what one scrolls to.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, sync_playwright
from skimage import data

from chromium import find_chromium
from explorer.lessons.lessons import lessons
from opened_app import App
from started_app import serving
from zipped_classes import CLASSES, class_folders

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")


def photos() -> list[dict[str, object]]:
    """A handful of real photos, as files."""
    pictures = (data.coffee(), data.chelsea(), data.astronaut(), data.rocket(), data.camera())
    files: list[dict[str, object]] = []
    for number, picture in enumerate(pictures):
        buffer = io.BytesIO()
        Image.fromarray(picture).convert("RGB").save(buffer, "JPEG")
        files.append(_file(f"{number}.jpg", buffer.getvalue()))
    return files


def _file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def _upload(app: App, *files: dict[str, object]) -> None:
    chooser = app.page.locator("input[type=file]").first
    chooser.set_input_files(list(files))  # type: ignore[arg-type]  # Playwright's own TypedDict


def opened(app: App) -> None:
    """The sample as the app opens on it: nothing in the tray but samples."""
    app.open()


def one_photo(app: App) -> None:
    """One photo of the reader's own."""
    app.open()
    _upload(app, photos()[0])


def many_photos(app: App) -> None:
    """Several photos at once."""
    app.open()
    _upload(app, *photos())


def contact_sheet(app: App) -> None:
    """Every photo with its prediction and its map."""
    app.open("/many")


def anatomy(app: App) -> None:
    """A block with a projection, taken apart."""
    app.open("/anatomy?layer=layer2.0")


def lesion(app: App) -> None:
    """Two blocks switched off."""
    app.open("/anatomy?cut=layer2.0,layer3.1&sample=cat")
    app.page.get_by_role("switch", name="Switch layer4.1 off").scroll_into_view_if_needed()


def poked(app: App) -> None:
    """A region that is all that is left, and an early cell."""
    app.open("/poke?hidden=rest&fill=blur&layer=layer2.1")


def compare(app: App) -> None:
    """What each network costs, on equal recipes."""
    app.open("/compare")


def compare_builtin(app: App) -> None:
    """The built-in networks, in a chart of their own."""
    app.open("/compare?networks=builtin&across=size")


def duel(app: App) -> None:
    """Depths side by side on one photo, then on all."""
    app.open("/compare?tab=duel&sample=coffee")
    app.page.get_by_role("button", name="Ask them about all").click()


def refused_file(app: App) -> None:
    """A file that is no picture."""
    app.open()
    _upload(app, _file("notes.jpg", b"this is no picture"))


def other_block_and_class(app: App) -> None:
    """An early block and a class that is not the best one."""
    app.open("/?layer=layer2.0&class=cougar%20face&sample=cat")


def unsure(app: App) -> None:
    """A photo of which no category is likely."""
    app.open("/?sample=galaxies")


def deep_network(app: App) -> None:
    """As many blocks as there are."""
    app.open("/?variant=resnet152")


def signed(app: App) -> None:
    """With the evidence against the class."""
    app.open("/?signed=yes&framing=whole")


def blank_map(app: App) -> None:
    """A class for which nothing in the photo speaks."""
    app.open("/?class=car%20side&sample=coffee")


def slow_method(app: App) -> None:
    """A method under way that takes its time."""
    app.open("/?method=occlusion&variant=resnet50&layer=layer3.2")
    app.page.get_by_role("button", name="Compute Occlusion").click()
    app.page.get_by_text("Occlusion: step").wait_for()


def report(app: App) -> None:
    """The report, in a file of its own."""
    app.open("/?sample=cat")
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name="Report").click()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        download.value.save_as(file)
        app.page.goto(file.as_uri())


def activations(app: App) -> None:
    """The channels of a block, with those that are dead."""
    app.open("/activations?top=all")
    app.page.locator(".dead").last.click()


def teach(app: App) -> None:
    """The example as it was recorded."""
    app.open("/teach")


def teach_own(app: App) -> None:
    """Three classes of the reader's own."""
    app.open("/teach")
    app.page.get_by_role("radio", name="My classes").click()
    app.settle()
    app.page.get_by_test_id("stPopoverButton").filter(has_text="ZIP or folder").click()
    app.page.locator("[class*=st-key-class_archive_] input[type=file]").set_input_files(
        {"name": "things.zip", "mimeType": "application/zip", "buffer": class_folders()}
    )
    app.page.locator(".class-name").nth(len(CLASSES) - 1).wait_for()


def claims(app: App) -> None:
    """What is said about ResNets, with verdicts."""
    app.open("/claims")


def guesses(app: App) -> None:
    """The same, verdicts hidden."""
    app.open("/claims?guess=yes")


def term(app: App) -> None:
    """The glossary, opened at a term."""
    app.open("/glossary?term=bottleneck")


def teachers(app: App) -> None:
    """What teachers need."""
    app.open("/teachers")


def lesson_done(app: App) -> None:
    """A card about gradients whose task is done."""
    app.open("/lessons?lesson=gradients&card=norm&flow_depth=110")
    app.page.get_by_text("It grows towards the first block").click()


def lesson_presented(app: App) -> None:
    """The live training in presenter mode, before its start."""
    app.open("/lessons?lesson=degradation&card=live&present=yes")


def card(address: str, app: App) -> None:
    """A card of a lesson, right after it was opened."""
    app.open(address)


def relatives(app: App) -> None:
    """A lesson as on a projector: how information flows through a relative of ResNet."""
    app.open("/lessons?lesson=family&card=beside&member=densenet&present=yes")


def missing_weights(app: App) -> None:
    """Weights that would have to be fetched."""
    app.open("/?weights=imagenet-classic")


def starting(app: App) -> None:
    """The first seconds of a fresh process: the page's shape while torch is imported."""
    app.page.goto(app.url)
    app.page.get_by_test_id("stSkeleton").first.wait_for()


def full_room(app: App) -> None:
    """No place left: somebody else is inside."""
    inside = app.page.context.browser
    if inside is not None:
        first = App(inside.new_page(), app.url)
        first.open()
    app.open()


State = Callable[[App], None]
STATES: dict[str, State] = {
    state.__name__.replace("_", "-"): state
    for state in (
        opened,
        one_photo,
        many_photos,
        contact_sheet,
        anatomy,
        lesion,
        poked,
        compare,
        compare_builtin,
        duel,
        refused_file,
        other_block_and_class,
        unsure,
        deep_network,
        signed,
        blank_map,
        slow_method,
        report,
        activations,
        teach,
        teach_own,
        claims,
        guesses,
        term,
        teachers,
        lesson_done,
        lesson_presented,
        relatives,
        missing_weights,
    )
} | {
    f"card-{lesson}-{one.name}": partial(card, f"/lessons?lesson={lesson}&card={one.name}")
    for lesson, found in lessons().items()
    for one in found.cards
}
# What is shown is moving, or is no page of the app.
UNSETTLED = ("starting", "slow-method", "report")
# They need a server of their own for each picture.
FRESH: dict[str, tuple[State, tuple[str, ...]]] = {
    "starting": (starting, ()),
    "full-room": (full_room, ("--sessions", "1")),
}


@contextmanager
def fresh_app(*options: str) -> Iterator[str]:
    """Serve the app without the weights that this machine may have."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TORCH_HOME"] = folder
        with serving(Path(folder), *options) as url:
            yield url


@dataclass(frozen=True)
class Look:
    """How the app is looked at."""

    theme: str
    size: str
    width: int
    height: int


def shoot(browser: Browser, url: str, name: str, look: Look, folder: Path) -> None:
    """Bring the app into a state and take its picture."""
    context = browser.new_context(
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.width, "height": look.height},
        reduced_motion="reduce",
    )
    app = App(context.new_page(), url)
    app.page.set_default_timeout(20_000)
    state = STATES[name] if name in STATES else FRESH[name][0]
    path = folder / f"{name}-{look.size}-{look.theme}.png"
    try:
        state(app)
        if name not in UNSETTLED:
            app.settle()
    except Error as error:
        print(f"{path.name}: {error.message.splitlines()[0]}")
    app.page.screenshot(path=path)
    for other in browser.contexts:
        other.close()
    print(path)


def main() -> None:
    """Take all pictures, or those of the states that were named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, default=Path("test-results/shots"))
    parser.add_argument("--only", nargs="+", choices=[*STATES, *FRESH], metavar="STATE")
    parser.add_argument("--height", type=int, help="rows of all pictures, in pixels")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    names = options.only or [*STATES, *FRESH]
    looks = [
        Look(theme, size, width, options.height or height)
        for theme in THEMES
        for size, (width, height) in SIZES.items()
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        with fresh_app() as url:
            for name in [name for name in names if name in STATES]:
                for look in looks:
                    shoot(browser, url, name, look, options.folder)
        for name in [name for name in names if name in FRESH]:
            for look in looks:
                with fresh_app(*FRESH[name][1]) as url:
                    shoot(browser, url, name, look, options.folder)
        browser.close()


if __name__ == "__main__":
    main()
