from pathlib import Path

import pytest

from explorer.errors import WeightsError
from explorer.networks.weight_sources import Request, Source, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("builtin", Request(Source.BUILTIN)),
        ("imagenet-classic", Request(Source.IMAGENET_CLASSIC)),
        ("imagenet-new", Request(Source.IMAGENET_NEW)),
        ("random:0", Request(Source.UNTRAINED, seed=0)),
        ("random:9223372036854775807", Request(Source.UNTRAINED, seed=2**63 - 1)),
        ("folder/best.pth", Request(Source.CHECKPOINT, path=Path("folder/best.pth"))),
        ("model_best.pth.tar", Request(Source.CHECKPOINT, path=Path("model_best.pth.tar"))),
        (Path("builtin"), Request(Source.CHECKPOINT, path=Path("builtin"))),
        (Source.BUILTIN, Request(Source.BUILTIN)),
    ],
)
def test_what_a_reader_asks_for_is_understood(text: str | Path, expected: Request) -> None:
    assert parse(text) == expected


def test_a_file_of_any_name_is_a_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.touch()
    assert parse(str(path)) == Request(Source.CHECKPOINT, path=path)


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    assert parse("~/best.pth").path == Path("/home/reader/best.pth")
    assert parse("~no-such-user/best.pth").path == Path("~no-such-user/best.pth")


@pytest.mark.parametrize("seed", ["", "x", "-1", "1.5", " 1", "²", "9223372036854775808"])
def test_a_bad_seed_is_named_in_one_sentence(seed: str) -> None:
    with pytest.raises(
        WeightsError, match=r"^'random:.*' has no usable seed\. Give a whole number"
    ):
        parse(f"random:{seed}")


@pytest.mark.parametrize("text", ["imagenet", "Builtin", "", "checkpoint", "resnet18"])
def test_unknown_weights_are_answered_with_the_known_ones(text: str) -> None:
    with pytest.raises(WeightsError, match=r"Give builtin, imagenet-classic, imagenet-new"):
        parse(text)
