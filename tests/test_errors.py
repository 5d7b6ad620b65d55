"""Tests of explorer/errors.py, and of all messages that the package raises."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.errors import ExplorerError, WeightsError
from explorer.networks.variants import CONTRAST, VARIANTS
from explorer.networks.weight_sources import WeightSource
from explorer.paths import PACKAGE
from explorer.weights import imagenet

KINDS = {"ExplorerError", *(kind.__name__ for kind in ExplorerError.__subclasses__())} | {
    kind.__name__ for child in ExplorerError.__subclasses__() for kind in child.__subclasses__()
}
PATHS = {"path", "folder", "file", "directory"}
# They name a path that the reader typed into a command; no page calls them with one.
OF_COMMANDS = {
    "commands",
    "photos/category_names.py",
    "photos/class_folders.py",
    "training/trainer.py",
    "weights/checkpoints.py",
    "weights/class_labels.py",
}


def raised() -> Iterator[tuple[Path, ast.Call]]:
    """All places in the package that make an error for readers."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS:
                yield file.relative_to(PACKAGE), node


def names_a_path(message: ast.expr) -> bool:
    """Whether a message has a whole path, or the folder of one, in it."""
    values = [part.value for part in ast.walk(message) if isinstance(part, ast.FormattedValue)]
    return any(
        (isinstance(value, ast.Name) and value.id in PATHS)
        or (isinstance(value, ast.Attribute) and value.attr in ("parent", "path"))
        for value in values
    )


def test_what_visitors_read_names_no_path_of_the_server() -> None:
    found = []
    for file, call in raised():
        if file.parts[0] in OF_COMMANDS or file.as_posix() in OF_COMMANDS or not call.args:
            continue
        spared = next((word.value for word in call.keywords if word.arg == "for_visitors"), None)
        if names_a_path(spared or call.args[0]):
            found.append(f"{file}:{call.lineno}")
    assert found == []


def test_the_places_are_found() -> None:
    assert len(list(raised())) > 100


def test_a_message_without_paths_is_the_same_for_all() -> None:
    assert ExplorerError("Choose another.").for_visitors == "Choose another."
    error = pickle.loads(pickle.dumps(WeightsError("in /srv", for_visitors="there")))
    assert (str(error), error.for_visitors) == ("in /srv", "there")


@pytest.mark.parametrize("name", [*VARIANTS, *CONTRAST])
def test_weights_that_do_not_exist_are_named_as_the_page_names_them(name: str) -> None:
    variant = (VARIANTS | CONTRAST)[name]
    for source in WeightSource:
        if not source.downloads or source in imagenet.published(variant):
            continue
        with pytest.raises(WeightsError) as caught:
            imagenet.find(variant, source)
        assert source.heading in str(caught.value)
        assert not any(kind.value in str(caught.value) for kind in WeightSource if "-" in kind)
        assert "torchvision" not in str(caught.value)
