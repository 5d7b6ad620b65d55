"""The classes as cards: those of the example, or the reader's own with what changes them."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.errors import ExplorerError
from explorer.figures.pictures import jpeg, square
from explorer.paths import SHIPPED_CLASSES
from explorer.photos.reading import read_image
from explorer.serving.policy import ZIP_MB
from explorer.ui.frame import error_messages, link_state
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.photos import photo_results, session_photos
from explorer.ui.transfer import photo_intake, session_classes
from explorer.ui.transfer.class_photos import ClassPhoto
from explorer.ui.transfer.link_choices import EXAMPLE, OWN, TAUGHT_SET
from explorer.ui.transfer.session_classes import (
    MOST_CLASSES,
    MOST_PHOTOS,
    SessionClass,
    mine,
)
from explorer.wording import verbatim

_SHOWN = 6  # thumbnails on a card
_THUMBNAIL = 64  # pixels
_MENU_WIDTH = 340  # pixels
_WIDTH = 236  # pixels of a card: four on a laptop
_WHICH = "pick_classes"
_TITLES = {EXAMPLE: "Example: eight Caltech categories", OWN: "My classes"}
_NEW, _PROBLEM = "new_class_name", "class_problem"
_PROMISE = (
    "Pixels and file names stay in the server's memory while this tab is open, and up to two "
    "minutes longer; a reload loses them. Nothing is written to its disk, logged, or part of a "
    "link. Metadata is dropped, and photos are kept with a short side of 256 pixels."
)
_MOST_REFUSED = 30  # that are listed one by one


def cards() -> None:
    """Draw the choice between the example and the reader's classes, and the cards of either."""
    if is_own():
        mine()  # from here on the link may say so
    with st.container(horizontal=True, vertical_alignment="center", key="class_choice"):
        st.session_state[_WHICH] = OWN if is_own() else EXAMPLE
        st.segmented_control(
            "Classes",
            [EXAMPLE, OWN],
            format_func=_TITLES.__getitem__,
            key=_WHICH,
            on_change=_choose,
            required=True,
            label_visibility="collapsed",
        )
        if is_own():
            _add_menu()
            _remove_all()
    if is_own():
        _own_cards()
    else:
        example_cards()


def _choose() -> None:
    link_state.choose(TAUGHT_SET, st.session_state[_WHICH])


def is_own() -> bool:
    """Whether the reader's own classes are to be taught, and not those of the example."""
    return link_state.get(TAUGHT_SET) == OWN


def example_cards() -> None:
    """Draw the classes that come with the app, without torch."""
    st.html(_example_html())
    st.caption(
        "96 photos to learn from and 96 to check with, of categories that the built-in networks "
        "never saw. Photos: Caltech-101 (Li, Andreetto, Ranzato, Perona; CC BY 4.0)."
    )


@st.cache_resource(show_spinner=False)
def _example_html() -> str:
    grid = "".join(_example_card(folder.name) for folder in _folders())
    return f'<div class="class-grid">{grid}</div>'


def _folders() -> list[Path]:
    return sorted(folder for folder in (SHIPPED_CLASSES / "train").iterdir() if folder.is_dir())


def _example_card(name: str) -> str:
    files = sorted((SHIPPED_CLASSES / "train" / name).glob("*.jpg"))
    count = len(files) + len(list((SHIPPED_CLASSES / "test" / name).glob("*.jpg")))
    label = name.replace("_", " ")
    shown = [jpeg(square(read_image(file), _THUMBNAIL)) for file in files[:_SHOWN]]
    return (
        f'<div class="class-card"><p><b>{html.escape(label)}</b> <span>{count} photos</span></p>'
        f"{_thumbnails(shown, label)}</div>"
    )


def _thumbnails(encoded: Sequence[bytes], label: str) -> str:
    """Return a row of thumbnails as HTML; the card beside them names what they show."""
    images = "".join(
        f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(each).decode()}">'
        for each in encoded
    )
    return f'<div class="thumbnails" role="img" aria-label="{html.escape(label)}">{images}</div>'


def _add_menu() -> None:
    """Offer to add a class, an archive or a folder."""
    with (
        st.popover("Add a class", icon=":material/add:", key="class_menu"),
        st.form("new_class", border=False, clear_on_submit=True),
    ):
        st.text_input("Name", key=_NEW, max_chars=session_classes.LONGEST_NAME)
        st.form_submit_button("Add this class", on_click=_add_class)
    with (
        st.popover("ZIP or folder", icon=":material/folder_zip:", key=photo_intake.menu_key()),
        st.container(width=_MENU_WIDTH),
    ):
        archives, folder = photo_intake.of_folders()
        st.caption(
            f"One folder for each class, such as cats/ and dogs/; train/ and test/ around them say "
            f"what the photos are for. Up to {MOST_CLASSES} classes, {MOST_PHOTOS:,} photos and "
            f"{ZIP_MB}\N{NO-BREAK SPACE}MB."
        )
        st.caption(_PROMISE)
    photo_intake.add_folders(archives, folder)


