"""What a finished training leaves: the weights with their card inside, and the card as a page."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from explorer.commands.outputs import written_whole

if TYPE_CHECKING:
    from torch import nn

    from explorer.photos.geometry import Preprocessing
    from explorer.training.evaluation import Evaluation
    from explorer.training.recipe import TrainingRecipe
    from explorer.training.trainer import EpochResult, Trainer
    from explorer.weights.cards import ModelCard

WIDTH = 16  # channels of the stem, unless asked for otherwise
CONFUSIONS = 8  # on a card


def keep(trainer: Trainer, arguments: argparse.Namespace) -> None:
    """Measure the network as it is shipped, in float16, and write it with its card.

    Raises:
        RequestError: if the files cannot be written.
    """
    from explorer.weights.cards import round_to_float16, save_network

    before = _scores(trainer)
    round_to_float16(trainer.result)
    card = _card(trainer, arguments, before)
    weights = (arguments.output / f"{card.variant}.safetensors").absolute()
    page = weights.with_suffix(".md")
    with written_whole(weights) as partial:
        save_network(trainer.result, card, partial)
    with written_whole(page) as partial:
        partial.write_text(card.markdown, encoding="utf-8")
    with written_whole(weights.with_suffix(".csv")) as partial:
        partial.write_text(_curve(trainer.history), encoding="utf-8")
    print(f"top-1 {card.top1:.2f} %, mean per class {card.mean_per_class:.2f} %")
    print(f"top-1 before the weights were rounded to float16 {card.top1_float32:.2f} %")
    print(f"weights  {weights}\ncard     {page}")


def _scores(trainer: Trainer) -> Evaluation:
    from explorer.training.evaluation import evaluate
    from explorer.training.trainer import evaluation_transform

    transform = evaluation_transform(trainer.recipe.preprocessing)
    return evaluate(trainer.result, trainer.val.transformed(transform))


def _card(trainer: Trainer, arguments: argparse.Namespace, before: Evaluation) -> ModelCard:
    from explorer.training.calibration import calibrate
    from explorer.weights.cards import ModelCard

    recipe, preprocessing = trainer.recipe, trainer.recipe.preprocessing
    scores = _scores(trainer)
    calibration = calibrate(scores)
    return ModelCard(
        variant=arguments.variant,
        width=arguments.width,
        labels=trainer.photos.labels,
        parameters=sum(p.numel() for p in trainer.result.parameters()),
        resize_size=preprocessing.resize_size,
        crop_size=preprocessing.crop_size,
        mean=preprocessing.mean,
        std=preprocessing.std,
        photos=len(trainer.val.photos),
        top1=scores.accuracy(),
        top1_float32=before.accuracy(),
        top5=scores.accuracy(5),
        mean_per_class=scores.mean_per_class,
        temperature=calibration.temperature,
        calibration_error=calibration.error,
        calibration_error_before=calibration.error_before,
        confusions=_confusions(scores, trainer.photos.labels),
        samples=sample_answers(trainer.result, trainer.photos.labels, preprocessing),
        limits=arguments.limits,
        recipe=_in_words(recipe),
        command=_command(recipe, arguments),
        data=arguments.data or f"{len(trainer.photos.photos):,} photos.",
        licence=arguments.licence,
    )


def _curve(history: list[EpochResult]) -> str:
    """Write a row per epoch, without the times, which say more of the machine than of the net."""
    from explorer.training.trainer import EpochResult

    names = [field.name for field in fields(EpochResult) if field.name not in ("epochs", "seconds")]
    rows = [[getattr(result, name) for name in names] for result in history]
    lines = [names, *([_cell(value) for value in row] for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def sample_answers(
    module: nn.Module, labels: tuple[str, ...], preprocessing: Preprocessing
) -> tuple[str, ...]:
    """Say what a network makes of the samples whose category it knows, a phrase for each."""
    import torch

    from explorer.photos.geometry import to_tensor
    from explorer.photos.samples import SAMPLES

    answers = []
    for sample in SAMPLES.values():
        if sample.category in labels:
            x = to_tensor(sample.open(), preprocessing).to(next(module.parameters()).device)
            with torch.no_grad():
                answer = labels[int(module.eval()(x).argmax())]
            verdict = "right" if answer == sample.category else f"it is of {sample.category}"
            answers.append(f"{sample.title}: {answer} ({verdict})")
    return tuple(answers)


def _confusions(scores: Evaluation, labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        f"{labels[true]} taken for {labels[predicted]}: {photos} of {scores.count(true)}"
        for true, predicted, photos in scores.worst_confusions(CONFUSIONS)
    )


def _in_words(recipe: TrainingRecipe) -> str:
    settings = (f"{name.replace('_', ' ')} {value}" for name, value in asdict(recipe).items())
    return f"Stochastic gradient descent with Nesterov momentum: {', '.join(settings)}."


def _command(recipe: TrainingRecipe, arguments: argparse.Namespace) -> str:
    """Return the command that trains this again; it names folders without where they lie."""
    options = ["--variant", arguments.variant, "--output", arguments.output.resolve().name]
    if arguments.val is not None:
        options += ["--val", arguments.val.resolve().name]
    if arguments.width != WIDTH:
        options += ["--width", str(arguments.width)]
    folder = arguments.folder.resolve().name
    return shlex.join(["resnet-explorer", "train", folder, *options, *_changed(recipe)])


def _changed(recipe: TrainingRecipe) -> list[str]:
    """Return the options that turn the default recipe into this one."""
    default = asdict(type(recipe)())
    options: list[str] = []
    for name, value in asdict(recipe).items():
        option = name.replace("_", "-")
        if value == default[name]:
            continue
        if isinstance(value, bool):
            options.append(f"--{option}" if value else f"--no-{option}")
        else:
            options += [f"--{option}", str(value)]
    return options
