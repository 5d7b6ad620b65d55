"""`resnet-explorer weights`: list, fetch or verify weights."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from explorer.commands.loading import show_fetch
from explorer.errors import WeightsError

if TYPE_CHECKING:
    from explorer.networks.weight_sources import WeightSource
    from explorer.weights.availability import Availability

ALL_WELL, SOME_FAILED = 0, 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the three actions."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    text = "show what is on board, cached, and to be downloaded"
    list_parser = actions.add_parser("list", help=text, description=text)
    list_parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    list_parser.set_defaults(act=_list)
    text = "download weights, with their hash checked"
    fetch_parser = actions.add_parser("fetch", help=text, description=text)
    fetch_parser.set_defaults(act=lambda arguments: _for_each(arguments.names, _fetch))
    text = "check the hash, load, and predict the samples"
    verify_parser = actions.add_parser("verify", help=text, description=text)
    verify_parser.set_defaults(act=lambda arguments: _for_each(arguments.names, _verify))
    for action in (fetch_parser, verify_parser):
        action.add_argument(
            "names", nargs="+", metavar="NAME", help="such as resnet50/imagenet-new"
        )


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen action."""
    code: int = arguments.act(arguments)
    return code


def _list(arguments: argparse.Namespace) -> int:
    from explorer.weights.availability import inventory

    print("\n".join(_json_lines(inventory()) if arguments.json else _table(inventory())))
    return ALL_WELL


def _table(inventory: tuple[Availability, ...]) -> Iterator[str]:
    width = max(len(weights.name) for weights in inventory)
    for weights in inventory:
        yield f"{weights.name:{width}}  {weights.size_mb:6.1f} MB  {_state(weights)}"


def _json_lines(inventory: tuple[Availability, ...]) -> Iterator[str]:
    for weights in inventory:
        yield json.dumps(
            {
                "name": weights.name,
                "variant": weights.variant,
                "weights": weights.source.value,
                "state": _state(weights),
                "size_mb": weights.size_mb,
                "path": str(weights.path),
                "url": weights.url,
            }
        )


def _state(weights: Availability) -> str:
    if weights.url is None:
        return "on board"
    return "cached" if weights.here else "to download"


def _for_each(names: list[str], act: Callable[[str, WeightSource], None]) -> int:
    """Apply an action to all named weights; a failure does not stop the others."""
    from explorer.weights.availability import parse_name

    code = ALL_WELL
    for variant, source in [parse_name(name) for name in names]:
        try:
            act(variant, source)
        except WeightsError as error:
            print(f"{variant}/{source}: {error}", file=sys.stderr)
            code = SOME_FAILED
    return code


def _fetch(variant: str, source: WeightSource) -> None:
    from explorer.weights.availability import availability

    show_fetch(variant, source)
    print(f"{variant}/{source}  {availability(variant, source).path}")


def _verify(variant: str, source: WeightSource) -> None:
    from explorer.explain.analysis import analyze
    from explorer.photos.samples import IN_TRAY, SAMPLES
    from explorer.weights.loading import verify

    network = verify(variant, source)
    print(f"{variant}/{source}  {network.weights.line}")
    print(f"  SHA-256 as recorded: {network.weights.sha256}")
    for sample in (SAMPLES[name] for name in IN_TRAY):
        best = analyze(network, sample.open()).predictions[0]
        remark = ""
        if sample.category is None and source == "builtin":
            remark = "  (no category is its own)"
        elif sample.category in network.labels and sample.category != best.label:
            remark = f"  (it is of {sample.category})"
        print(f"  {sample.title:16}  {100 * best.probability:6.2f} %  {best.label}{remark}")
