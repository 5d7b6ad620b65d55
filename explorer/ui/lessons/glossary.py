"""The page of the glossary: the chosen term, and all terms."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from explorer.lessons.glossary import Field, Term, glossary
from explorer.ui.components.inline_svg import inline_svg
from explorer.ui.frame import link_state
from explorer.ui.lessons.link_choices import TERM
from explorer.ui.lessons.page_links import page_link
from explorer.wording import verbatim

_TERM, _FIELD = "pick_term", "pick_field"
_ALL = "all"


def page() -> None:
    """Draw the page: the chosen term, if any, and all terms of the chosen field."""
    left, right = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    with left:
        _term_picker()
    with right, st.container(key="glossary_field"):
        field = _field_picker()
    chosen = glossary().get(link_state.get(TERM))
    if chosen:
        with st.container(border=True, key="chosen_term"):
            _chosen_term(chosen)
    terms = [term for term in glossary().values() if field in (_ALL, term.field)]
    inline_svg("glossary_terms", _grid(terms))


def _term_picker() -> None:
    term = link_state.get(TERM)
    st.session_state[_TERM] = term if term in glossary() else None
    st.selectbox(
        "Find a term",
        list(glossary()),
        index=None,
        format_func=lambda id: glossary()[id].title,
        key=_TERM,
        on_change=_choose,
        placeholder="Type a term",
    )


def _field_picker() -> str:
    chosen = st.segmented_control(
        "Field",
        [_ALL, *Field],
        default=_ALL,
        required=True,
        format_func=_heading,
        key=_FIELD,
        label_visibility="collapsed",
    )
    return str(chosen)


def _heading(field: str) -> str:
    count = len([term for term in glossary().values() if field in (_ALL, term.field)])
    return f"{'All' if field == _ALL else Field(field).heading} · {count}"


def _chosen_term(term: Term) -> None:
    from explorer.figures.lessons.glossary import picture

    left, right = st.columns([2, 3], gap="large", vertical_alignment="center")
    with left:
        inline_svg("chosen_picture", picture(term))
    with right:
        st.subheader(term.title, anchor=False)
        st.markdown(verbatim(term.text))
        for work in term.works:
            st.caption(verbatim(work.line))
        with st.container(horizontal=True, vertical_alignment="center", key="term_doors"):
            st.caption("See also", width="content")
            for related in term.see:
                st.button(
                    glossary()[related].title,
                    key=f"term_{related}",
                    on_click=link_state.choose,
                    args=(TERM, related),
                )
        if term.page:
            page_link("See it in the app", term.page, term.lesson, "term_way")


def _grid(terms: Iterable[Term]) -> str:
    return f'<div class="terms">{"".join(map(_article, terms))}</div>'


def _article(term: Term) -> str:
    from explorer.figures.lessons.glossary import picture

    cited = "; ".join(work.short for work in term.works)
    return (
        f'<article class="term"><div>{picture(term)}</div><div><h3>{escape(term.title)}</h3>'
        f"<p>{escape(term.text)}</p>"
        f'{f"""<p class="cited">{escape(cited)}</p>""" if cited else ""}</div></article>'
    )


def _choose() -> None:
    link_state.choose(TERM, st.session_state[_TERM] or "")
