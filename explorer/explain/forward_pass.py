"""One forward pass of a photo through the chain, and the gradient of a score at every block."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from explorer.explain.target_score import Target
from explorer.networks.block_names import HEAD, STEM
from explorer.networks.network import Network, run_chain

PHOTO_LIMIT = 200_000_000  # bytes that one photo may keep, with or without its graph
TOTAL_LIMIT = 1_000_000_000  # bytes that the photos of all sessions may keep together


class GraphBudget:
    """A limit on the bytes that all forward passes of this process keep.

    Args:
        limit: bytes that all passes together may keep.
        photo_limit: bytes that one pass may keep.
    """

    def __init__(self, limit: int = TOTAL_LIMIT, photo_limit: int = PHOTO_LIMIT) -> None:
        self.limit, self.photo_limit, self.used = limit, photo_limit, 0
        self._lock = threading.Lock()

    def claim(self, owner: object, nbytes: int) -> bool:
        """Reserve bytes until `owner` is deleted; return False and reserve none if too many."""
        with self._lock:
            if nbytes > self.photo_limit or self.used + nbytes > self.limit:
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
    """The outputs of every link of the chain for one photo.

    Attributes:
        network: the network that the photo went through.
        x: the normalised photo on the network's device, shape (1, 3, H, W).
        outputs: link name -> output on the network's device, connected by the graph if it was kept.
            A block's output has shape (1, C, h, w), in ViT (1, 1 + h * w, C), the head's (1, K). If
            memory is short, each look-up computes its output again; see `with_outputs`.
        graph_bytes: bytes that the graph keeps alive besides the weights; 0 if it was not kept.
    """

    network: Network
    x: Tensor
    outputs: Mapping[str, Tensor]
    graph_bytes: int

    @property
    def logits(self) -> Tensor:
        """What the head gives for the photo, float32, shape (K,); (1,) of two classes."""
        return self.outputs[HEAD].detach()[0].float()

    def with_outputs(self) -> ForwardPass:
        """Return this pass with all outputs in memory; costs at most one forward pass."""
        if not isinstance(self.outputs, _RecomputedOutputs):
            return self
        return ForwardPass(self.network, self.x, self.outputs.all(), 0)

    def without_graph(self) -> ForwardPass:
        """Return this pass with its outputs detached from the graph."""
        outputs = {name: output.detach() for name, output in self.with_outputs().outputs.items()}
        return ForwardPass(self.network, self.x, outputs, 0)

    def without_outputs(self) -> ForwardPass:
        """Return a pass that keeps only the logits and computes other outputs at each look-up."""
        outputs = _RecomputedOutputs(self.network, self.x, self.outputs[HEAD].detach())
        return ForwardPass(self.network, self.x, outputs, 0)

    def on_cpu(self) -> ForwardPass:
        """Return this pass with its outputs, and a copy of the network, on the CPU."""
        items = self.with_outputs().outputs.items()
        outputs = {name: output.detach().float().cpu() for name, output in items}
        return ForwardPass(self.network.on_cpu(), self.x.cpu(), outputs, 0)

    def gradients(self, target: Target) -> dict[str, Tensor]:
        """Differentiate the score with respect to every block's output, in one backward pass.

        Returns:
            Block name -> gradient, of the shape of the block's output, in the order of the chain.
        """
        if self.graph_bytes:
            return self._from_graph(target)
        return self.with_outputs()._link_by_link(target)

    def _from_graph(self, target: Target) -> dict[str, Tensor]:
        blocks = self.network.blocks
        score = target.score(self.outputs[HEAD])
        gradients = torch.autograd.grad(score, [self.outputs[b] for b in blocks], retain_graph=True)
        return dict(zip(blocks, gradients, strict=True))

    def _link_by_link(self, target: Target) -> dict[str, Tensor]:
        """Backpropagate link by link, so that only one link's graph is alive at a time."""
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

    The graph starts at the stem's output, because no caller needs gradients before it. It is kept
    if it fits the budget; without it, `gradients` costs a second forward pass. If not even the
    outputs fit, they are computed again at each look-up.

    Args:
        network: the network; only read.
        x: one normalised photo on the network's device, shape (1, 3, H, W).
        keep_graph: whether to keep the graph; False keeps only the outputs.
        budget: the budget that the kept bytes count against.
    """
    saved = _SavedBytes(network)
    outputs = _run(network, x, keep_graph, saved, budget.photo_limit)
    graph_bytes = saved.nbytes if outputs[HEAD].requires_grad else 0
    forward_pass = ForwardPass(network, x, outputs, graph_bytes)
    if graph_bytes and budget.claim(forward_pass, graph_bytes):
        return forward_pass
    forward_pass = forward_pass.without_graph()
    fits = budget.claim(
        forward_pass, sum(output.nbytes for output in forward_pass.outputs.values())
    )
    return forward_pass if fits else forward_pass.without_outputs()


def _run(
    network: Network, x: Tensor, keep_graph: bool, saved: _SavedBytes, limit: int
) -> dict[str, Tensor]:
    """Run every link; drop the graph as soon as it exceeds the limit of one photo, in bytes."""
    with network.autocast():
        with torch.no_grad():
            y = network.chain[STEM](x)
        saved.count(y)
        outputs = {STEM: y.requires_grad_(keep_graph)}
        for name, link in list(network.chain.items())[1:]:
            with (
                torch.set_grad_enabled(y.requires_grad),
                torch.autograd.graph.saved_tensors_hooks(saved.count, lambda tensor: tensor),
            ):
                outputs[name] = y = link(y)
            saved.count(y)
            if saved.nbytes > limit and y.requires_grad:
                outputs = {name: output.detach() for name, output in outputs.items()}
                y = outputs[name]
    return outputs


class _RecomputedOutputs(Mapping[str, Tensor]):
    """The outputs of a pass that keeps only the head's; a look-up runs the chain up to its link.

    Args:
        network: the network; only read.
        x: the normalised photo, shape (1, 3, H, W).
        logits: the head's output, shape (1, K).
    """

    def __init__(self, network: Network, x: Tensor, logits: Tensor) -> None:
        self._network, self._x, self._logits = network, x, logits

    def __getitem__(self, name: str) -> Tensor:
        if name == HEAD:
            return self._logits
        links = list(self._network.chain)
        y = self._x
        with torch.no_grad(), self._network.autocast():
            for link in links[: links.index(name) + 1]:
                y = self._network.chain[link](y)
        return y

    def __iter__(self) -> Iterator[str]:
        return iter(self._network.chain)

    def __len__(self) -> int:
        return len(self._network.chain)

    def all(self) -> dict[str, Tensor]:
        """Return every output, from one run of the chain."""
        with torch.no_grad(), self._network.autocast():
            return run_chain(self._network, self._x)


class _SavedBytes:
    """Counter of the bytes that a pass keeps alive: each storage once, the weights not at all."""

    def __init__(self, network: Network) -> None:
        self._seen = {p.untyped_storage().data_ptr() for p in network.module.state_dict().values()}
        self.nbytes = 0

    def count(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self._seen:
            self._seen.add(storage.data_ptr())
            self.nbytes += storage.nbytes()
        return tensor.detach()  # a node that saved its own output would keep itself alive forever