def _remove_all() -> None:
    if mine().classes or mine().refused:
        st.button(
            "Remove my photos",
            icon=":material/delete:",
            type="tertiary",
            key="remove_classes",
            on_click=_forget,
            help=with_glossary("Removes all photos and all that was learned from them."),
        )


def _forget() -> None:
    """Forget the reader's photos, with all results, and what the fields still hold."""
    photo_results.forget()
    session_photos.forget()
    mine()


def _own_cards() -> None:
    classes = mine()
    problem = st.session_state.pop(_PROBLEM, "")
    if problem:
        error_messages.show(problem)
    if not classes.classes:
        st.info(
            "Name two or more classes and put some photos into each, or choose a ZIP with a folder "
            "of photos for each class. Ten photos a class are a good start.",
            icon=":material/photo_library:",
        )
    with st.container(horizontal=True, gap="small", key="class_cards"):
        for own in list(classes.classes.values()):
            with st.container(
                border=True, width=_WIDTH, gap="xsmall", key=f"class_card_{own.number}"
            ):
                _own_card(own)
    _refusals()


def _own_card(own: SessionClass) -> None:
    count = len(own.photos)
    st.html(
        f'<p class="class-name"><b>{html.escape(own.name)}</b> '
        f"<span>{count} photo{'' if count == 1 else 's'}</span></p>"
        + _thumbnails([photo.thumbnail for photo in list(own.photos.values())[:_SHOWN]], own.name)
    )
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key=f"class_row_{own.number}"
    ):
        files = photo_intake.of_class(own.number)
        with st.popover("Edit", type="tertiary", key=f"class_edit_{own.number}"):
            shots = _editor(own)
    photo_intake.add_to_class(own.number, [*files, *shots])


def _editor(own: SessionClass) -> list[UploadedFile]:
    """Offer to rename and to remove the class, to move and to remove a photo, and the camera."""
    number = own.number
    key = f"class_name_{number}"
    st.session_state[key] = own.name
    st.text_input(
        f"Name of the class {verbatim(own.name)}",
        key=key,
        max_chars=session_classes.LONGEST_NAME,
        on_change=_rename,
        args=(number,),
    )
    shots = photo_intake.camera(number, own.name)
    if own.photos:
        _photo_editor(own)
    st.button(
        "Remove this class",
        icon=":material/delete:",
        type="tertiary",
        key=f"class_remove_{number}",
        on_click=mine().remove_class,
        args=(number,),
    )
    return shots


def _photo_editor(own: SessionClass) -> None:
    """Offer to move a photo to another class, or to remove it."""
    photos, number = own.photos, own.number
    titles = _titles(photos.values())
    key = f"class_photo_{number}"
    if st.session_state.get(key) not in photos:
        st.session_state.pop(key, None)
    photo_id = st.selectbox("Photo", list(photos), format_func=titles.__getitem__, key=key)
    st.html(_thumbnails([photos[photo_id].thumbnail], titles[photo_id]))
    for note in photos[photo_id].notes:
        st.caption(note)
    others = {each.number: each.name for each in mine().classes.values() if each is not own}
    if others:
        target = st.selectbox(
            "Belongs to", list(others), format_func=others.__getitem__, key=f"class_target_{number}"
        )
        st.button(
            "Move it there",
            key=f"class_move_{number}",
            on_click=mine().move,
            args=(photo_id, number, target),
        )
    st.button(
        "Remove this photo",
        type="tertiary",
        key=f"class_drop_{number}",
        on_click=mine().remove,
        args=(photo_id, number),
    )


def _titles(photos: Iterable[ClassPhoto]) -> dict[str, str]:
    """Return a title for each photo: its place in the class, and the name of its file."""
    return {
        photo.id: session_photos.captioned(f"{place}", photo.name.rpartition("/")[2])
        for place, photo in enumerate(photos, 1)
    }


def _add_class() -> None:
    _or_say_why(lambda: mine().add_class(st.session_state[_NEW]))


def _rename(number: int) -> None:
    _or_say_why(lambda: mine().rename(number, st.session_state[f"class_name_{number}"]))


def _or_say_why(change: Callable[[], object]) -> None:
    try:
        change()
    except ExplorerError as error:
        st.session_state[_PROBLEM] = error_messages.sentence(error)


def _refusals() -> None:
    """List the files that were not taken, and what was assumed, until the reader clears it."""
    classes = mine()
    for note in classes.notes:
        st.caption(verbatim(note))
    if not classes.refused:
        return
    more = len(classes.refused) - _MOST_REFUSED
    with st.container(height=200 if len(classes.refused) > 3 else "content", border=False):
        for refused in classes.refused[:_MOST_REFUSED]:
            error_messages.show(f"{refused.name}: {refused.reason}")
        if more > 0:
            error_messages.show(f"{more:,} more files were not taken, for reasons such as these.")
    st.button(
        "Clear this list", type="tertiary", key="clear_refused", on_click=classes.refused.clear
    )
