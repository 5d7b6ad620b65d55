"""One pass of one photo through the chain, and the gradient of a score at every block."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from explorer.network import HEAD, STEM, Network

GRAPH_LIMIT = 1_000_000_000  # bytes that the retained graphs of all sessions may take together


@dataclass(frozen=True)
class Target:
    """The score that an explanation is about.

    Attributes:
        index: the class to explain.
        rather_than: a class to set against it, for "why A rather than B"; None for the class alone.
    """

    index: int
    rather_than: int | None = None

    def score(self, logits: Tensor) -> Tensor:
        """Reduce logits, shape (N, K), to the score, shape (N,), in float32."""
        logits = logits.float()
        if self.rather_than is None:
            return logits[:, self.index]
        return logits[:, self.index] - logits[:, self.rather_than]


class GraphBudget:
    """Counts the bytes of all retained graphs of this process against one limit."""

    def __init__(self, limit: int = GRAPH_LIMIT) -> None:
        self.limit, self.used = limit, 0
        self._lock = threading.Lock()

    def claim(self, owner: object, nbytes: int) -> bool:
        """Reserve bytes until `owner` is gone; False, and nothing reserved, if they do not fit."""
        with self._lock:
            if self.used + nbytes > self.limit:
                return False
            self.used += nbytes
        weakref.finalize(owner, self._release, nbytes)
        return True

    def _release(self, nbytes: int) -> None:
        with self._lock:
            self.used -= nbytes


BUDGET = GraphBudget()


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """What a photo leaves behind in the network.

    Attributes:
        network: the network it went through.
        x: the normalised photo on the network's device, shape (1, 3, H, W).
        outputs: link name -> output on the network's device; a block's has shape (1, C, h, w), the
            head's (1, K). They are linked by the graph if it was kept.
        graph_bytes: what the graph keeps alive besides the weights; 0 if it was not kept.
    """

    network: Network
    x: Tensor
    outputs: Mapping[str, Tensor]
    graph_bytes: int

    @property
    def logits(self) -> Tensor:
        """Scores before the softmax, float32, shape (K,)."""
        return self.outputs[HEAD].detach()[0].float()

    def without_graph(self) -> ForwardPass:
        """Return the same outputs, cut off from the graph."""
        outputs = {name: output.detach() for name, output in self.outputs.items()}
        return ForwardPass(self.network, self.x, outputs, 0)

    def on_cpu(self) -> ForwardPass:
        """Return the same outputs on the CPU, beside a twin of the network there."""
        outputs = {name: output.detach().float().cpu() for name, output in self.outputs.items()}
        return ForwardPass(self.network.on_cpu(), self.x.cpu(), outputs, 0)

    def gradients(self, target: Target) -> dict[str, Tensor]:
        """Differentiate the target's score with respect to every block's output, in one backward.

        Returns:
            Block name -> gradient, shape (1, C, h, w), in the order of the chain.
        """
        return self._from_graph(target) if self.graph_bytes else self._piece_by_piece(target)

    def _from_graph(self, target: Target) -> dict[str, Tensor]:
        blocks = self.network.blocks
        score = target.score(self.outputs[HEAD])
        gradients = torch.autograd.grad(score, [self.outputs[b] for b in blocks], retain_graph=True)
        return dict(zip(blocks, gradients, strict=True))

    def _piece_by_piece(self, target: Target) -> dict[str, Tensor]:
        """Walk back link by link, so that only one block's graph is ever alive."""
        links = list(self.network.chain)
        gradients: dict[str, Tensor] = {}
        for block, link in reversed(list(pairwise(links))):
            x = self.outputs[block].detach().requires_grad_()
            with torch.enable_grad(), self.network.autocast():
                y = self.network.chain[link](x)
                score = target.score(y) if link == HEAD else y
            (gradients[block],) = torch.autograd.grad(score, x, gradients.get(link))
        return dict(reversed(gradients.items()))


def forward(
    network: Network, x: Tensor, keep_graph: bool = True, budget: GraphBudget = BUDGET
) -> ForwardPass:
    """Run a photo through the chain.

    The graph starts behind the stem, whose own gradient nobody asks for. It is kept as long as all
    kept graphs fit the budget; without it `gradients` pays for a second forward.

    Args:
        network: the model; only read.
        x: one normalised photo on the network's device, shape (1, 3, H, W).
        keep_graph: False to keep nothing but the outputs.
        budget: where the graph's bytes are counted.
    """
    saved = _SavedBytes(network)
    with network.autocast():
        with torch.no_grad():
            y = network.chain[STEM](x)
        with (
            torch.set_grad_enabled(keep_graph),
            torch.autograd.graph.saved_tensors_hooks(saved.count, lambda tensor: tensor),
        ):
            outputs = {STEM: y.requires_grad_(keep_graph)}
            for name, link in list(network.chain.items())[1:]:
                outputs[name] = y = link(y)
    kept = ForwardPass(network, x, outputs, saved.nbytes)
    return kept if keep_graph and budget.claim(kept, saved.nbytes) else kept.without_graph()


class _SavedBytes:
    """Counts what autograd saves for the backward, each storage once, the weights not at all."""

    def __init__(self, network: Network) -> None:
        self._seen = {p.untyped_storage().data_ptr() for p in network.module.state_dict().values()}
        self.nbytes = 0

    def count(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self._seen:
            self._seen.add(storage.data_ptr())
            self.nbytes += storage.nbytes()
        return tensor.detach()  # a node that saved its own output would keep itself alive for ever
