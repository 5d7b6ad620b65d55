"""The page of claims: a box for each, with its verdict at once, or after the reader's guess."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

from explorer.ui.frame import link_state, page_layout
from explorer.ui.frame.help_texts import with_glossary
from explorer.ui.lessons.link_choices import GUESS, VERDICT
from explorer.ui.lessons.page_links import page_link
from explorer.wording import verbatim

if TYPE_CHECKING:
    from explorer.lessons.claims import Citation, Claim
    from explorer.lessons.literature import Work

_VERDICT, _GUESS_FIRST = "pick_verdict", "switch_guess"
_ANY = "any"
_BADGES = {
    "true": ("True", ":material/check_circle:", "green"),
    "depends": ("It depends", ":material/balance:", "orange"),
    "false": ("False", ":material/cancel:", "red"),
}


def page() -> None:
    """Draw the page."""
    from explorer.lessons.claims import claims

    guessing = link_state.get(GUESS) == link_state.YES
    selection = [claim for claim in claims() if link_state.get(VERDICT) in ("", claim.verdict)]
    _controls(guessing)
    if guessing:
        _score(selection)
    for claim in selection:
        with st.container(border=True, key=f"claim_{claim.id}"):
            _claim(claim, guessing)
    _references(selection)


def _controls(guessing: bool) -> None:
    from explorer.lessons.claims import claims

    counts = Counter(claim.verdict.value for claim in claims())
    st.session_state[_VERDICT] = link_state.get(VERDICT) or _ANY
    st.session_state[_GUESS_FIRST] = guessing
    with st.container(horizontal=True, vertical_alignment="center"):
        st.segmented_control(
            "Verdict",
            [_ANY, *_BADGES],
            required=True,
            format_func=lambda verdict: _option(verdict, counts),
            key=_VERDICT,
            on_change=_choose_verdict,
            label_visibility="collapsed",
            disabled=guessing,
        )
        st.toggle(
            "Guess first",
            key=_GUESS_FIRST,
            on_change=_choose_guessing,
            help=with_glossary("Hides each verdict until you have given your own."),
        )


def _option(verdict: str, counts: Counter[str]) -> str:
    if verdict == _ANY:
        return f"All {counts.total()}"
    return f"{_BADGES[verdict][0]} · {counts[verdict]}"


def _claim(claim: Claim, guessing: bool) -> None:
    head = st.container(horizontal=True, vertical_alignment="center", gap="small")
    head.subheader(claim.claim, anchor=claim.id, width="content")
    guess = _guess(claim) if guessing else None
    if guessing and guess is None:
        return
    with head:
        _verdict(claim, guess)
    left, right = page_layout.columns()
    with left:
        st.markdown(claim.answer)
        st.caption(
            f"{_sources('Who says so', claim.said_by)}  \n"
            f"{_sources('What decides it', claim.decided_by)}"
        )
    with right:
        _figure(claim)
        _try_it_link(claim)


def _verdict(claim: Claim, guess: str | None) -> None:
    title, icon, color = _BADGES[claim.verdict]
    st.badge(title, icon=icon, color=color)  # type: ignore[arg-type]  # one of its colours
    if guess is not None:
        right = guess == claim.verdict
        comment = "As you said." if right else f"You said: {_BADGES[guess][0].lower()}."
        st.caption(comment, width="content")


def _guess(claim: Claim) -> str | None:
    """Ask for the reader's own verdict, which is kept for the session."""
    return st.segmented_control(
        "Your verdict",
        list(_BADGES),
        format_func=lambda verdict: _BADGES[verdict][0],
        key=_guess_key(claim),
        persist_state="session",
        label_visibility="collapsed",
    )


def _guess_key(claim: Claim) -> str:
    return f"guess_{claim.id}"


def _score(selection: list[Claim]) -> None:
    guesses = {claim: st.session_state.get(_guess_key(claim)) for claim in selection}
    given = {claim: guess for claim, guess in guesses.items() if guess}
    right = sum(guess == claim.verdict for claim, guess in given.items())
    remaining = f"{len(selection) - len(given)} to go."
    st.caption(f"{right} of {len(given)} right; {remaining}" if given else remaining)


def _sources(heading: str, citations: tuple[Citation, ...]) -> str:
    return f"**{heading}:** {'; '.join(verbatim(citation.line) for citation in citations)}."


def _figure(claim: Claim) -> None:
    from explorer.figures.lessons.bars import bars

    if claim.figure:
        st.html(bars(claim.figure))
        sources = "; ".join(verbatim(work.short) for work in claim.figure.sources)
        st.caption(f"Bars start at zero. From: {sources}.")


def _try_it_link(claim: Claim) -> None:
    if claim.look:
        look = claim.look
        page_link(look.label, look.page, look.lesson, f"look_{claim.id}")


def _references(selection: list[Claim]) -> None:
    cited: set[Work] = {work for claim in selection for work in claim.works}
    with st.expander(f"References · {len(cited)}"):
        for work in sorted(cited, key=lambda work: (work.authors, work.year)):
            st.markdown(verbatim(work.line))


def _choose_verdict() -> None:
    verdict = st.session_state[_VERDICT]
    link_state.choose(VERDICT, "" if verdict == _ANY else verdict)


def _choose_guessing() -> None:
    link_state.choose(GUESS, link_state.YES if st.session_state[_GUESS_FIRST] else "")
    link_state.choose(VERDICT, "")
