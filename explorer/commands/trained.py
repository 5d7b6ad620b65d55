"""The results of a training: weights with their model card, the card as a page, and curves."""

from __future__ import annotations

import argparse
import shlex
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from explorer.commands.outputs import output_file

if TYPE_CHECKING:
    from torch import nn

    from explorer.photos.geometry import Preprocessing
    from explorer.training.evaluation import Evaluation
    from explorer.training.recipe import TrainingRecipe
    from explorer.training.trainer import EpochResult, Trainer
    from explorer.weights.model_cards import ModelCard

WIDTH = 16  # channels of the stem, by default
CONFUSIONS = 8  # listed on a card


def keep(trainer: Trainer, arguments: argparse.Namespace) -> None:
    """Evaluate the network with weights rounded to float16, and write it with its model card.

    Raises:
        RequestError: if the files cannot be written.
    """
    from explorer.weights.model_cards import round_to_float16, save_network

    unrounded = _evaluate(trainer)
    round_to_float16(trainer.result)
    card = _card(trainer, arguments, unrounded)
    weights = (arguments.output / f"{card.variant}.safetensors").absolute()
    page = weights.with_suffix(".md")
    with output_file(weights) as partial:
        save_network(trainer.result, card, partial)
    with output_file(page) as partial:
        partial.write_text(card.markdown, encoding="utf-8")
    with output_file(weights.with_suffix(".csv")) as partial:
        partial.write_text(_curves_csv(trainer.history), encoding="utf-8")
    print(f"top-1 {card.top1:.2f} %, mean per class {card.mean_per_class:.2f} %")
    print(f"top-1 before the weights were rounded to float16 {card.top1_float32:.2f} %")
    print(f"weights  {weights}\ncard     {page}")


def _evaluate(trainer: Trainer) -> Evaluation:
    from explorer.training.evaluation import evaluate
    from explorer.training.trainer import evaluation_transform

    transform = evaluation_transform(trainer.recipe.preprocessing)
    return evaluate(trainer.result, trainer.val.transformed(transform))


def _card(trainer: Trainer, arguments: argparse.Namespace, unrounded: Evaluation) -> ModelCard:
    from explorer.training.calibration import calibrate
    from explorer.weights.model_cards import ModelCard

    recipe, preprocessing = trainer.recipe, trainer.recipe.preprocessing
    scores = _evaluate(trainer)
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
        top1_float32=unrounded.accuracy(),
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
        data=_data(trainer, arguments.data),
        licence=arguments.licence,
    )


def _data(trainer: Trainer, text: str | None) -> str:
    """Describe the photos of all epochs, if need be after the reader's own text on them."""
    from explorer.training.photo_record import trained_on

    photos = trained_on(trainer.records, trainer.epochs_done)
    if text is None:
        return photos
    return text if len(trainer.records) == 1 else f"{text} {photos}"


def _curves_csv(history: list[EpochResult]) -> str:
    """Return a row per epoch, without times, which depend more on the machine than the network."""
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
    """Return a phrase on the prediction for each sample whose category the network knows.

    Samples of the data set itself are left out: what it gets right there, the accuracy says.
    """
    import torch

    from explorer.photos.geometry import to_tensor
    from explorer.photos.samples import SAMPLES

    answers = []
    for sample in SAMPLES.values():
        if sample.category in labels and not sample.held_back:
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
    """Return the command that repeats this training, with folder names but no paths."""
    options = ["--variant", arguments.variant, "--output", arguments.output.resolve().name]
    if arguments.val is not None:
        options += ["--val", arguments.val.resolve().name]
    if arguments.width != WIDTH:
        options += ["--width", str(arguments.width)]
    folder = arguments.folder.resolve().name
    return shlex.join(["resnet-explorer", "train", folder, *options, *_non_default_options(recipe)])


def _non_default_options(recipe: TrainingRecipe) -> list[str]:
    """Return the options in which a recipe differs from the default one."""
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
