"""One photo, one forward pass: the prediction, and the evidence for any class at any block."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import torch
from PIL import Image

from explorer.array_types import Map
from explorer.explain.block_attribution import grad_cam_ladder
from explorer.explain.forward_pass import ForwardPass, forward
from explorer.explain.method_catalogue import find_method
from explorer.explain.target_score import Target
from explorer.networks.devices import is_out_of_memory, synchronize, unless_out_of_memory
from explorer.networks.network import Network
from explorer.photos.geometry import Frame, Framing, frame, to_tensor

if TYPE_CHECKING:
    from explorer.explain.pixel_attribution import AttributionStep

TOP = 5  # classes listed as predictions
MAP_ON_CPU = "The GPU ran out of memory; this map was computed on the CPU."

Result = TypeVar("Result")


@dataclass(frozen=True)
class Prediction:
    """One class and its probability.

    Attributes:
        index: the index of the class.
        label: the name of the class.
        probability: its probability, 0..1: of a softmax over all classes, or of a sigmoid.
    """

    index: int
    label: str
    probability: float


@dataclass(frozen=True, eq=False)
class Analysis:
    """The predictions of a network for one photo, and their explanations.

    An analysis keeps the graph of its forward pass (see `explorer.explain.forward_pass`), so it
    belongs to one session. What its methods return is small, detached and on the CPU.

    Attributes:
        frame: where the network's input lies in the photo.
        probabilities: the probabilities of the classes, float32, shape (K,).
        predictions: the most probable classes, at most five, best first; none without a head.
        seconds: wall time of the pass in seconds, with preprocessing, device synchronised.
        forward_pass: the forward pass of the photo.
        notes: messages for the reader about fallbacks, e.g. that the GPU ran out of memory.
    """

    frame: Frame
    probabilities: Map
    predictions: tuple[Prediction, ...]
    seconds: float
    forward_pass: ForwardPass
    notes: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        """Return the network and its best classes; the arrays would fill pages."""
        answers = ", ".join(f"{best.label} {best.probability:.1%}" for best in self.predictions)
        return f"Analysis({self.network.variant.title}: {answers})"

    @property
    def network(self) -> Network:
        """The network that made the predictions; after a fallback, its copy on the CPU."""
        return self.forward_pass.network

    @property
    def predicted(self) -> Prediction:
        """The most probable class.

        Raises:
            RequestError: if the network has no head, and so no classes.
        """
        self.network.check_classes()
        return self.predictions[0]

    def prediction(self, target: str | int) -> Prediction:
        """Return a class, by label or index, with its probability."""
        index = self.network.find_class(target)
        return Prediction(index, self.network.labels[index], float(self.probabilities[index]))

    def heatmap(
        self,
        layer: str | None = None,
        target: str | int | None = None,
        rather_than: str | int | None = None,
        signed: bool = False,
        method: str = "grad-cam",
    ) -> Map:
        """Explain a class, through Captum.

        Args:
            layer: the block, e.g. "layer4.1"; None for the last one.
            target: the class to explain, by label or index; None for the predicted one.
            rather_than: the class to compare it with, for "why A rather than B"; None for none.
            signed: whether to keep evidence against the class; False applies the ReLU.
            method: the name of a method in `explorer.explain.method_catalogue.METHODS`.

        Returns:
            The map on the block's own grid, shape (h, w), or on the input's pixels, shape (S, S).

        Raises:
            RequestError: if there is no such block, class or method.
        """
        chosen = find_method(method)
        block, score = self.network.find_block(layer), self._target(target, rather_than)
        *_, last = self.safely(lambda forward_pass: [*chosen.explain(forward_pass, score, block)])
        heatmap: Map = last.heatmap.numpy()
        return heatmap if signed else heatmap.clip(0)

    def attribution_steps(
        self,
        method: str,
        layer: str | None = None,
        target: str | int | None = None,
        rather_than: str | int | None = None,
    ) -> Iterator[AttributionStep]:
        """Explain a class step by step; arguments as for `heatmap`.

        Yields:
            The signed map after each step, so that a page can show progress and stop; the last one
            is the result.

        Raises:
            RequestError: if there is no such method, block or class.
        """
        chosen = find_method(method)
        block, score = self.network.find_block(layer), self._target(target, rather_than)
        try:
            yield from chosen.explain(self.forward_pass, score, block)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
        else:
            return
        self._note_cpu()
        yield from chosen.explain(self.forward_pass.on_cpu(), score, block)

    def ladder(
        self,
        target: str | int | None = None,
        rather_than: str | int | None = None,
        signed: bool = False,
    ) -> Mapping[str, Map]:
        """Explain a class at every block, from one backward pass; arguments as for `heatmap`.

        Returns:
            Block name -> the map on the block's own grid, shape (h, w), in the order of the chain.
        """
        score = self._target(target, rather_than)
        ladder = self.safely(lambda forward_pass: grad_cam_ladder(forward_pass, score, signed))
        return {block: heatmap.numpy() for block, heatmap in ladder.items()}

    def _target(self, target: str | int | None, rather_than: str | int | None) -> Target:
        index = self.predicted.index if target is None else self.network.find_class(target)
        return Target(index, None if rather_than is None else self.network.find_class(rather_than))

    def safely(self, explain: Callable[[ForwardPass], Result]) -> Result:
        """Use the pass; if the GPU runs out of memory, first without its graph, then on the CPU."""
        result = unless_out_of_memory(lambda: explain(self.forward_pass))
        if result is None:
            result = unless_out_of_memory(lambda: explain(self.forward_pass.without_graph()))
        if result is None:
            self._note_cpu()
            result = explain(self.forward_pass.on_cpu())
        return result

    def _note_cpu(self) -> None:
        """Note once that a map was computed on the CPU."""
        if MAP_ON_CPU not in self.notes:
            self.notes.append(MAP_ON_CPU)


def analyze(network: Network, image: Image.Image, framing: Framing = Framing.CROP) -> Analysis:
    """Run a photo through the network once.

    Args:
        network: the network; shared and only read.
        image: an RGB photo from `read_image`.
        framing: the centre crop on which the weights were evaluated, or the whole photo, padded.
    """
    started = time.perf_counter()
    x = to_tensor(image, network.weights.preprocessing, framing)
    forward_pass, notes = _forward_with_fallback(network, x)
    probabilities = network.weights.probabilities(forward_pass.logits).cpu()
    synchronize(forward_pass.network.device)
    return Analysis(
        frame=frame(image, network.weights.preprocessing, framing),
        probabilities=probabilities.numpy(),
        predictions=best(probabilities, network.labels),
        seconds=time.perf_counter() - started,
        forward_pass=forward_pass,
        notes=notes,
    )


def _forward_with_fallback(network: Network, x: torch.Tensor) -> tuple[ForwardPass, list[str]]:
    forward_pass = unless_out_of_memory(lambda: forward(network, x.to(network.device)))
    if forward_pass is None:
        forward_pass = unless_out_of_memory(
            lambda: forward(network, x.to(network.device), keep_graph=False)
        )
    if forward_pass is not None:
        return forward_pass, []
    return forward(network.on_cpu(), x), [
        "The GPU ran out of memory; this photo was computed on the CPU."
    ]


def best(probabilities: torch.Tensor, labels: tuple[str, ...]) -> tuple[Prediction, ...]:
    """Return the `TOP` most probable classes, best first; `probabilities` has shape (K,)."""
    values, indices = probabilities.topk(min(TOP, len(labels)))
    pairs = zip(indices.tolist(), values.tolist(), strict=True)
    return tuple(Prediction(index, labels[index], probability) for index, probability in pairs)
