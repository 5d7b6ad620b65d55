"""The row "Take it with you": what a figure shows as files, made on request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.array_types import Map
from explorer.explain import exports
from explorer.explain.exports import Record
from explorer.figures.explain.slide import DARK, LIGHT, DrawnRecord, Slide, SlideTheme, slide_png
from explorer.figures.picture_settings import PictureSettings
from explorer.ui.components.deferred_download import deferred_download

TITLE = "Take it with you"


@dataclass(frozen=True)
class FileKind:
    """A kind of file to download.

    Attributes:
        label: text of the download button.
        icon: Material icon in front of the label.
        ending: extension of the file name, without the dot.
        mime: MIME type of the file.
        make: function that returns the content of the file.
    """

    label: str
    icon: str
    ending: str
    mime: str
    make: Callable[[], bytes]


@dataclass(frozen=True, eq=False)
class Export:
    """What a figure can be taken along as. It keeps no autograd graph alive.

    Attributes:
        name: name of all its files, without the extension.
        describe: function that returns the records of the figure.
        slide: function that returns what the slide shows.
        settings: how the page draws the pictures.
        kinds: the files beside the slide; all of them together are offered as a ZIP, too.
    """

    name: str
    describe: Callable[[], Sequence[Record]]
    slide: Callable[[], Slide]
    settings: PictureSettings
    kinds: tuple[FileKind, ...]


def row(
    export: Export,
    key: str = "take",
    title: str = TITLE,
    first: Callable[[], None] = lambda: None,
) -> None:
    """Offer a figure's files, and all of them in one.

    Args:
        export: the files.
        key: key of the row on the page.
        title: what is taken along.
        first: function that draws what stands before the files.
    """
    kinds = (slide_file(export.slide, export.describe, export.settings), *export.kinds)
    files(export.name, (*kinds, _everything(export, kinds)), key, title, first)


def files(
    name: str,
    kinds: Sequence[FileKind],
    key: str = "take",
    title: str = TITLE,
    first: Callable[[], None] = lambda: None,
) -> None:
    """Offer files of one name; the other arguments as for `row`.

    Args:
        name: name of the files, without the extension.
        kinds: the files.
        key: key of the row on the page.
        title: what is taken along.
        first: function that draws what stands before the files.
    """
    with titled_row(key, title):
        first()
        for kind in kinds:
            deferred_download(
                kind.label,
                kind.icon,
                f"{name}.{kind.ending}",
                kind.mime,
                kind.make,
                f"{key}_{kind.ending}",
            )


def titled_row(key: str = "take", title: str = TITLE) -> st.delta_generator.DeltaGenerator:
    """Make the row with its title; the buttons are drawn into it."""
    container = st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"{key}_along"
    )
    container.markdown(f"**{title}**", width="content")
    return container


def maps_file(
    maps: Callable[[], Sequence[Map]], describe: Callable[[], Sequence[Record]], label: str
) -> FileKind:
    """Offer maps with their records in one file, e.g. as "Heatmap"."""
    return FileKind(
        f"{label} (NPY)",
        ":material/grid_on:",
        "npy",
        "application/octet-stream",
        lambda: exports.maps_npy(maps(), describe()),
    )


def slide_file(
    slide: Callable[[], Slide], describe: Callable[[], Sequence[Record]], settings: PictureSettings
) -> FileKind:
    """Offer a slide, in the theme of the page, with its records as text metadata."""
    theme = _theme()

    def content() -> bytes:
        return slide_png(slide(), theme, _drawn(describe(), settings, theme))

    return FileKind("Slide (PNG)", ":material/slideshow:", "png", "image/png", content)


def _everything(export: Export, kinds: Sequence[FileKind]) -> FileKind:
    theme = _theme()

    def content() -> bytes:
        made = {f"{export.name}.{kind.ending}": kind.make() for kind in kinds}
        return exports.archive(made, _drawn(export.describe(), export.settings, theme))

    icon = ":material/folder_zip:"
    return FileKind("Everything (ZIP)", icon, "zip", "application/zip", content)


def _drawn(
    records: Sequence[Record], settings: PictureSettings, theme: SlideTheme
) -> list[DrawnRecord]:
    return [DrawnRecord(record, settings, theme) for record in records]


def _theme() -> SlideTheme:
    """Return the colours of the page's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT
