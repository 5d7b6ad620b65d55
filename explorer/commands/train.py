"""`resnet-explorer train`: train a network on folders of photos, or evaluate one."""

from __future__ import annotations

import argparse
import math
import re
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

from explorer.commands.evaluate import evaluate_folder
from explorer.commands.loading import add_checkpoint_arguments
from explorer.commands.outputs import output_folder
from explorer.commands.trained import WIDTH, keep
from explorer.errors import DataError, RequestError
from explorer.networks.variants import PLAIN_TWINS, RESIDUAL_TWINS, VARIANTS, find_variant

if TYPE_CHECKING:
    from explorer.photos.class_folders import PhotoFolder
    from explorer.training.recipe import TrainingRecipe
    from explorer.training.trainer import EpochResult, Trainer

MOST = 1024  # channels of the stem, or threads
TRAINABLE = tuple(
    variant.name
    for variant in (VARIANTS | PLAIN_TWINS | RESIDUAL_TWINS).values()
    if variant.any_width
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options for photos and outputs, and one for each field of the recipe."""
    _add_photos(parser)
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="where checkpoint, weights and card go"
    )
    parser.add_argument("--variant", help=f"{', '.join(TRAINABLE)} (default: {TRAINABLE[0]})")
    parser.add_argument(
        "--width", type=_count, default=WIDTH, help="channels of the stem (default: %(default)s)"
    )
    _add_card_texts(parser)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, mps (default: auto)")
    parser.add_argument(
        "--threads",
        type=_count,
        default=1,
        help="of torch on the CPU; several slow each other down beside any other work, and only "
        "one makes a resumed training equal an uninterrupted one (default: %(default)s)",
    )
    _add_evaluation(parser)
    add_checkpoint_arguments(parser)
    _add_recipe(parser.add_argument_group("recipe"))


def _add_photos(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="holds train/ and val/, or with --val one folder of photos per category",
    )
    parser.add_argument("--val", type=Path, metavar="FOLDER", help="the validation photos")


def _add_card_texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="TEXT", help="for the card: what the photos are")
    parser.add_argument(
        "--licence", metavar="TEXT", default="not stated", help="for the card: of the photos"
    )
    parser.add_argument(
        "--limits",
        metavar="TEXT",
        default="not stated.",
        help="for the card: what the network is not good for",
    )


def _add_evaluation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--evaluate",
        type=Path,
        metavar="FOLDER",
        help="train nothing: measure --weights on one folder of photos per category",
    )
    parser.add_argument(
        "--weights", help="for --evaluate: builtin, imagenet-classic, imagenet-new or a file"
    )
    parser.add_argument(
        "--labels", metavar="FILE", help="for --evaluate: class names for a checkpoint"
    )
    parser.add_argument(
        "--cuts",
        type=Path,
        metavar="FILE",
        help="for --evaluate: skip each block in turn, and record the accuracy without it",
    )


def run(arguments: argparse.Namespace) -> int:
    """Train, or evaluate."""
    _check(arguments)
    import torch

    from explorer.photos.pillow_internals import silence_libtiff

    silence_libtiff()
    torch.set_num_threads(arguments.threads)
    if arguments.evaluate is None:
        arguments.variant = arguments.variant or TRAINABLE[0]
        _train(arguments)
    else:
        evaluate_folder(arguments)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Refuse options that contradict each other."""
    if (arguments.folder is None) == (arguments.evaluate is None):
        raise RequestError("Give one folder: FOLDER to train on, or --evaluate FOLDER.")
    if arguments.folder is not None and arguments.output is None:
        raise RequestError("Say with --output DIR where the trained network goes.")
    if arguments.folder is not None and arguments.weights is not None:
        raise RequestError("A training starts from nothing; --weights belongs to --evaluate.")
    if arguments.folder is not None and arguments.labels is not None:
        raise RequestError(
            "A training takes its labels from the folders; --labels belongs to --evaluate."
        )
    if arguments.folder is not None and arguments.cuts is not None:
        raise RequestError("A training records no cuts; --cuts belongs to --evaluate.")
    if arguments.evaluate is not None and arguments.weights is None:
        raise RequestError("Say with --weights which network to evaluate.")


def _add_recipe(group: argparse._ArgumentGroup) -> None:
    """Add an option for each field of the recipe, with its name, type, default and description."""
    from explorer.training.recipe import TrainingRecipe

    descriptions = dict(re.findall(r"^ +(\w+): (.+)$", TrainingRecipe.__doc__ or "", re.MULTILINE))
    types = get_type_hints(TrainingRecipe)
    for field in fields(TrainingRecipe):
        option = "--" + field.name.replace("_", "-")
        text = descriptions.get(field.name, "").replace("%", "%%")
        text = f"{text.rstrip('.')} (default: %(default)s)"
        if types[field.name] is bool:
            yes_or_no = argparse.BooleanOptionalAction
            group.add_argument(option, action=yes_or_no, default=field.default, help=text)
        else:
            parse = _whole if types[field.name] is int else _number
            group.add_argument(option, type=parse, default=field.default, help=text)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"a whole number from 0 is needed, not {text!r}")
    return int(text)


