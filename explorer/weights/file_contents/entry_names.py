"""The names that other libraries give to the entries of a ResNet, translated by rule.

The rules follow the sources of the libraries: Hugging Face's `ResNetModel` (transformers,
models/resnet/modeling_resnet.py), a `Sequential` of a network's children as fastai cuts it
(fastai/vision/learner.py, `create_body`), and the `shortcut` of pytorch-cifar (models/resnet.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Spelling:
    """One way to name the entries of a ResNet.

    Attributes:
        name: who names them so, for people; "" for torchvision's own names.
        stem: name of the stem's convolution.
        first_stage: beginning of the names of the first stage's entries, which distinguishes this
            spelling from others.
        rules: pattern -> replacement, applied in order to each name.
    """

    name: str
    stem: str
    first_stage: str
    rules: Mapping[str, str]

    def to_torchvision(self, name: str) -> str:
        """Translate a name; one that is not of this spelling stays as it is."""
        for pattern, replacement in {**self.rules, **_BLOCK_RULES}.items():
            name = re.sub(pattern, replacement, name)
        return name


# Within a block, whoever names its stage.
_BLOCK_RULES = {r"^(layer\d+\.\d+)\.shortcut\.": r"\1.downsample."}

_HUGGING_FACE_BLOCK = r"^encoder\.stages\.{stage}\.layers\.(\d+)\."
_STAGES = range(1, 5)
# What other people call the stages -> the number of the first one.
_OTHER_STAGES = {"stage": 1, "stages.": 0, "layers.": 0, "block": 1, "layer_": 1}
TORCHVISION = Spelling("", "conv1.weight", "layer1.", {})
SPELLINGS = (
    TORCHVISION,
    Spelling(
        "Hugging Face's transformers",
        "embedder.embedder.convolution.weight",
        "encoder.stages.0.layers.",
        {
            r"^embedder\.embedder\.convolution\.": "conv1.",
            r"^embedder\.embedder\.normalization\.": "bn1.",
            **{
                _HUGGING_FACE_BLOCK.format(stage=stage - 1): rf"layer{stage}.\1."
                for stage in _STAGES
            },
            r"\.shortcut\.convolution\.": ".downsample.0.",
            r"\.shortcut\.normalization\.": ".downsample.1.",
            **{
                rf"\.layer\.{index}\.{layer}\.": f".{short}{index + 1}."
                for index in range(3)
                for layer, short in (("convolution", "conv"), ("normalization", "bn"))
            },
        },
    ),
    Spelling(
        "a Sequential of the network's children",
        "0.weight",
        "4.0.conv1.",
        {
            r"^0\.": "conv1.",
            r"^1\.": "bn1.",
            **{rf"^{stage + 3}\.(\d+)\.": rf"layer{stage}.\1." for stage in _STAGES},
        },
    ),
    Spelling(
        "a Sequential whose first part is the stem",
        "0.0.weight",
        "1.0.conv1.",
        {
            r"^0\.0\.": "conv1.",
            r"^0\.1\.": "bn1.",
            **{rf"^{stage}\.(\d+)\.": rf"layer{stage}.\1." for stage in _STAGES},
        },
    ),
    Spelling(
        "a network whose stem is layer0",
        "layer0.0.weight",
        "layer1.",
        {r"^layer0\.0\.": "conv1.", r"^layer0\.1\.": "bn1."},
    ),
    Spelling(
        "a network whose stem is layer0",
        "layer0.conv1.weight",
        "layer1.",
        {r"^layer0\.(conv1|bn1)\.": r"\1."},
    ),
    *(
        Spelling(
            f"a network whose stages are called {word}{first}",
            "conv1.weight",
            f"{word}{first}.0.conv1.",
            {rf"^{re.escape(word)}{first + stage - 1}\.": f"layer{stage}." for stage in _STAGES},
        )
        for word, first in (
            ("stage", 1),
            ("stages.", 0),
            ("layers.", 0),
            ("block", 1),
            ("layer_", 1),
        )
    ),
    Spelling(
        "a network with a named stem",
        "stem.conv1.weight",
        "layer1.",
        {r"^stem\.(conv1|bn1)\.": r"\1."},
    ),
)
