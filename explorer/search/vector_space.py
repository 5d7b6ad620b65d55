"""What a vector is: two vectors can be compared only if they are of the same space."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum

from explorer.errors import RequestError, SearchError
from explorer.features.identity import backbone_digest
from explorer.json_records import from_record, to_record
from explorer.networks.block_names import HEAD
from explorer.networks.layer_summary import layer_summary
from explorer.networks.network import Network
from explorer.photos.geometry import Framing

_DIGEST_BYTES = 16


class VectorKind(StrEnum):
    """Where in the network a vector is taken."""

    POOLED = "pooled"  # the mean of a block's output over its cells
    LOGITS = "logits"  # what the head says, one number per class


@dataclass(frozen=True)
class VectorSpace:
    """The space that the vectors of a collection lie in; equal spaces fit each other.

    Attributes:
        variant: name of the network's variant.
        weights: name of its weights, for people; the digest decides.
        digest: digest of the weights that take part, of the preprocessing and of the precision.
        block: name of the block whose output is pooled; "" for logits.
        framing: how a photo becomes the network's input.
        crop_size: side of the input in pixels.
        kind: pooled output of a block, or logits.
        dimension: number of components, C.
    """

    variant: str
    weights: str = field(compare=False)
    digest: str
    block: str
    framing: Framing
    crop_size: int
    kind: VectorKind
    dimension: int

    @property
    def in_words(self) -> str:
        """The space in one line, e.g. "resnet18 (builtin), layer4.1 pooled, crop of 128 pixels"."""
        what = "logits" if self.kind is VectorKind.LOGITS else f"{self.block} pooled"
        size = f"{self.crop_size} pixels"
        how = f"crop of {size}" if self.framing is Framing.CROP else f"whole photo in {size}"
        return f"{self.variant} ({self.weights}), {what}, {how}"

    @property
    def text(self) -> str:
        """All of it as a line of JSON, to be stored beside the vectors."""
        return json.dumps(to_record(self), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> VectorSpace:
        """Read what `text` gave.

        Raises:
            SearchError: if it is something else.
        """
        try:
            return from_record(cls, json.loads(text))
        except ValueError as error:
            raise SearchError(
                "The collection does not say which network it was made with; index it again."
            ) from error

    def check_query(self, other: VectorSpace) -> None:
        """Refuse a query whose vector is of another space.

        Raises:
            SearchError: if it is; the message names both.
        """
        if self == other:
            return
        if self.in_words == other.in_words:
            raise SearchError(
                f"The collection was made with other weights or another preparation of the photos "
                f"than this {other.variant} ({other.weights}); load those, or index it again."
            )
        raise SearchError(
            f"The collection holds vectors of {self.in_words}, and the query is one of "
            f"{other.in_words}; search with the former, or index the photos again."
        )


def vector_space(
    network: Network,
    block: str | None = None,
    framing: Framing = Framing.CROP,
    kind: VectorKind = VectorKind.POOLED,
) -> VectorSpace:
    """Return the space of a network's vectors.

    Args:
        network: network; only read.
        block: block whose output is pooled; None for the last one, before the head.
        framing: the centre crop, or the whole photo, padded.
        kind: pooled output of the block, or the head's logits, for which the block is ignored.

    Raises:
        RequestError: if there is no such block, or logits are wanted of a network without classes.
    """
    if kind is VectorKind.LOGITS:
        network.check_classes()
        link, block = HEAD, ""
    else:
        link = block = network.find_block(block)
    return VectorSpace(
        variant=network.variant.name,
        weights=network.weights.name,
        digest=_digest(network, kind),
        block=block,
        framing=framing,
        crop_size=network.weights.preprocessing.crop_size,
        kind=kind,
        dimension=layer_summary(network).links[link].shape[0],
    )


def check_network(space: VectorSpace, network: Network) -> None:
    """Refuse a network whose vectors do not lie in a space.

    Raises:
        SearchError: if they do not.
    """
    try:
        own = vector_space(network, space.block or None, space.framing, space.kind)
    except RequestError:  # it has no such block, or no classes
        own = vector_space(network, framing=space.framing)
    space.check_query(own)


def _digest(network: Network, kind: VectorKind) -> str:
    parts = [
        backbone_digest(network),
        repr(network.weights.preprocessing),
        network.precision.value,
    ]
    digest = hashlib.blake2b("\n".join(parts).encode(), digest_size=_DIGEST_BYTES)
    if kind is VectorKind.LOGITS:
        for name, tensor in network.chain[HEAD].state_dict().items():
            digest.update(f"{name} {tuple(tensor.shape)} ".encode())
            digest.update(tensor.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()