def _count(text: str) -> int:
    if not 1 <= (number := _whole(text)) <= MOST:
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST} is needed, not {text!r}")
    return number


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"a number from 0 is needed, not {text!r}")
    return number


def _recipe(arguments: argparse.Namespace) -> TrainingRecipe:
    from explorer.training.recipe import TrainingRecipe

    return TrainingRecipe(
        **{field.name: getattr(arguments, field.name) for field in fields(TrainingRecipe)}
    )


def _train(arguments: argparse.Namespace) -> None:
    output_folder(arguments.output)
    trainer = _trainer(arguments)
    _run_training(trainer)
    keep(trainer, arguments)


def _trainer(arguments: argparse.Namespace) -> Trainer:
    from explorer.networks.devices import choose
    from explorer.photos.category_names import order_note
    from explorer.training.trainer import Trainer, untrained_network

    device = choose(arguments.device)
    variant = find_variant(arguments.variant)
    if variant.name not in TRAINABLE:
        raise RequestError(
            f"{variant.title} cannot be trained here. Choose one of {', '.join(TRAINABLE)}."
        )
    recipe = _recipe(arguments)
    photos, val = _read_photos(arguments, recipe.photo_side)
    for note in (order_note(photos.folders), *photos.notes, *val.notes):
        if note:
            _print_status(note)
    _print_status(
        f"{len(photos.photos):,} training and {len(val.photos):,} validation photos "
        f"in {len(photos.labels)} categories"
    )
    network = untrained_network(variant, len(photos.labels), recipe, arguments.width).to(device)
    return Trainer(network, photos, val, recipe, arguments.output / "checkpoint.pt")


def _read_photos(arguments: argparse.Namespace, side: int) -> tuple[PhotoFolder, PhotoFolder]:
    from explorer.photos.class_folders import open_photo_folder

    folder, val = arguments.folder, arguments.val
    if val is None:
        if not ((folder / "train").is_dir() and (folder / "val").is_dir()):
            raise DataError(
                f"{folder} does not hold the two folders train and val; "
                "make them, or name the validation photos with --val."
            )
        folder, val = folder / "train", folder / "val"
    return open_photo_folder(folder, side), open_photo_folder(val, side)


def _run_training(trainer: Trainer) -> None:
    """Train to the end and print one line per epoch."""
    if trainer.epochs_done == trainer.recipe.epochs:
        _print_status("the training was finished before; its card is written anew")
        if trainer.changes:
            _print_status(
                f"the photos have changed since ({trainer.changes}): the card describes those that "
                "it was trained on; give another --output to train on the present ones"
            )
    elif trainer.epochs_done:
        _print_status(f"going on after epoch {trainer.epochs_done}/{trainer.recipe.epochs}")
        if trainer.changes:
            _print_status(
                f"the photos are not those of the epochs before ({trainer.changes}); "
                "the card will say which epochs had which"
            )
    seconds = []
    try:
        for result in trainer.run():
            seconds.append(result.seconds)
            _print_status(_epoch_line(result, sum(seconds) / len(seconds)))
    except KeyboardInterrupt:
        _print_status(
            f"\nstopped after epoch {trainer.epochs_done}/{trainer.recipe.epochs}; "
            "the same command goes on from there"
        )
        raise


def _epoch_line(result: EpochResult, seconds_per_epoch: float) -> str:
    left = seconds_per_epoch * (result.epochs - result.epoch)
    return (
        f"epoch {result.epoch}/{result.epochs}  loss {result.train_loss:.3f}  "
        f"val loss {result.val_loss:.3f}  top-1 {result.top1:.1f} %  "
        f"mean per class {result.mean_per_class:.1f} %  {result.seconds:.1f} s  "
        f"{_duration(left)} left"
    )


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _print_status(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
