"""The reader's choices, kept in the session state and in the page's link.

Each room of `explorer.ui` declares its own choices, in its module `link_choices`.

Every choice is a string. The link holds the values that differ from the defaults, and is not
trusted: an unknown value counts as the default. A private choice is never part of it. It only says
that there was one, so that whoever opens it elsewhere is told why something else is shown, and
which of the session's own it was, so that Back finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from explorer.serving.streamlit_internals import is_history_navigation

YES = "yes"
_UNKNOWN = "unknown_in_link"  # name of a choice -> the value of the link that it cannot have
_LEFT_BEHIND = "left_behind"  # names of the private choices that the session's link stood for
_IN_LINK = "in_link"  # names of the choices made by the session's link
_MOST_DIGITS = 6  # of a number in a link
_MADE = "private_choices_made"  # name of a private choice -> its values so far, for their numbers


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
        elsewhere: value that only the session has that made it -> what is said in any other.
    """

    name: str
    default: str
    accepts: Callable[[str], object]
    depends_on: Mapping[str, Callable[[str, str], bool]] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PrivateChoice:
    """A choice that never enters the link; while there is none, another one applies.

    Attributes:
        name: key in the session state; the value is "" while there is none.
        instead_of: name of the choice that it replaces; whoever chooses that ends this one.
        parameter: parameter that stands for it in the link.
        stand_in: value of the parameter for the session's first; a number follows for the others.
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
    """Take over the choices in the address: in a new session, and after Back or Forward.

    Args:
        opening: choices in place of defaults, for an address that makes none.
    """
    returned, instead = came_back(), {} if _makes_choices() else opening or {}
    if returned or _LEFT_BEHIND not in st.session_state:
        for private in _PRIVATE.values():
            _restore_private(private)
    st.session_state.setdefault(_LEFT_BEHIND, set())
    for name, choice in _CHOICES.items():
        if returned or name not in st.session_state:
            value = st.query_params.get(name, "")
            default = instead.get(name, choice.default)
            st.session_state[name] = value if choice.accepts(value) else default
            _note(choice, value)


def _note(choice: Choice, value: str) -> None:
    """Note whether the link made a choice, or wanted to and could not."""
    unknown: dict[str, str] = st.session_state.setdefault(_UNKNOWN, {})
    unknown.pop(choice.name, None)
    if value and choice.accepts(value):
        st.session_state.setdefault(_IN_LINK, set()).add(choice.name)
    elif value not in ("", choice.default):
        unknown[choice.name] = value


def _makes_choices() -> bool:
    """Whether the address makes any choice."""
    known = _names(*_CHOICES.values(), *_PRIVATE.values())
    return any(name in known for name in st.query_params)


def came_back() -> bool:
    """Whether the reader came to this address with Back or Forward, in this very run."""
    return is_history_navigation()


def publish(opening: Mapping[str, str] | None = None) -> None:
    """Put the choices that differ from the defaults and may be shared into the link.

    The address changes at once, as each change is a step for the browser's Back. The order of the
    parameters is that of their names, whichever room was imported first.

    Args:
        opening: choices in place of defaults, for an address that makes none; the link names them,
            whatever they are. The browser puts such an address in place of the one without them
            (`explorer.ui.components.browser_history`), so that Back does not end there.
    """
    known = _names(*_CHOICES.values(), *_PRIVATE.values())
    before = dict(st.query_params.items())
    foreign = {name: value for name, value in before.items() if name not in known}
    address = foreign | dict(sorted(_parameters(opening or {}).items()))
    if address != before:
        st.query_params.from_dict(address)


def _parameters(opening: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of the link that describes the session."""
    made = [private for private in _PRIVATE.values() if get(private.name)]
    replaced = {private.instead_of for private in made}
    values = {
        name: get(name)
        for name, choice in _CHOICES.items()
        if name not in replaced
        and choice.accepts(get(name))
        and (name in opening or get(name) != choice.default)
    }
    return values | {private.parameter: _stand_in(private) for private in made}


def _stand_in(private: PrivateChoice) -> str:
    """Return what stands for a private choice in the link: which of the session's own it is."""
    made, value = _made(private), get(private.name)
    if value not in made:
        made.append(value)
    number = made.index(value) + 1
    return private.stand_in if number == 1 else f"{private.stand_in}{number}"


def _restore_private(private: PrivateChoice) -> None:
    """Make the private choice again that the address stands for, or note that it is not ours."""
    number, made = _number(private, st.query_params.get(private.parameter, "")), _made(private)
    if made:
        st.session_state[private.name] = made[number - 1] if 0 < number <= len(made) else ""
    if number > len(made):
        st.session_state.setdefault(_LEFT_BEHIND, set()).add(private.name)


def _number(private: PrivateChoice, parameter: str) -> int:
    """Return which of a session's own values a parameter stands for, from 1; 0 for none."""
    stand_in, digits = parameter[: len(private.stand_in)], parameter[len(private.stand_in) :]
    if stand_in != private.stand_in or not (digits + "1").isdecimal() or len(digits) > _MOST_DIGITS:
        return 0
    return int(digits or 1)


def _made(private: PrivateChoice) -> list[str]:
    values: list[str] = st.session_state.setdefault(_MADE, {}).setdefault(private.name, [])
    return values


def forget(name: str, value: str) -> None:
    """Let no address stand for a value of a private choice any longer; its number stays taken."""
    made = _made(_PRIVATE[name])
    made[:] = ["" if each == value else each for each in made]


def left_behind(name: str) -> bool:
    """Whether the link stood for this private choice, and nothing was chosen in its place since."""
    return name in st.session_state.get(_LEFT_BEHIND, ())


def unknown() -> dict[str, str]:
    """Return the values of the session's link that no choice can have here, by name.

    What was accepted before torch was imported is judged again, and reset if it is not known.
    """
    for name in st.session_state.get(_IN_LINK, ()):
        choice, value = _CHOICES[name], get(name)
        if value != choice.default and not choice.accepts(value):
            choose_default(name)
            st.session_state.setdefault(_UNKNOWN, {})[name] = value
    values: dict[str, str] = st.session_state.get(_UNKNOWN, {})
    return {
        name: value for name, value in values.items() if not _CHOICES[name].elsewhere.get(value)
    }


def made_elsewhere() -> list[str]:
    """Return a sentence for each choice of the link that only another session could make."""
    values: dict[str, str] = st.session_state.get(_UNKNOWN, {})
    sentences = (_CHOICES[name].elsewhere.get(value, "") for name, value in values.items())
    return [sentence for sentence in sentences if sentence]


def was_in_link(name: str) -> bool:
    """Whether the session's link made this choice."""
    return name in st.session_state.get(_IN_LINK, ())


def everything() -> dict[str, str]:
    """Return the values of all choices that the link keeps, by name."""
    return {name: get(name) for name in _CHOICES}


def is_untouched() -> bool:
    """Whether the session has nothing but defaults."""
    defaults = {name: choice.default for name, choice in _CHOICES.items()}
    return everything() == defaults and not any(map(get, _PRIVATE))


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
    st.session_state.get(_UNKNOWN, {}).pop(name, None)
    for choice in _CHOICES.values():
        if name in choice.depends_on and choice.depends_on[name](before, value):
            st.session_state[choice.name] = choice.default
    for private in _PRIVATE.values():
        if name in (private.name, private.instead_of):
            st.session_state.get(_LEFT_BEHIND, set()).discard(private.name)
        if name == private.instead_of:
            st.session_state[private.name] = ""
