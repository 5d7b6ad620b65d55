"""Tests of explorer/ui/explain/link_choices.py."""

from __future__ import annotations

from explorer.explain.method_catalogue import METHODS
from explorer.ui.explain.link_choices import METHOD_NAMES


def test_a_link_may_name_the_methods_of_the_catalogue_and_no_others() -> None:
    assert tuple(METHODS) == METHOD_NAMES
