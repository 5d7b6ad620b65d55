"""Takes a screenshot of every state of the pages, in both themes and both sizes.

    python tests/browser/shots.py [--folder test-results/shots] [--only blank-map]

It asserts nothing: a person looks at the pictures.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, sync_playwright
from skimage import data

from chromium import find_chromium
from opened_app import App
from started_app import serving

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


def activations(app: App) -> None:
    """The channels of a block, with those that are dead."""
    app.open("/activations?top=all")
    app.page.locator(".dead").last.click()


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


def lesson_block(app: App) -> None:
    """The first card of all, right after it was opened."""
    app.open("/lessons")


def lesson_done(app: App) -> None:
    """A card about gradients whose task is done."""
    app.open("/lessons?lesson=gradients&card=norm&flow_depth=110")
    app.page.get_by_text("It grows towards the first block").click()


def lesson_curves(app: App) -> None:
    """The recorded curves of the twins."""
    app.open("/lessons?lesson=degradation")


def lesson_presented(app: App) -> None:
    """The live training in presenter mode, before its start."""
    app.open("/lessons?lesson=degradation&card=live&present=yes")


def lesson_sweep(app: App) -> None:
    """Each block switched off in turn."""
    app.open("/lessons?lesson=identity&card=sweep")


def lesson_budget(app: App) -> None:
    """The budget advisor."""
    app.open("/lessons?lesson=depth&card=budget")


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
        activations,
        claims,
        guesses,
        term,
        teachers,
        lesson_block,
        lesson_done,
        lesson_curves,
        lesson_presented,
        lesson_sweep,
        lesson_budget,
        relatives,
        missing_weights,
    )
}
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


def shoot(browser: Browser, url: str, name: str, theme: str, size: str, folder: Path) -> None:
    """Bring the app into a state and take its picture."""
    width, height = SIZES[size]
    context = browser.new_context(
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    app = App(context.new_page(), url)
    app.page.set_default_timeout(20_000)
    state = STATES[name] if name in STATES else FRESH[name][0]
    path = folder / f"{name}-{size}-{theme}.png"
    try:
        state(app)
        if name != "starting":
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
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    names = options.only or [*STATES, *FRESH]
    looks = [(theme, size) for theme in THEMES for size in SIZES]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        with fresh_app() as url:
            for name in [name for name in names if name in STATES]:
                for look in looks:
                    shoot(browser, url, name, *look, options.folder)
        for name in [name for name in names if name in FRESH]:
            for look in looks:
                with fresh_app(*FRESH[name][1]) as url:
                    shoot(browser, url, name, *look, options.folder)
        browser.close()


if __name__ == "__main__":
    main()
