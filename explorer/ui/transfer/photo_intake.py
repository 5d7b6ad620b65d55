"""How photos come to the reader's classes: onto a card, as an archive, as a folder, or shot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.errors import DataError, ImageError
from explorer.photos.file_formats import ENDINGS
from explorer.photos.photo_archive import ArchiveLimits, is_archive, open_photo_archive
from explorer.serving.policy import PHOTO_MB, ZIP_MB
from explorer.serving.streamlit_internals import drop_upload
from explorer.ui.photos.uploads import may_use_camera
from explorer.ui.transfer.session_classes import MOST_PHOTOS, SessionClasses, mine

_ROUND, _STOPPED = "class_upload_round", "class_upload_stopped"
LIMITS = ArchiveLimits(ZIP_MB, MOST_PHOTOS)

Path = tuple[str, ...]
Read = Callable[[], bytes]
Part = object  # `explorer.transfer.labelled_photos.Part`, which is imported late


def of_class(number: int) -> list[UploadedFile]:
    """Draw the uploader of a class, and the camera; return what was chosen."""
    files = st.file_uploader(
        "Add photos",
        accept_multiple_files=True,
        max_upload_size=ZIP_MB,
        key=f"class_files_{number}_{_round()}",
        label_visibility="collapsed",
    )
    return list(files)


def camera(number: int, name: str) -> list[UploadedFile]:
    """Offer the camera where browsers allow it, and switch it on only on request."""
    if not may_use_camera(st.context.url or ""):
        st.caption("For the camera, open the app over HTTPS or on the machine that runs it.")
        return []
    if not st.toggle("Use the camera", key=f"class_camera_on_{number}"):
        return []
    shot = st.camera_input(f"Photo of {name}", key=f"class_camera_{number}_{_round()}")
    return [shot] if shot else []


def of_folders() -> tuple[list[UploadedFile], list[UploadedFile]]:
    """Draw the uploaders of an archive and of a folder; return what was chosen in each."""
    archives = st.file_uploader(
        "A ZIP of class folders",
        accept_multiple_files=True,
        max_upload_size=ZIP_MB,
        key=f"class_archive_{_round()}",
    )
    folder = st.file_uploader(
        "A folder of class folders",
        type=list(ENDINGS),
        accept_multiple_files="directory",
        max_upload_size=PHOTO_MB,
        key=f"class_folder_{_round()}",
    )
    return list(archives), list(folder)


def menu_key() -> str:
    """Return a key for what holds these uploaders: it is drawn anew, and so closed, after each."""
    return f"folder_menu_{_round()}"


def add_to_class(number: int, files: Sequence[UploadedFile]) -> None:
    """Add what was chosen for a class, and redraw the page."""
    _run(_onto_class(mine(), number, files), files)


def add_folders(archives: Sequence[UploadedFile], folder: Sequence[UploadedFile]) -> None:
    """Add what was chosen as class folders, and redraw the page."""
    _run(_all_folders(mine(), archives, folder), [*archives, *folder])


def archived(classes: SessionClasses, content: bytes, name: str) -> Iterator[float]:
    """Add the photos in an archive to the classes that its folders name.

    Whoever stops halfway may begin again: what is added stays, and is not added twice.

    Yields:
        The share of its photos that are read.
    """
    if not is_archive(content):
        classes.refuse(
            name, "This is no ZIP archive; choose one, or add a class and put the photos there."
        )
        return
    try:
        archive = open_photo_archive(content, LIMITS)
        targets = _targets(classes, archive.paths)
        for number, (path, photo) in enumerate(archive.photos(), 1):
            _add(classes, targets, path, photo)
            yield number / len(archive.paths)
    except (ImageError, DataError) as error:
        classes.refuse(name, str(error))
        return
    _note_left_out(classes, name, archive.left_out)


def in_folder(classes: SessionClasses, files: Sequence[tuple[Path, Read]]) -> Iterator[float]:
    """Add the photos of a folder, given by their paths and how to read them.

    Yields:
        The share of its photos that are read.
    """
    try:
        targets = _targets(classes, [path for path, _ in files])
    except DataError as error:
        classes.refuse("/".join(files[0][0][:1]), str(error))
        return
    for number, (path, read) in enumerate(files, 1):
        _add(classes, targets, path, read())
        yield number / len(files)


def _targets(classes: SessionClasses, paths: Sequence[Path]) -> dict[Path, tuple[str, Part]]:
    """Find the class of each photo by its folders, and add those that are not there yet.

    Raises:
        DataError: if no folder names a class, two of them cannot be told apart, or there are too
            many classes or photos.
    """
    from explorer.transfer.folders_of_photos import check_folders, sorted_into_classes

    found = {path: (name, part) for path, name, part in sorted_into_classes(paths)}
    names = list(dict.fromkeys(name for name, _ in found.values() if name))
    if not names:
        raise DataError(
            "No folder in it names a class; put the photos of each class into a folder of its own, "
            "or add a class and put the photos there."
        )
    check_folders(names)
    classes.check_number(names, len(paths))
    beside = [path for path, (name, _) in found.items() if not name]
    if beside:
        classes.note(
            f"Left out because no class folder holds it, one of {len(beside):,}: {beside[0][-1]!r}."
            if len(beside) > 1
            else f"Left out because no class folder holds it: {beside[0][-1]!r}."
        )
    return {path: target for path, target in found.items() if target[0]}


def _add(
    classes: SessionClasses, targets: dict[Path, tuple[str, Part]], path: Path, content: bytes
) -> None:
    if path not in targets:
        return
    name, part = targets[path]
    own = classes.find_class(name) or classes.add_class(name.replace("_", " "))
    classes.add(own.number, content, "/".join(path), part)  # type: ignore[arg-type]


def _note_left_out(classes: SessionClasses, name: str, left_out: Sequence[str]) -> None:
    if left_out:
        classes.note(
            f"{name}: {len(left_out):,} file{'s' if len(left_out) > 1 else ''} that "
            f"{'are no photos' if len(left_out) > 1 else 'is no photo'} left out, such as "
            f"{left_out[0]!r}."
        )


def _onto_class(
    classes: SessionClasses, number: int, files: Sequence[UploadedFile]
) -> Iterator[float]:
    for done, file in enumerate(files, 1):
        content = file.getvalue()
        if is_archive(content):
            yield from _unpacked_onto(classes, number, content, file.name)
        else:
            classes.add(number, content, file.name)
        yield done / len(files)


def _unpacked_onto(
    classes: SessionClasses, number: int, content: bytes, name: str
) -> Iterator[float]:
    """Add the photos in an archive to one class, whatever folders they lie in."""
    try:
        archive = open_photo_archive(content, LIMITS)
        for done, (path, photo) in enumerate(archive.photos(), 1):
            classes.add(number, photo, "/".join(path))
            yield done / len(archive.paths)
    except ImageError as error:
        classes.refuse(name, str(error))


def _all_folders(
    classes: SessionClasses, archives: Sequence[UploadedFile], folder: Sequence[UploadedFile]
) -> Iterator[float]:
    for file in archives:
        yield from archived(classes, file.getvalue(), file.name)
    if folder:
        paths: list[tuple[Path, Read]] = [
            (tuple(part for part in file.name.split("/") if part), file.getvalue) for file in folder
        ]
        yield from in_folder(classes, paths)


def _run(steps: Iterator[float], files: Sequence[UploadedFile]) -> None:
    """Add photos with a progress bar, and empty the uploaders; stopping keeps what is there."""
    if not files:
        return
    if not st.session_state.pop(_STOPPED, False):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            bar = st.progress(0.0, "Reading the photos …", width="stretch")
            st.button("Stop", icon=":material/stop_circle:", on_click=_stop, key="intake_stop")
        for share in steps:
            bar.progress(share, f"Reading the photos: {mine().count:,} in your classes")
    for file in files:
        drop_upload(file)
    st.session_state[_ROUND] = _round() + 1  # new uploaders in place of those that hold files
    st.rerun()


def _stop() -> None:
    st.session_state[_STOPPED] = True


def _round() -> int:
    return int(st.session_state.get(_ROUND, 0))
