"""Loaded networks that all sessions share, limited in bytes per device."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from explorer.errors import DeviceError
from explorer.networks.devices import Precision
from explorer.networks.network import Network
from explorer.weights.loading import load

POOL_LIMIT = 2_000_000_000  # bytes of parameters and buffers on one device
NO_ROOM = "The GPU has no room left for this network. Choose CPU as the device."


@dataclass(frozen=True)
class NetworkKey:
    """The arguments that identify a loaded network; as for `explorer.weights.loading.load`."""

    variant: str
    weights: str
    device: str = "auto"
    precision: Precision = Precision.FLOAT32


class NetworkPool:
    """Keeps the most recently used networks, up to a limit in bytes per device.

    An evicted network stays alive until the sessions that still compute with it are done.

    Args:
        loader: function that loads the network of a key; it runs once per key, even if several
            sessions ask at the same time.
        limit: bytes of parameters and buffers kept on one device; the newest network is always
            kept.
    """

    def __init__(
        self, loader: Callable[[NetworkKey], Network] | None = None, limit: int = POOL_LIMIT
    ) -> None:
        self._load, self._limit = loader or load_key, limit
        self._networks: OrderedDict[NetworkKey, Network] = OrderedDict()
        # A lock lives as long as a thread loads its network or waits for it.
        self._loading: WeakValueDictionary[NetworkKey, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, key: NetworkKey) -> Network:
        """Return the shared network, and load it first if necessary."""
        with self._lock:
            loading = self._loading.setdefault(key, threading.Lock())
        with loading:
            network = self._networks.get(key) or self._load(key)
            with self._lock:
                self._networks[key] = network
                self._networks.move_to_end(key)
                self._evict(network.device.type)
        return network

    @property
    def keys(self) -> tuple[NetworkKey, ...]:
        """Keys of the networks in the pool, least recently used first."""
        with self._lock:
            return tuple(self._networks)

    def _evict(self, device: str) -> None:
        keys = [key for key, network in self._networks.items() if network.device.type == device]
        used = sum(self._networks[key].nbytes for key in keys)
        for key in keys[:-1]:
            if used <= self._limit:
                break
            used -= self._networks.pop(key).nbytes


def load_key(key: NetworkKey) -> Network:
    """Load a network without downloading anything: downloads are up to the reader.

    Raises:
        DeviceError: if the network does not fit on the GPU, or the device is not on this machine.
        WeightsError: if the weights are not on this machine, or do not fit the variant.
    """
    from explorer.networks.devices import unless_out_of_memory

    name, weights, device, precision = key.variant, key.weights, key.device, key.precision
    network = unless_out_of_memory(
        lambda: load(name, weights, device=device, precision=precision, download=False)
    )
    if network is None:
        raise DeviceError(NO_ROOM)
    return network
