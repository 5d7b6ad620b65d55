from pathlib import Path

import pytest

from explorer.errors import WeightsError
from explorer.networks.weight_sources import WeightSource, WeightsRequest, parse_weights


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("builtin", WeightsRequest(WeightSource.BUILTIN)),
        ("imagenet-classic", WeightsRequest(WeightSource.IMAGENET_CLASSIC)),
        ("imagenet-new", WeightsRequest(WeightSource.IMAGENET_NEW)),
        ("random:0", WeightsRequest(WeightSource.UNTRAINED, seed=0)),
        ("random:9223372036854775807", WeightsRequest(WeightSource.UNTRAINED, seed=2**63 - 1)),
        ("folder/best.pth", WeightsRequest(WeightSource.CHECKPOINT, path=Path("folder/best.pth"))),
        (
            "model_best.pth.tar",
            WeightsRequest(WeightSource.CHECKPOINT, path=Path("model_best.pth.tar")),
        ),
        (Path("builtin"), WeightsRequest(WeightSource.CHECKPOINT, path=Path("builtin"))),
        (WeightSource.BUILTIN, WeightsRequest(WeightSource.BUILTIN)),
    ],
)
def test_what_a_reader_asks_for_is_understood(text: str | Path, expected: WeightsRequest) -> None:
    assert parse_weights(text) == expected


def test_a_file_of_any_name_is_a_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.touch()
    assert parse_weights(str(path)) == WeightsRequest(WeightSource.CHECKPOINT, path=path)


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    assert parse_weights("~/best.pth").path == Path("/home/reader/best.pth")
    assert parse_weights("~no-such-user/best.pth").path == Path("~no-such-user/best.pth")


@pytest.mark.parametrize("seed", ["", "x", "-1", "1.5", " 1", "²", "9223372036854775808"])
def test_a_bad_seed_is_named_in_one_sentence(seed: str) -> None:
    with pytest.raises(
        WeightsError, match=r"^'random:.*' has no usable seed\. Give a whole number"
    ):
        parse_weights(f"random:{seed}")


@pytest.mark.parametrize("text", ["imagenet", "Builtin", "", "checkpoint", "resnet18"])
def test_unknown_weights_are_answered_with_the_known_ones(text: str) -> None:
    with pytest.raises(WeightsError, match=r"Give builtin, imagenet-classic, imagenet-new"):
        parse_weights(text)
