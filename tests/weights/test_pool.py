import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import torch

from explorer.errors import DeviceError, WeightsUnavailableError
from explorer.weights import pool
from explorer.weights.pool import NetworkKey, NetworkPool, load_key


def network_of(nbytes: int, device: str = "cpu") -> SimpleNamespace:
    return SimpleNamespace(nbytes=nbytes, device=SimpleNamespace(type=device))


def key(name: str) -> NetworkKey:
    return NetworkKey(name, "builtin")


def test_sixteen_sessions_at_once_load_a_network_once() -> None:
    loads = []

    def load(requested: NetworkKey) -> SimpleNamespace:
        loads.append(threading.get_ident())
        time.sleep(0.05)
        return network_of(1)

    pool = NetworkPool(load)
    with ThreadPoolExecutor(16) as threads:
        networks = list(threads.map(lambda _: pool.get(key("a")), range(16)))
    assert len(loads) == 1
    assert len(set(map(id, networks))) == 1


def test_the_least_recently_used_network_leaves_first() -> None:
    pool = NetworkPool(lambda requested: network_of(40), limit=100)
    for name in ("a", "b", "a", "c"):
        pool.get(key(name))
    assert pool.keys == (key("a"), key("c"))


def test_each_device_has_a_limit_of_its_own() -> None:
    pool = NetworkPool(lambda requested: network_of(90, requested.device), limit=100)
    for device in ("cpu", "cuda"):
        pool.get(NetworkKey("a", "builtin", device))
    assert len(pool.keys) == 2


def test_a_network_larger_than_the_limit_is_kept_alone() -> None:
    pool = NetworkPool(lambda requested: network_of(500), limit=100)
    for name in ("a", "b"):
        pool.get(key(name))
    assert pool.keys == (key("b"),)


def test_a_failed_load_leaves_nothing_and_is_tried_again() -> None:
    answers = iter([RuntimeError("disk"), network_of(1)])

    def load(requested: NetworkKey) -> SimpleNamespace:
        answer = next(answers)
        if isinstance(answer, RuntimeError):
            raise answer
        return answer

    pool = NetworkPool(load)
    with pytest.raises(RuntimeError, match="disk"):
        pool.get(key("a"))
    assert pool.get(key("a")).nbytes == 1


def test_no_lock_outlives_its_load() -> None:
    pool = NetworkPool(lambda requested: network_of(1))
    pool.get(key("a"))
    pool.get(key("b"))
    assert len(pool._loading) == 0


def test_the_pool_never_downloads(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(WeightsUnavailableError):
        load_key(NetworkKey("resnet18", "imagenet-classic"))


def test_a_network_that_does_not_fit_on_the_gpu_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(pool, "load", full)
    with pytest.raises(DeviceError, match="Choose CPU"):
        load_key(key("a"))
