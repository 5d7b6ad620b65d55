"""One explanation, detached from the graph that it came from, and the scale of its colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.array_types import Map
from explorer.explain.evidence_in_words import in_words
from explorer.explain.shared_scale import SharedScale
from explorer.networks.block_names import stage_of
from explorer.photos.geometry import Frame, Framing
from explorer.wording import percent, spoken

if TYPE_CHECKING:
    from explorer.explain.analysis import Prediction
    from explorer.explain.batches import PhotoResult
    from explorer.explain.method_catalogue import Method
    from explorer.networks.network import Network


UPLOAD = "an uploaded photo"


@dataclass(frozen=True, eq=False)
class Finding:
    """One explanation, detached from the graph that it came from; every export is made from it.

    Attributes:
        photo: a description of the photo and its source, or the name of the reader's file.
        network: the network that made the prediction.
        frame: where the network's input lies in the photo.
        framing: how the photo became that input.
        probabilities: the probabilities of all classes, float32, shape (K,); of the best classes
            only for one photo of many.
        explained: the class that the map is evidence for.
        rather_than: the class that it is compared with; None for none.
        method: the attribution method.
        block: the name of the block that is explained.
        heatmap: the map, float32, shape (h, w).
        ladder: block name -> Grad-CAM map of the same class there, in the order of the chain.
        signed: whether evidence against the class was requested.
        span: which maps share a colour scale with this one.
        end: the value of the strongest colour; None for the largest of the maps that share the
            scale.
        changed: what of photo or network was changed before it answered, e.g. "layer3.1 switched
            off"; "" for nothing.
    """

    photo: str
    network: Network
    frame: Frame
    framing: Framing
    probabilities: Map
    explained: Prediction
    rather_than: Prediction | None
    method: Method
    block: str
    heatmap: Map
    ladder: Mapping[str, Map]
    signed: bool
    span: SharedScale = SharedScale.OWN
    end: float | None = None
    changed: str = ""

    @classmethod
    def of_many(
        cls,
        photo: str,
        result: PhotoResult,
        network: Network,
        framing: Framing,
        block: str,
        signed: bool,
    ) -> Finding:
        """Describe one photo of many, for which only the best classes and one map are known."""
        from explorer.explain.method_catalogue import METHODS

        return cls(
            photo=photo,
            network=network,
            frame=result.frame,
            framing=framing,
            probabilities=np.array([best.probability for best in result.predictions], np.float32),
            explained=result.target,
            rather_than=None,
            method=METHODS["grad-cam"],
            block=block,
            heatmap=result.heatmap,
            ladder={},
            signed=signed,
        )

    @property
    def of_ladder(self) -> bool:
        """Whether the map belongs to the ladder, and so may share a scale with the other maps."""
        return self.ladder.get(self.block) is self.heatmap

    @property
    def high(self) -> float:
        """The value of the strongest colour; see `limit`."""
        if self.end is not None:
            return self.end
        return self.limit(self.block) if self.of_ladder else self.strongest

    @property
    def has_against(self) -> bool:
        """Whether the map may hold evidence against the class; some give only magnitudes."""
        return self.signed and self.method.signed

    @property
    def strongest(self) -> float:
        """The largest value of the map, or the largest magnitude of a signed one."""
        return limit([self.heatmap], self.has_against)

    @property
    def place(self) -> str:
        """What the map explains in words: a block, or the pixels of the network's input."""
        if self.method.of_block:
            return self.block
        through = f" through {self.block}" if self.method.uses_block else ""
        return f"the input's pixels{through}"

    @property
    def words(self) -> str:
        """Where the map is strongest and how concentrated it is, in a sentence."""
        return in_words(self.heatmap, self.frame, self.method.quantity)

    @property
    def answer(self) -> str:
        """The explained class and its probability."""
        return f"{spoken(self.explained.label)} · {percent(self.explained.probability)}"

    def reading(
        self, against: str = "blue", supporting: str = "orange", framed: bool = True
    ) -> str:
        """Return two sentences on how to read the picture of the map.

        Args:
            against: name of the colour of evidence against the class.
            supporting: name of the colour of evidence for it.
            framed: whether the picture shows the frame of what the network sees.
        """
        return f"{self.colours_in_words(against, supporting)} {self._seen_in_words(framed)}"

    def colours_in_words(self, against: str, supporting: str) -> str:
        """Return what the colours mean, in a sentence; arguments as for `reading`."""
        verb = "supports" if self.method.signed else "matters for"
        label = spoken(self.explained.label)
        if not self.has_against:
            return f"Yellow {verb} {label}."
        other = self.rather_than
        opposes = (
            f", {against} {spoken(other.label)}" if other else f"; {against} counts against it"
        )
        return f"{supporting.capitalize()} {verb} {label}{opposes}."

    def _seen_in_words(self, framed: bool) -> str:
        if self.framing is not Framing.CROP:
            return "The network sees the whole photo."
        seen = "what is inside the dashed square" if framed else "a square in its middle"
        return f"The network sees only {seen}."

    @property
    def name(self) -> str:
        """A file name without its extension, e.g. "resnet18-grad-cam-layer4.1-car_side"."""
        label = "".join(char if char.isalnum() else "_" for char in self.explained.label)
        block = f"-{self.block}" if self.method.uses_block else ""
        return f"{self.network.variant.name}-{self.method.name}{block}-{label[:60]}"

    def limit(self, block: str) -> float:
        """Return the value of the strongest colour at a block of the ladder."""
        return limit(
            [m for other, m in self.ladder.items() if self._share_scale(block, other)], self.signed
        )

    def _share_scale(self, block: str, other: str) -> bool:
        if self.span is SharedScale.OWN:
            return block == other
        return self.span is SharedScale.NETWORK or stage_of(block) == stage_of(other)


def limit(maps: list[Map], signed: bool) -> float:
    """Return the largest value of some maps, or the largest magnitude of signed ones."""
    return max((float(np.abs(m).max() if signed else max(0.0, m.max())) for m in maps), default=0.0)
