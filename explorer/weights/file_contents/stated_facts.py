"""What a checkpoint says of itself beside its weights: architecture, classes, preprocessing.

Training scripts put such facts at the top level, or into `args`, `config`, `meta` and the like.
Keys are compared without case and underscores.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
from torch import Tensor

from explorer.networks.class_outputs import Outputs
from explorer.networks.heads import LayerKind
from explorer.weights.file_contents.stated_values import (
    COLOURS,
    Numbers,
    activation_kind,
    architecture_name,
    class_names,
    colour_mean,
    colour_std,
    is_misnumbered,
    parsed,
    share,
    sides_of,
    two_equal_sides,
    whole_number,
)

MOST_LEVELS, MOST_FACTS = 4, 20_000
Fact = TypeVar("Fact")


@dataclass(frozen=True)
class StatedFacts:
    """The facts that a file states; what it does not say is None or empty.

    Attributes:
        architecture: name of the architecture, as written.
        options: what else it says about the architecture, as "key = value", that no weight shows.
        class_lists: lists of class names, of any length, nearest to the top level first.
        num_classes: number of classes.
        size: side of the square input in pixels.
        resize: short side of the resized photo before the crop in pixels.
        crop_share: side of the crop as a share of the resized side, 0..1.
        mean: mean per colour channel, for colours in 0..1.
        std: standard deviation per colour channel, for colours in 0..1.
        squash: whether photos were squashed into the square.
        outputs: how the outputs are to be read.
        activation: activation between the layers of the head.
        unusable: what the file says that cannot be followed, in sentences.
    """

    architecture: str = ""
    options: tuple[str, ...] = ()
    class_lists: tuple[tuple[str, ...], ...] = ()
    num_classes: int | None = None
    size: int | None = None
    resize: int | None = None
    crop_share: float | None = None
    mean: Numbers | None = None
    std: Numbers | None = None
    squash: bool = False
    outputs: Outputs | None = None
    activation: LayerKind | None = None
    unusable: tuple[str, ...] = field(default=())

    def labels(self, count: int) -> tuple[str, ...]:
        """Return the first list of class names that has a length; none if there is no such list."""
        return next((names for names in self.class_lists if len(names) == count), ())


def stated_facts(content: Any, metadata: Mapping[str, str] | None = None) -> StatedFacts:
    """Collect the facts in the content of a file.

    Args:
        content: what the file holds: mappings and lists of tensors and plain values.
        metadata: metadata of a safetensors file, whose values are text, possibly JSON.
    """
    facts: list[tuple[str, Any]] = []
    for source in (content, {key: parsed(value) for key, value in (metadata or {}).items()}):
        for fact in _walk(source):
            facts.append(fact)
            if len(facts) >= MOST_FACTS:
                break
    sides = _first(facts, _SIZES, sides_of)
    square = sides is None or sides[0] == sides[1]
    both_sides = _first(facts, _RESIZES, two_equal_sides)
    return StatedFacts(
        architecture=_first(facts, _ARCHITECTURES, architecture_name) or "",
        options=tuple(_options(facts)),
        class_lists=tuple(
            names for key, value in facts if _CLASSES.search(key) and (names := class_names(value))
        ),
        num_classes=_first(facts, _COUNTS, whole_number),
        size=sides[0] if sides and square else both_sides,
        squash=both_sides is not None and (sides is None or sides[0] == both_sides),
        resize=_first(facts, _RESIZES, lambda value: min(sides_of(value) or (0,)) or None),
        crop_share=_first(facts, _CROP_SHARES, share),
        mean=_first(facts, _MEANS, colour_mean),
        std=_first(facts, _STDS, colour_std),
        outputs=Outputs.SIGMOID if any(map(_means_sigmoid, facts)) else None,
        activation=_first(facts, _ACTIVATION_KEYS, activation_kind),
        unusable=tuple(_unusable(facts, sides)),
    )


_ARCHITECTURES = re.compile(
    r"arch(itecture)?s?|(base|timm)?model(name|arch|type)?|backbone(name|type)?|"
    r"encoder(name|arch)?|net(work|name)?|networkname|variant"
)
_CLASSES = re.compile(r"class|label|categor|vocab|names$|species|targets?$|idx|id2")
_COUNTS = re.compile(r"(num|n|no|number)_?(of)?(class|classes|labels|outputs|categories)|nc")
_SIZES = re.compile(
    r"(im|img|image|input|photo|train|test|val|crop)(size|sz|shape|res|resolution|side|crop)|"
    r"(train|val|eval)?cropsize|imgsz|resolution|inputresolution|(image|input)(image|input)?size|"
    r"(train|test|val)(crop|img|image|input)size|inputdim|imgdim|crop"
)
_RESIZES = re.compile(r"(val|test|eval)?(resize|rescale|scale)(size|to|side|d)?")
_CROP_SHARES = re.compile(r"crop(pct|percent|ratio|share)")
_COLOURS_OF = r"(new|im|img|image|imagenet|input|norm|normalise|normalize|pixel|dataset|data|rgb)?"
_MEANS = re.compile(rf"{_COLOURS_OF}means?")
_STDS = re.compile(rf"{_COLOURS_OF}(stds?|stdev|deviations?)")
_ACTIVATION_KEYS = re.compile(r"(head|fc|classifier)?(act|activation)(layer|fn|function|name)?")
_BILINEAR = ("bilinear", "random", "linear", "")
_NOT_SQUARE = (
    "It says that its input has {0} x {1} pixels; only square inputs are computed here, so give a "
    "size."
)


def _walk(
    content: Any, key: str = "", level: int = 0, seen: set[int] | None = None
) -> Iterator[tuple[str, Any]]:
    """Yield what a file says as (key in lower case without underscores, value), top level first.

    A mapping is read once, however often it occurs.
    """
    seen = set() if seen is None else seen
    if id(content) in seen:
        return
    seen.add(id(content))
    if hasattr(content, "__dict__") and not isinstance(content, Mapping | Tensor):
        content = vars(content)  # an argparse.Namespace
    if not isinstance(content, Mapping) or level > MOST_LEVELS:
        return
    inner: list[tuple[str, Any]] = []
    for name, value in content.items():
        short = re.sub(r"[^a-z0-9.]", "", str(name).lower()).rpartition(".")[2]
        if key and short in _NESTED_IN_SIZE:
            short = key if short != "cropsize" else short
        yield short, value
        if not isinstance(value, Tensor):
            inner.append((short, value))
    for short, value in inner:
        yield from _walk(value, short, level + 1, seen)


# Inside `{"input_size": {"height": 224}}` or `{"normalize": {"mean": ...}}` the outer key decides.
_NESTED_IN_SIZE = ("height", "shortestedge")


def _first(
    facts: list[tuple[str, Any]], keys: re.Pattern[str], read: Callable[[Any], Fact | None]
) -> Fact | None:
    """Return the first usable value whose key matches."""
    for key, value in facts:
        if keys.fullmatch(key) and (fact := read(value)) is not None:
            return fact
    return None


def _unusable(facts: list[tuple[str, Any]], sides: tuple[int, int] | None) -> Iterator[str]:
    if sides and sides[0] != sides[1]:
        yield _NOT_SQUARE.format(*sides)
    if any(_CLASSES.search(key) and is_misnumbered(value) for key, value in facts):
        yield "Class names in the file are not numbered from 0 without a gap, so they are left out."
    for key, value in facts:
        if key == "interpolation" and isinstance(value, str) and value.lower() not in _BILINEAR:
            yield f"It says that photos are resized by {value} interpolation; here it is bilinear."
            return


def _means_sigmoid(fact: tuple[str, Any]) -> bool:
    """Whether a fact says that each output is a probability of its own."""
    key, value = fact
    if key in ("multilabel", "ismultilabel"):
        return bool(value) and str(value).lower() not in ("false", "no", "0")
    if not isinstance(value, str):
        return False
    if key in ("problemtype", "task", "mode", "classificationtype"):
        return "multilabel" in re.sub("[^a-z]", "", value.lower())
    if re.fullmatch(r"(train)?(loss|criterion|objective)(name|fn|function|type)?", key):
        return bool(re.search(r"bce|sigmoid|binary.?cross", value, re.IGNORECASE))
    return key in ("outputactivation", "finalactivation", "outputs") and value.lower() == "sigmoid"


def _options(facts: list[tuple[str, Any]]) -> Iterator[str]:
    """Yield what makes a network compute otherwise although its weights have the same shapes."""
    for key, value in facts:
        usual = _USUAL.get(key)
        if usual is not None and not isinstance(value, Tensor) and not usual(value):
            yield f"{key} = {value}"
        elif key in ("cfg", "config") and isinstance(value, str) and _CAFFE.search(value):
            yield "style = caffe"


def _is_off(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_off, value))
    return not value or str(value).lower() in ("false", "none", "no", "0", "identity")


_CAFFE = re.compile(r"""style\s*['"]?\s*[=:]\s*['"]caffe""")
_USUAL: dict[str, Callable[[Any], bool]] = {
    "replacestridewithdilation": _is_off,
    "dilated": _is_off,
    "dilation": lambda value: _is_off(value) or value in (1, [1, 1, 1, 1], (1, 1, 1, 1)),
    "dilations": lambda value: _is_off(value) or set(map(str, value)) == {"1"},
    "outputstride": lambda value: str(value) == "32" or _is_off(value),
    "aalayer": _is_off,
    "antialias": _is_off,
    "antialiased": _is_off,
    "blurpool": _is_off,
    "avgdown": _is_off,
    "downsampleinbottleneck": _is_off,
    "downsampleinfirststage": _is_off,
    "stridein1x1": _is_off,
    "style": lambda value: str(value).lower() != "caffe",
    "preactivation": _is_off,
    "preact": _is_off,
}


def tensor_facts(tensors: Mapping[str, Tensor]) -> StatedFacts:
    """Read the mean and deviation of a normalisation layer, which the state dict then holds."""
    small = {name: t.to(torch.float32) for name, t in tensors.items() if t.numel() in (1, COLOURS)}
    return stated_facts({"tensors": small})
