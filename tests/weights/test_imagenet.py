import hashlib
from pathlib import Path
from typing import Any

import pytest
import torch
from torchvision.models import (
    DenseNet121_Weights,
    ResNet18_Weights,
    ResNeXt101_64X4D_Weights,
    VGG16_Weights,
    ViT_B_16_Weights,
    Wide_ResNet50_2_Weights,
)

from explorer.errors import WeightsError, WeightsUnavailableError
from explorer.networks.variants import CONTRAST, VARIANTS, Variant, find_variant
from explorer.networks.weight_sources import WeightSource
from explorer.weights import imagenet
from explorer.weights.download import DownloadProgress

CONTENT = b"not really weights"
WEIGHTS = ResNet18_Weights.IMAGENET1K_V1


@pytest.fixture
def served(file_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A server that offers a small file in place of the weights of ResNet-18."""
    name = f"resnet18-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"
    file_server.files[name] = CONTENT
    monkeypatch.setattr(WEIGHTS.value, "url", file_server.url(name))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    return file_server


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_every_published_set_for_224_pixels_has_exactly_one_recipe(variant: Variant) -> None:
    expected = {w for w in variant.published if w.transforms().crop_size == [224]}
    weights = imagenet.published(variant)
    assert set(weights.values()) == expected
    assert len(weights) == len(expected)


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=list(VARIANTS))
def test_the_resize_before_the_crop_tells_the_recipes_apart_too(variant: Variant) -> None:
    resize = {WeightSource.IMAGENET_CLASSIC: [256], WeightSource.IMAGENET_NEW: [232]}
    for source, weights in imagenet.published(variant).items():
        assert weights.transforms().resize_size == resize[source]


def test_the_name_of_the_enum_does_not_decide() -> None:
    offered = imagenet.published(VARIANTS["resnext101_64x4d"])
    assert offered == {WeightSource.IMAGENET_NEW: ResNeXt101_64X4D_Weights.IMAGENET1K_V1}
    wide = imagenet.published(VARIANTS["wide_resnet50_2"])
    assert wide[WeightSource.IMAGENET_CLASSIC] is Wide_ResNet50_2_Weights.IMAGENET1K_V1


def test_other_input_sizes_and_weights_without_accuracy_do_not_count() -> None:
    vit, vgg = CONTRAST["vit_b_16"], CONTRAST["vgg16"]
    assert imagenet.published(vit) == {WeightSource.IMAGENET_OTHER: ViT_B_16_Weights.IMAGENET1K_V1}
    assert imagenet.published(vgg) == {WeightSource.IMAGENET_CLASSIC: VGG16_Weights.IMAGENET1K_V1}


def test_the_old_names_in_files_of_densenet_are_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    weights = DenseNet121_Weights.IMAGENET1K_V1
    layer = "features.denseblock1.denselayer2"
    old = {f"{layer}.norm.1.weight": torch.ones(2).half(), "features.norm0.bias": torch.ones(2)}
    path = imagenet.cached_path(weights)
    path.parent.mkdir(parents=True)
    torch.save(old, path)
    state = imagenet.read(weights)
    assert set(state) == {f"{layer}.norm1.weight", "features.norm0.bias"}
    assert set(state) < set(CONTRAST["densenet121"].build().state_dict())
    assert state[f"{layer}.norm1.weight"].dtype == torch.float32


@pytest.mark.parametrize("name", ["resnet18", "resnet34"])
def test_a_recipe_that_a_variant_lacks_is_answered_with_the_one_it_has(name: str) -> None:
    variant = VARIANTS[name]
    with pytest.raises(WeightsError, match=f'no {variant.title} .*Choose "ImageNet, classic'):
        imagenet.find(variant, WeightSource.IMAGENET_NEW)
    assert imagenet.find(variant, WeightSource.IMAGENET_CLASSIC).meta["num_params"] > 0


@pytest.mark.parametrize("name", ["plain34", "residual50", "highway34"])
def test_a_variant_without_published_weights_is_answered_with_other_variants(name: str) -> None:
    with pytest.raises(WeightsError, match=r'"ImageNet, new recipe"\. Choose another network\.$'):
        imagenet.find(find_variant(name), WeightSource.IMAGENET_NEW)


def test_the_file_goes_where_torch_looks_for_it(
    served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save({"conv1.weight": torch.ones(2)}, content := Path(torch.hub.get_dir() + ".pth"))
    served.files = {"resnet18-0.pth": content.read_bytes()}
    digest = hashlib.sha256(content.read_bytes()).hexdigest()
    name = f"resnet18-{digest[:8]}.pth"
    served.files = {name: content.read_bytes()}
    monkeypatch.setattr(WEIGHTS.value, "url", served.url(name))
    list(imagenet.fetch(WEIGHTS))
    served.close()  # torchvision itself must find the file now
    state = WEIGHTS.get_state_dict(progress=False, check_hash=True)
    assert state["conv1.weight"].tolist() == imagenet.read(WEIGHTS)["conv1.weight"].tolist()


def test_a_second_fetch_makes_no_request(served: Any) -> None:
    list(imagenet.fetch(WEIGHTS))
    assert list(imagenet.fetch(WEIGHTS)) == [DownloadProgress(len(CONTENT), len(CONTENT))]
    assert len(served.requested) == 1
    assert imagenet.verify(WEIGHTS) == hashlib.sha256(CONTENT).hexdigest()


def test_a_damaged_file_is_told_from_a_missing_one_and_fetched_anew(served: Any) -> None:
    path = imagenet.cached_path(WEIGHTS)
    with pytest.raises(WeightsUnavailableError, match="is not on this machine"):
        imagenet.verify(WEIGHTS)
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(WeightsUnavailableError, match="is here, but damaged"):
        imagenet.verify(WEIGHTS)
    list(imagenet.fetch(WEIGHTS))
    assert path.read_bytes() == CONTENT


def test_a_file_that_does_not_name_its_hash_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("resnet18.pth", "resnet18-.pth"):
        monkeypatch.setattr(WEIGHTS.value, "url", f"http://127.0.0.1:9/{name}")
        with pytest.raises(WeightsError, match="does not name its hash"):
            list(imagenet.fetch(WEIGHTS))
