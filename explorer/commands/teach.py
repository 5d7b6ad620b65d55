"""`resnet-explorer teach`: teach a pretrained network the classes of a folder of photos."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.commands.loading import load_network
from explorer.commands.outputs import one_line, output_file, output_folder
from explorer.networks.variants import VARIANTS
from explorer.transfer.taught_record import How

if TYPE_CHECKING:
    from explorer.figures.transfer.take_home import TakeHome
    from explorer.networks.network import Network
    from explorer.transfer.labelled_photos import LabelledPhotos
    from explorer.transfer.taught_network import Taught
    from explorer.transfer.teaching import TeachingStep

ALL_READ, SOME_FAILED = 0, 1
FEWEST_FOLDS, MOST_FOLDS = 1, 20
ASKED = 100  # photos that the ONNX file is asked about, at most
LINES = 10  # of progress, where a line cannot be rewritten
WIDTH = 34  # characters of the names of numbers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for photos, network, way to learn and outputs."""
    parser.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="holds a folder of photos for each class, or train/ and test/ (or val/) with these "
        "in each",
    )
    parser.add_argument(
        "--variant", help=f"{', '.join(VARIANTS)} (default: a checkpoint's own, else resnet18)"
    )
    parser.add_argument(
        "--weights",
        default="builtin",
        help="to start from: builtin, imagenet-classic, imagenet-new, random:SEED, or the path of "
        "a checkpoint (default: %(default)s)",
    )
    parser.add_argument(
        "--how",
        choices=tuple(How),
        default=How.PROBE,
        help="fit a new head and leave the rest as it is; then train it together with the last "
        "stage, or with all; or train all from scratch (default: %(default)s)",
    )
    parser.add_argument(
        "--folds",
        type=_folds,
        metavar="N",
        help="check each photo once, in N folds; 1 holds one part back (default: by the number of "
        "photos)",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N or mps")
    parser.add_argument("--seed", type=_seed, default=0, help="of split and training (default: 0)")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="where network, ONNX file and card go"
    )
    parser.add_argument("--json", action="store_true", help="print the result as a JSON object")


def _folds(text: str) -> int:
    number = _whole(text)
    if not FEWEST_FOLDS <= number <= MOST_FOLDS:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_FOLDS} is needed, not {text!r}")
    return number


def _seed(text: str) -> int:
    number = _whole(text)
    if number > 2**32 - 1:
        raise argparse.ArgumentTypeError(f"a number below 2**32 is needed, not {text!r}")
    return number


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"a whole number is needed, not {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Teach; photos that cannot be read are listed, and do not stop it."""
    from explorer.photos.pillow_internals import silence_libtiff
    from explorer.transfer.labelled_photos import from_folder

    silence_libtiff()
    output = None if arguments.output is None else output_folder(arguments.output).absolute()
    network = load_network(
        arguments.variant,
        arguments.weights,
        arguments.device,
        quiet=arguments.json and not sys.stdout.isatty(),
    )
    photos = from_folder(arguments.folder)
    _report_unreadable(photos, arguments.json)
    taught = _teach(network, photos, arguments)
    files: Mapping[str, Path] = {}
    if output is None:
        _print_status("nothing was kept; give --output DIR to keep the network")
        taken = None
    else:
        taken, files = _keep(taught, photos, output)
    if arguments.json:
        print(_json(taught, network.weights.name, files))
    else:
        print("\n".join(_lines(taught, taken, files)))
    return SOME_FAILED if photos.unreadable else ALL_READ


def _report_unreadable(photos: LabelledPhotos, as_json: bool) -> None:
    """List photos that are left out, and say what was assumed of the others."""
    for path, reason in photos.unreadable:
        print(f"{one_line(path)}: {reason}", file=sys.stderr)
        if as_json:
            print(json.dumps({"photo": str(path.absolute()), "error": reason}), flush=True)
    for note in photos.notes:
        _print_status(note)


def _teach(network: Network, photos: LabelledPhotos, arguments: argparse.Namespace) -> Taught:
    from explorer.transfer.advice import advice
    from explorer.transfer.splits import plan
    from explorer.transfer.teaching import run_to_end, teaching

    if arguments.folds is not None and photos.parts is not None:
        _print_status("the folders say which photos are for what, so there are no folds")
    parts = plan(photos, arguments.seed, arguments.folds)
    for sentence in advice(photos, parts):
        _print_status(sentence)
    _print_status(f"{len(photos.photos):,} photos in {len(photos.labels)} classes")
    return run_to_end(teaching(network, photos, arguments.how, parts), _progress())


def _progress() -> Callable[[TeachingStep], None]:
    """Return a function that rewrites one line, or else prints a line for each tenth."""
    last: list[tuple[str, int]] = []

    def show(step: TeachingStep) -> None:
        line = f"{step.what}: {step.done:,} of {step.total:,}"
        if sys.stderr.isatty():
            end = "\n" if step.done == step.total else ""
            print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
            return
        tenth = (step.what, LINES * step.done // step.total)
        if tenth not in last:
            last[:] = [tenth]
            _print_status(line)

    return show


def _keep(
    taught: Taught, photos: LabelledPhotos, output: Path
) -> tuple[TakeHome, Mapping[str, Path]]:
    """Write the files, each whole or not at all; return where they are."""
    from explorer.figures.transfer.take_home import take_home

    held_back = taught.held_back
    asked = held_back[:: -(-len(held_back) // ASKED)]
    taken = take_home(taught, (photos.photos[index] for index in asked))
    paths = {name: output / name for name in taken.files}
    for name, path in paths.items():
        with output_file(path) as partial:
            partial.write_bytes(taken.files[name])
    return taken, paths


def _json(taught: Taught, weights: str, files: Mapping[str, Path]) -> str:
    from explorer.json_records import to_record

    record = to_record(taught.record) | {"weights": weights}
    names = (
        *("variant", "weights", "how", "classes", "photos", "accuracy", "macro_accuracy"),
        *("majority", "seconds"),
    )
    paths = [str(path) for path in files.values()]
    return json.dumps({name: record[name] for name in names} | {"files": paths})


def _lines(taught: Taught, taken: TakeHome | None, files: Mapping[str, Path]) -> Iterator[str]:
    """Yield the result as text to read."""
    record = taught.record
    accuracy = record.accuracy
    yield f"{taught.network.variant.title}, {len(record.classes)} classes. {record.recipe}"
    yield _row(
        "accuracy",
        f"{100 * accuracy.value:.1f} %  (95 % interval {100 * accuracy.low:.1f} to "
        f"{100 * accuracy.high:.1f} %, {record.held_back_in_words})",
    )
    yield _row("mean per class", f"{100 * record.macro_accuracy:.1f} %")
    yield _row("always the most frequent class", f"{100 * record.majority:.1f} %")
    for own in taught.check.answered.by_class():
        right = "not checked" if own.accuracy is None else f"{100 * own.accuracy.value:.1f} %"
        yield _row(f"  {own.label}", f"{right}  of {own.photos}")
    yield from (_row(name, f"{one_line(path)}") for name, path in files.items())
    if taken is not None:
        yield _row("ONNX file", taken.onnx.in_words)


def _row(name: str, value: str) -> str:
    return f"{name:{WIDTH}}{value}"


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
