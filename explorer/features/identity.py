"""What tells one network's view of a photo from another's, and one photo from another."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from explorer.networks.block_names import HEAD
from explorer.networks.network import Network
from explorer.photos.geometry import Framing

if TYPE_CHECKING:
    from PIL import Image

_DIGEST_BYTES = 16
_BACKBONES: WeakKeyDictionary[Network, str] = WeakKeyDictionary()
_LOCK = threading.Lock()


def photo_digest(image: Image.Image) -> str:
    """Return a digest of a photo's size and pixels, in hexadecimal."""
    head = f"{image.mode} {image.size} ".encode()
    return hashlib.blake2b(head + image.tobytes(), digest_size=_DIGEST_BYTES).hexdigest()


def view_identity(network: Network, framing: Framing, block: str) -> str:
    """Return what the output of a block depends on besides the photo, as a short text.

    The head does not belong to it: networks that differ only there see a photo alike.
    """
    parts = (
        network.variant.name,
        backbone_digest(network),
        repr(network.weights.preprocessing),
        framing,
        network.precision,
        network.device.type,
        block,
    )
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=_DIGEST_BYTES).hexdigest()


def backbone_digest(network: Network) -> str:
    """Return a digest of all weights before the head; computed once for each network."""
    with _LOCK:
        known = _BACKBONES.get(network)
    if known is None:
        known = _weights_digest(network)
        with _LOCK:
            _BACKBONES[network] = known
    return known


def _weights_digest(network: Network) -> str:
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for link, module in network.chain.items():
        if link == HEAD:
            continue
        for name, tensor in module.state_dict().items():
            digest.update(f"{link}.{name} {tuple(tensor.shape)} ".encode())
            digest.update(tensor.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()
