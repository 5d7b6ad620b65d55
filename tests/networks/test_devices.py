import psutil
import pytest
import torch

from explorer.errors import DeviceError
from explorer.networks import devices
from explorer.networks.devices import Precision


def test_the_cpu_is_always_there_and_last() -> None:
    assert devices.available()[-1] == "cpu"
    assert devices.choose("cpu") == torch.device("cpu")


def test_auto_takes_the_best_device() -> None:
    assert devices.choose("auto").type == devices.available()[0]


@pytest.mark.parametrize("name", ["tpu", "", "cuda:x", "cuda:", "cpu0", "cpu:0", "auto:1"])
def test_an_unknown_device_is_refused_with_the_choices(name: str) -> None:
    with pytest.raises(DeviceError, match="auto, cpu, cuda, mps"):
        devices.choose(name)


def test_a_missing_gpu_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match=r"(driver|without CUDA).*Choose cpu"):
        devices.choose("cuda")


def test_a_gpu_number_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert devices.choose("cuda:0") == torch.device("cuda:0")
    with pytest.raises(DeviceError, match="no GPU number 3"):
        devices.choose("cuda:3")


def test_bfloat16_is_offered_on_cuda_only() -> None:
    devices.check_precision(torch.device("cuda"), Precision.BFLOAT16)
    devices.check_precision(torch.device("cpu"), Precision.FLOAT32)
    with pytest.raises(DeviceError, match="Choose float32"):
        devices.check_precision(torch.device("cpu"), Precision.BFLOAT16)


def test_the_line_says_precision_threads_memory_and_why_no_gpu() -> None:
    report = devices.describe(torch.device("cpu"))
    assert report.memory_mb == pytest.approx(psutil.Process().memory_info().rss / 1e6, rel=0.2)
    for part in ("float32", "1 thread", "MB of memory", report.why_no_gpu):
        assert part in report.line
    assert report.why_no_gpu


def test_an_out_of_memory_is_told_from_other_failures() -> None:
    assert devices.is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory."))
    assert devices.is_out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"))
    assert not devices.is_out_of_memory(RuntimeError("shape mismatch"))
