"""Tests of explorer/ui/frame/link_state.py, with choices of their own."""

from __future__ import annotations

from typing import Any

import pytest

from explorer.ui.frame import link_state
from explorer.ui.frame.link_state import Choice, PrivateChoice, always, declare

Browser = dict[str, Any]


class Address(dict[str, Any]):
    """The parameters of the address; each message to the browser makes an entry in its history."""

    entries = 0

    def from_dict(self, parameters: dict[str, str]) -> None:
        self.clear()
        self.update(parameters)
        self.entries += 1


@pytest.fixture(autouse=True)
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A new session without a link, in an app with five choices."""
    state: Browser = {"session_state": {}, "query_params": Address()}
    for name, values in state.items():
        monkeypatch.setattr(link_state.st, name, values)
    monkeypatch.setattr(link_state, "_CHOICES", {})
    monkeypatch.setattr(link_state, "_PRIVATE", {})
    declare(Choice("piece", "sonata", ("sonata", "fugue").__contains__))
    declare(PrivateChoice("recording", "piece", parameter="sound", stand_in="own"))
    declare(Choice("bar", "1", str.isdigit, {"piece": always, "recording": always}))
    declare(Choice("key", "c", ("c", "d", "e").__contains__))
    declare(Choice("finger", "", str.isdigit, {"key": lambda before, after: after > before}))
    return state


def opened(browser: Browser, **link: str) -> None:
    browser["query_params"].update(link)
    link_state.restore()


def back_to(browser: Browser, monkeypatch: pytest.MonkeyPatch, **link: str) -> None:
    """Press Back or Forward: the app runs with another address that it did not publish last."""
    browser["query_params"].clear()
    monkeypatch.setattr(link_state, "is_history_navigation", lambda: True)
    opened(browser, **link)
    monkeypatch.setattr(link_state, "is_history_navigation", lambda: False)


def published(browser: Browser) -> list[tuple[str, str]]:
    link_state.publish()
    return list(browser["query_params"].items())


@pytest.mark.parametrize(
    "second",
    [
        Choice("piece", "", str.isdigit),
        Choice("recording", "", str.isdigit),
        Choice("sound", "", str.isdigit),
        PrivateChoice("piece", "key", parameter="other", stand_in="own"),
        PrivateChoice("other", "key", parameter="piece", stand_in="own"),
        PrivateChoice("other", "key", parameter="sound", stand_in="own"),
    ],
)
def test_two_rooms_cannot_declare_the_same_name(
    browser: Browser, second: Choice | PrivateChoice
) -> None:
    with pytest.raises(ValueError, match=f"'{second.name}' has a name that another one has"):
        declare(second)
    opened(browser)
    assert link_state.everything() == {
        "piece": "sonata",
        "bar": "1",
        "key": "c",
        "finger": "",
    }


def test_a_declaration_returns_the_name() -> None:
    assert declare(Choice("tempo", "", str.isdigit)) == "tempo"


def test_a_link_is_restored_once_and_what_is_unknown_counts_as_the_default(
    browser: Browser,
) -> None:
    opened(browser, piece="fugue", bar="first", key="d", unheard="of")
    assert link_state.everything() == {"piece": "fugue", "bar": "1", "key": "d", "finger": ""}
    assert [name for name in link_state.everything() if link_state.was_in_link(name)] == [
        "piece",
        "key",
    ]
    opened(browser, piece="sonata")
    assert link_state.get("piece") == "fugue"


def test_what_a_link_wants_and_cannot_have_is_told_until_something_is_chosen(
    browser: Browser,
) -> None:
    declare(Choice("player", "me", ("me",).__contains__, elsewhere={"you": "You are not here."}))
    opened(browser, piece="fugue", bar="first", finger="", unheard="of", player="you")
    assert link_state.unknown() == {"bar": "first"}
    assert link_state.made_elsewhere() == ["You are not here."]
    link_state.choose("bar", "3")
    link_state.choose("player", "me")
    assert link_state.unknown() == {}
    declare(Choice("piece 2", "sonata", len))  # accepted before it can be judged
    opened(browser, **{"piece 2": "sonnet"})
    link_state._CHOICES["piece 2"] = Choice("piece 2", "sonata", ("sonata",).__contains__)
    assert link_state.unknown() == {"piece 2": "sonnet"}
    assert link_state.get("piece 2") == "sonata"
    assert link_state.made_elsewhere() == []


def test_what_differs_from_the_defaults_goes_into_the_link(browser: Browser) -> None:
    opened(browser)
    assert published(browser) == []
    for name, value in {"piece": "fugue", "key": "d", "bar": "12"}.items():
        link_state.choose(name, value)
    assert published(browser) == [("bar", "12"), ("key", "d"), ("piece", "fugue")]
    link_state.choose("key", "c")
    assert published(browser) == [("bar", "12"), ("piece", "fugue")]


def test_a_value_that_no_link_may_have_stays_in_the_session(browser: Browser) -> None:
    opened(browser)
    link_state.choose("bar", "of my own")
    assert link_state.get("bar") == "of my own"
    assert published(browser) == []


def test_choices_are_reset_with_those_they_depend_on(browser: Browser) -> None:
    opened(browser, bar="12", finger="3", key="d")
    link_state.choose("key", "c")
    assert link_state.get("finger") == "3"
    link_state.choose("key", "e")
    assert link_state.get("finger") == ""
    assert link_state.get("bar") == "12"
    link_state.choose("piece", "sonata")
    assert link_state.get("bar") == "1"


def test_of_a_private_choice_the_link_says_only_that_there_is_one(browser: Browser) -> None:
    opened(browser, piece="fugue", bar="12")
    link_state.choose("recording", "secret")
    assert link_state.get("bar") == "1"
    assert link_state.get("piece") == "fugue"
    assert published(browser) == [("sound", "own")]
    link_state.choose("piece", "fugue")
    assert link_state.get("recording") == ""
    assert published(browser) == [("piece", "fugue")]


@pytest.mark.parametrize("name", ["recording", "piece"])
def test_a_link_leaves_a_private_choice_behind_until_there_is_another(
    browser: Browser, name: str
) -> None:
    opened(browser, sound="own")
    assert link_state.left_behind("recording")
    assert published(browser) == []
    link_state.choose("key", "d")
    assert link_state.left_behind("recording")
    link_state.choose(name, "fugue")
    assert not link_state.left_behind("recording")
    link_state.restore()
    assert not link_state.left_behind("recording")


@pytest.mark.parametrize("sound", ["secret", ""])
def test_no_link_makes_a_private_choice(browser: Browser, sound: str) -> None:
    opened(browser, recording="secret", sound=sound)
    assert link_state.get("recording") == ""
    assert not link_state.left_behind("recording")


def test_a_lesson_may_set_what_a_link_may_hold() -> None:
    assert link_state.accepts("finger", "")
    assert link_state.accepts("finger", "3")
    assert not link_state.accepts("finger", "thumb")
    assert not link_state.accepts("recording", "")
    assert not link_state.accepts("unheard", "")


def test_choices_that_are_made_at_once_are_one_step_of_the_history(browser: Browser) -> None:
    opened(browser, utm="mail", bar="12")
    link_state.choose("key", "d")
    link_state.choose("piece", "fugue")
    assert published(browser) == [("utm", "mail"), ("key", "d"), ("piece", "fugue")]
    assert published(browser) == [("utm", "mail"), ("key", "d"), ("piece", "fugue")]
    assert browser["query_params"].entries == 1


def test_back_undoes_and_forward_redoes_the_last_choice(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(browser, key="d")
    link_state.choose("piece", "fugue")
    steps = [{"key": "d"}, dict(published(browser))]
    back_to(browser, monkeypatch, **steps[0])
    assert (link_state.get("piece"), link_state.get("key")) == ("sonata", "d")
    back_to(browser, monkeypatch, **steps[1])
    assert (link_state.get("piece"), link_state.get("key")) == ("fugue", "d")
    assert dict(published(browser)) == steps[1]
    assert browser["query_params"].entries == 1


def test_an_address_that_comes_late_undoes_nothing(browser: Browser) -> None:
    opened(browser)
    link_state.choose("piece", "fugue")
    published(browser)
    browser["query_params"].clear()  # the next click, made before the browser had heard of it
    link_state.restore()
    assert published(browser) == [("piece", "fugue")]


def test_back_finds_each_private_choice_of_the_session_and_none_that_is_gone(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(browser)
    for recording in ("first", "second", "first"):
        link_state.choose("recording", recording)
        steps = published(browser)
    assert steps == [("sound", "own")]
    back_to(browser, monkeypatch, sound="own2")
    assert link_state.get("recording") == "second"
    link_state.forget("recording", "second")
    back_to(browser, monkeypatch, sound="own2")
    assert link_state.get("recording") == ""
    assert not link_state.left_behind("recording")
    back_to(browser, monkeypatch, sound="own")
    assert link_state.get("recording") == "first"
    back_to(browser, monkeypatch)
    assert link_state.get("recording") == ""


@pytest.mark.parametrize("sound", ["own0", "owner", "own-1", "own" + 5000 * "9", "0"])
def test_what_stands_for_no_private_choice_is_none(browser: Browser, sound: str) -> None:
    opened(browser, sound=sound)
    assert not link_state.left_behind("recording")


OPENING = {"piece": "fugue", "key": "d"}


def test_an_address_without_choices_opens_on_others_than_the_defaults(browser: Browser) -> None:
    link_state.restore(OPENING)
    assert (link_state.get("piece"), link_state.get("key")) == ("fugue", "d")
    link_state.publish(OPENING)
    assert browser["query_params"] == OPENING
    assert not link_state.is_untouched()


def test_any_other_address_names_what_it_could_have_opened_on(browser: Browser) -> None:
    browser["query_params"]["bar"] = "7"
    link_state.restore(OPENING)
    assert link_state.get("piece") == "sonata"
    link_state.publish(OPENING)
    assert browser["query_params"] == {"bar": "7", "piece": "sonata", "key": "c"}
    link_state.choose_default("bar")
    link_state.publish(OPENING)
    assert browser["query_params"] == {"piece": "sonata", "key": "c"}
