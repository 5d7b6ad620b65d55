import hashlib
from pathlib import Path

import pytest

from explorer.errors import WeightsError
from explorer.networks.variants import VARIANTS
from explorer.weights import builtin

RESNET18, RESNEXT = VARIANTS["resnet18"], VARIANTS["resnext50_32x4d"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(builtin, "FOLDER", tmp_path)
    return tmp_path


def test_a_network_that_ships_is_found_under_its_variants_name(folder: Path) -> None:
    (folder / "resnet18.safetensors").touch()
    assert builtin.find(RESNET18) == folder / "resnet18.safetensors"


def test_one_that_does_not_ship_is_answered_with_those_that_do(folder: Path) -> None:
    with pytest.raises(WeightsError, match=r"no built-in ResNeXt-50 32x4d\. Choose ImageNet or"):
        builtin.find(RESNEXT)
    (folder / "resnet18.safetensors").touch()
    with pytest.raises(WeightsError, match=r"Choose ResNet-18\.$"):
        builtin.find(RESNEXT)
    for name in ("resnet34", "resnet50"):
        (folder / f"{name}.safetensors").touch()
    with pytest.raises(WeightsError, match=r"Choose ResNet-18, ResNet-34 or ResNet-50\.$"):
        builtin.find(RESNEXT)


def test_the_recorded_sum_tells_the_shipped_file_from_others(folder: Path) -> None:
    path = folder / "resnet18.safetensors"
    path.write_bytes(b"weights")
    right, wrong = (hashlib.sha256(content).hexdigest() for content in (b"weights", b"others"))
    with pytest.raises(WeightsError, match="is not the file that SHA256SUMS"):
        builtin.check_sum(path, right)
    (folder / "SHA256SUMS").write_text(f"{wrong}  resnet34.safetensors\n{right}  {path.name}\n")
    builtin.check_sum(path, right)
    with pytest.raises(WeightsError, match="is not the file that SHA256SUMS"):
        builtin.check_sum(path, wrong)
