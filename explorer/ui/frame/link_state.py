"""The reader's choices, kept in the session state and in the page's link.

Each room of `explorer.ui` declares its own choices, in its module `link_choices`.

Every choice is a string. The link holds the values that differ from the defaults, and is not
trusted: an unknown value counts as the default. A private choice is never part of it. It only says
that there was one, so that whoever opens it elsewhere is told why something else is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

YES = "yes"
_LEFT_BEHIND = "left_behind"  # names of the private choices that the session's link stood for
_IN_LINK = "in_link"  # names of the choices made by the session's link


def always(before: str, after: str) -> bool:
    """Whether a choice counts as changed: always, even if the same value is chosen again."""
    return True


@dataclass(frozen=True)
class Choice:
    """A choice that the link keeps.

    Attributes:
        name: parameter in the link, and key in the session state.
        default: value of a new session, and after a reset.
        accepts: function that returns something true for each value that a link may have.
        depends_on: name of another choice -> whether its step from one value to another resets
            this choice.
    """

    name: str
    default: str
    accepts: Callable[[str], object]
    depends_on: Mapping[str, Callable[[str, str], bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class PrivateChoice:
    """A choice that never enters the link; while there is none, another one applies.

    Attributes:
        name: key in the session state; the value is "" while there is none.
        instead_of: name of the choice that it replaces; whoever chooses that ends this one.
        parameter: parameter that stands for it in the link.
        stand_in: value of the parameter while there is one.
    """

    name: str
    instead_of: str
    parameter: str
    stand_in: str


_CHOICES: dict[str, Choice] = {}
_PRIVATE: dict[str, PrivateChoice] = {}


def declare(choice: Choice | PrivateChoice) -> str:
    """Add a choice to those of all sessions, and return its name; call it at import.

    Raises:
        ValueError: if its name or its parameter is in use.
    """
    if _names(choice) & _names(*_CHOICES.values(), *_PRIVATE.values()):
        raise ValueError(f"The choice {choice.name!r} has a name that another one has.")
    if isinstance(choice, PrivateChoice):
        _PRIVATE[choice.name] = choice
    else:
        _CHOICES[choice.name] = choice
    return choice.name


def _names(*choices: Choice | PrivateChoice) -> set[str]:
    """Return the names of choices, with the parameters that stand for private ones."""
    parameters = {each.parameter for each in choices if isinstance(each, PrivateChoice)}
    return {each.name for each in choices} | parameters


def restore(opening: Mapping[str, str] | None = None) -> None:
    """Fill a new session with the choices in its link.

    Args:
        opening: choices in place of defaults, for an address that makes none.
    """
    instead = {} if _makes_choices() else opening or {}
    if _LEFT_BEHIND not in st.session_state:
        st.session_state[_LEFT_BEHIND] = {
            private.name
            for private in _PRIVATE.values()
            if st.query_params.get(private.parameter) == private.stand_in
        }
    for name, choice in _CHOICES.items():
        if name not in st.session_state:
            value = st.query_params.get(name, "")
            default = instead.get(name, choice.default)
            st.session_state[name] = value if choice.accepts(value) else default
            if value and choice.accepts(value):
                st.session_state.setdefault(_IN_LINK, set()).add(name)


def _makes_choices() -> bool:
    """Whether the address makes any choice."""
    known = _names(*_CHOICES.values(), *_PRIVATE.values())
    return any(name in known for name in st.query_params)


def publish(opening: Mapping[str, str] | None = None) -> None:
    """Put the choices that differ from the defaults and may be shared into the link.

    The order of new parameters is that of their names, whichever room was imported first.

    Args:
        opening: choices in place of defaults, for an address that makes none; any other names them,
            whatever they are.
    """
    named = {} if is_untouched(opening) else opening or {}
    unnamed = (opening or {}) if not named else {}
    made = [private for private in _PRIVATE.values() if get(private.name)]
    for private in _PRIVATE.values():
        _set_parameter(private.parameter, private.stand_in if private in made else "")
    replaced = {private.instead_of for private in made}
    for name, choice in sorted(_CHOICES.items()):
        value = get(name)
        expected = unnamed.get(name, choice.default)
        omitted = (value == expected and name not in named) or not choice.accepts(value)
        omitted = omitted or name in replaced
        _set_parameter(name, "" if omitted else value)


def _set_parameter(name: str, value: str) -> None:
    if not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def left_behind(name: str) -> bool:
    """Whether the link stood for this private choice, and nothing was chosen in its place since."""
    return name in st.session_state.get(_LEFT_BEHIND, ())


def was_in_link(name: str) -> bool:
    """Whether the session's link made this choice."""
    return name in st.session_state.get(_IN_LINK, ())


def everything() -> dict[str, str]:
    """Return the values of all choices that the link keeps, by name."""
    return {name: get(name) for name in _CHOICES}


def is_untouched(opening: Mapping[str, str] | None = None) -> bool:
    """Whether the session has nothing but defaults, or what it opens on in place of them."""
    expected = {name: choice.default for name, choice in _CHOICES.items()} | dict(opening or {})
    return everything() == expected and not any(map(get, _PRIVATE))


def accepts(name: str, value: str) -> bool:
    """Whether a link may make this choice with this value."""
    choice = _CHOICES.get(name)
    return choice is not None and (value == choice.default or bool(choice.accepts(value)))


def get(name: str) -> str:
    """Return the value of a choice; "" if there is none."""
    return str(st.session_state.get(name, ""))


def choose_default(name: str) -> None:
    """Return to the default of a choice."""
    choose(name, _CHOICES[name].default)


def choose(name: str, value: str) -> None:
    """Set a choice, and reset the choices that depend on it."""
    before = get(name)
    st.session_state[name] = value
    for choice in _CHOICES.values():
        if name in choice.depends_on and choice.depends_on[name](before, value):
            st.session_state[choice.name] = choice.default
    for private in _PRIVATE.values():
        if name in (private.name, private.instead_of):
            st.session_state.get(_LEFT_BEHIND, set()).discard(private.name)
        if name == private.instead_of:
            st.session_state[private.name] = ""
