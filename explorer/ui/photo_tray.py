"""The photo tray: thumbnails to choose from, and controls to add, move and remove photos."""

from __future__ import annotations

import streamlit as st

from explorer.paths import PAGES
from explorer.photos.samples import IN_TRAY, SAMPLES, Group
from explorer.ui.components import packed
from explorer.ui.components.photo_cache import cache_photos
from explorer.ui.components.photo_tray import photo_tray
from explorer.ui.components.returning_photos import returning_photos
from explorer.ui.frame import error_messages, link_state
from explorer.ui.photos import photo_results, session_photos, uploads
from explorer.ui.photos import returning_photos as ticket
from explorer.ui.photos.link_choices import UPLOAD
from explorer.wording import verbatim

_KEY, _ALL = "photo_tray", "all_samples_shown"
_OWN = "My photos"
# Selectors of all figures that show the photo.
_FIGURES = (
    ".st-key-overlay, .st-key-channel_overlay, .st-key-poke_stage, .st-key-field_stage, "
    "[class*=st-key-overlay_], [class*=st-key-lesion_]"
)
_MAX_UNSCROLLED = 3  # refused uploads; a longer list scrolls


def keep_room() -> None:
    """Tell the style sheet the photo's aspect ratio, to reserve its height until it is drawn.

    If it were set for the whole page, the browser would have to recompute all styles.
    """
    columns, rows = session_photos.chosen().size
    st.html(f"<style>{_FIGURES} {{ --photo-ratio: {columns / rows:.4f} }}</style>")


def tray() -> None:
    """Show the photos to choose from, the reader's own first, and the controls to add more."""
    own, chosen = list(session_photos.uploads().values()), session_photos.chosen()
    samples = _samples(chosen)
    cache_photos(_KEY, {_thumbnail_id(photo): photo.thumbnail for photo in [*own, *samples]})
    photo_tray(
        key=_KEY,
        data=packed(
            {
                "groups": [
                    *([_group(_OWN, own)] if own else []),
                    *(_group(group, _of_group(group, samples)) for group in Group),
                ],
                "more": _more(len(samples)),
                "chosen": chosen.id,
            }
        ),
        on_chosen_change=_choose,
        on_more_change=_toggle_all,
    )
    returning_photos(ticket.token(), ticket.is_asking(), ticket.take_back)
    with st.container(gap="xsmall"):
        if link_state.get(UPLOAD) in session_photos.uploads():
            _upload_controls(link_state.get(UPLOAD))
        uploads.ways()
        st.page_link(PAGES / "bring.py", label="What can I bring?", icon=":material/help:")
        _refused_uploads()
        if own:
            label, icon = "Remove my photos", ":material/delete:"
            st.button(label, type="tertiary", icon=icon, on_click=forget)


def forget() -> None:
    """Forget the reader's photos, and all results computed from any photo."""
    photo_results.forget()
    session_photos.forget()


def _samples(chosen: session_photos.Photo) -> list[session_photos.Photo]:
    """Return the samples in the tray: a few, until the reader asks for all or chose another."""
    if st.session_state.get(_ALL) or not _is_among_few(chosen):
        return session_photos.all_samples()
    return session_photos.samples()


def _is_among_few(chosen: session_photos.Photo) -> bool:
    """Whether the few samples are enough to show the photo that is chosen."""
    return chosen.sample is None or chosen.id in IN_TRAY


def _of_group(group: Group, photos: list[session_photos.Photo]) -> list[session_photos.Photo]:
    return [photo for photo in photos if photo.sample and photo.sample.group is group]


def _group(title: str, photos: list[session_photos.Photo]) -> dict[str, object]:
    """Describe a group with its photos; two groups of two samples share a row."""
    narrow = len(photos) == 2 and title != _OWN
    return {"title": title, "narrow": narrow, "photos": [_entry(photo) for photo in photos]}


def _entry(photo: session_photos.Photo) -> dict[str, str]:
    badge = "" if photo.sample else photo.title.removeprefix("Photo ")
    return {
        "id": photo.id,
        "title": photo.caption,
        "about": photo.sample.truth if photo.sample else "",
        "badge": badge,
        "thumbnail": _thumbnail_id(photo),
    }


def _thumbnail_id(photo: session_photos.Photo) -> str:
    """Return the id of a photo's thumbnail, which differs from the id of the photo itself."""
    return f"thumbnail-{photo.id}"


def _choose() -> None:
    session_photos.choose(str(st.session_state[_KEY].chosen or ""))


def _more(shown: int) -> str:
    """Return what the button under the samples offers; "" for nothing."""
    if shown < len(SAMPLES):
        return f"{len(SAMPLES) - shown} more"
    return "Fewer" if _is_among_few(session_photos.chosen()) else ""


def _toggle_all() -> None:
    st.session_state[_ALL] = not st.session_state.get(_ALL)


def _upload_controls(photo_id: str) -> None:
    """Offer to move the chosen upload or to remove it."""
    order = list(session_photos.uploads())
    photo = session_photos.uploads()[photo_id]
    moves = (
        ("Earlier", -1, photo_id == order[0]),
        ("Later", 1, photo_id == order[-1]),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(verbatim(photo.caption), width="stretch")
        for label, places, at_end in moves:
            st.button(
                label,
                key=f"move_{places}",
                type="tertiary",
                disabled=at_end,
                on_click=session_photos.move,
                args=(photo_id, places),
            )
        st.button(
            "Remove",
            key="remove_photo",
            type="tertiary",
            on_click=_remove,
            args=(photo_id,),
        )
    for note in photo.notes:
        st.caption(note)


def _refused_uploads() -> None:
    """List the refused uploads with their reasons, until the reader clears the list."""
    problems = session_photos.refused()
    if not problems:
        return
    with st.container(height=240 if len(problems) > _MAX_UNSCROLLED else "content", border=False):
        for problem in problems:
            error_messages.show(f"{problem.title}: {problem.reason}")
    st.button("Clear this list", type="tertiary", on_click=problems.clear)


def _remove(photo_id: str) -> None:
    photo_results.forget_photo(photo_id)
    session_photos.remove(photo_id)
