"""Compare the architecture that a file names with the one that its weights have the shapes of.

Some networks have the entries of a ResNet and compute otherwise: with blurred or dilated
convolutions, or with strides in other places. They are not computed as a plain ResNet in silence.
"""

from __future__ import annotations

import re

from explorer.networks.variants import VARIANTS, Variant
from explorer.weights.file_contents.stated_facts import StatedFacts

# Parts of names, in lower case, that stand for other computations with entries of the same shapes.
_OTHERWISE = {
    r"blur|anti_?alias|lpf|(resnet|resnext|_)aa_?\d": "blurs before it downsamples",
    r"dilat|(^|[_-])(os|d)_?(8|16)($|[_-])|deeplab|(^|[_-])drn": "has dilated convolutions",
    r"caffe|msra|detectron": "has its strides in other convolutions",
    r"pre_?act|resnet_?v2|resnetv2": "normalises before each convolution",
    r"ibn": "normalises half of its channels for each photo",
    r"(^|[_-])(d|s|t|c)$|v1[cdes]|(resnet|resnext)_?\d+[cdst]($|[_-])": "has another stem",
    r"(^|[_-])(se|eca|cbam|sk|gc|bam)_?res|res2net|resnest|resnetrs|xresnet": "has other blocks",
}


def computes_otherwise(stated: StatedFacts) -> str:
    """Return why a file's own words exclude a plain ResNet, as the end of a sentence; "" if not."""
    name = stated.architecture.rpartition("/")[2].partition(".")[0].lower()
    for pattern, difference in _OTHERWISE.items():
        if name and re.search(pattern, name):
            return f"is {stated.architecture}, which {difference}"
    return f"has {' and '.join(stated.options)}" if stated.options else ""


def named_otherwise(stated: StatedFacts, variant: Variant) -> bool:
    """Whether a file names another variant of the catalogue than the one that it fits."""
    name = _plain(stated.architecture.rpartition("/")[2].partition(".")[0])
    named = [other for other in VARIANTS.values() if _is_named(other, name)]
    return bool(named) and variant not in named


def _is_named(variant: Variant, name: str) -> bool:
    """Whether a name contains that of a variant, not followed by a further digit."""
    plain = _plain(variant.name)
    inside = re.search(rf"(?<!wide){re.escape(plain)}(?!\d)", name)
    return inside is not None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
