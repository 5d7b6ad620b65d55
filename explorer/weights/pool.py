"""Loaded networks that all sessions share, bounded in bytes on each device."""

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
NO_ROOM = "The GPU has no room left for this network. Choose CPU as the device in the sidebar."


@dataclass(frozen=True)
class NetworkKey:
    """What makes two loaded networks the same; fields as in `explorer.weights.loading.load`."""

    variant: str
    weights: str
    device: str = "auto"
    precision: Precision = Precision.FLOAT32


class NetworkPool:
    """Keeps the networks used last, up to a limit in bytes per device.

    A session that still computes with a network that was put out keeps it alive until it is done.

    Args:
        loader: turns a key into a network; it runs once per key, however many sessions ask at once.
        limit: bytes of networks kept on one device; the newest is always kept.
    """

    def __init__(
        self, loader: Callable[[NetworkKey], Network] | None = None, limit: int = POOL_LIMIT
    ) -> None:
        self._load, self._limit = loader or load_key, limit
        self._networks: OrderedDict[NetworkKey, Network] = OrderedDict()
        # A lock lives as long as somebody loads, or waits for, its network.
        self._loading: WeakValueDictionary[NetworkKey, threading.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def get(self, key: NetworkKey) -> Network:
        """Return the shared network, loading it first if need be."""
        with self._lock:
            loading = self._loading.setdefault(key, threading.Lock())
        with loading:
            network = self._networks.get(key) or self._load(key)
            with self._lock:
                self._networks[key] = network
                self._networks.move_to_end(key)
                self._shrink(network.device.type)
        return network

    @property
    def keys(self) -> tuple[NetworkKey, ...]:
        """What is kept, least recently used first."""
        with self._lock:
            return tuple(self._networks)

    def _shrink(self, device: str) -> None:
        here = [key for key, network in self._networks.items() if network.device.type == device]
        used = sum(self._networks[key].nbytes for key in here)
        for key in here[:-1]:
            if used <= self._limit:
                break
            used -= self._networks.pop(key).nbytes


def load_key(key: NetworkKey) -> Network:
    """Load a network from this machine, never from the internet: fetching is up to the reader.

    Raises:
        DeviceError: if it does not fit on the GPU, or the device is not here.
        WeightsError: if its weights are not here, or do not fit it.
    """
    from explorer.networks.devices import unless_out_of_memory

    name, weights, device, precision = key.variant, key.weights, key.device, key.precision
    network = unless_out_of_memory(
        lambda: load(name, weights, device=device, precision=precision, download=False)
    )
    if network is None:
        raise DeviceError(NO_ROOM)
    return network
