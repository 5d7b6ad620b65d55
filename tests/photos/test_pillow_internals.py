"""Tests of explorer/photos/pillow_internals.py, on the Pillow that is installed."""

from __future__ import annotations

import inspect
import io
from typing import Any

import pytest
from PIL import Image, JpegImagePlugin

from explorer.photos import pillow_internals


def opened(subsampling: str, mode: str = "RGB") -> JpegImagePlugin.JpegImageFile:
    encoded = io.BytesIO()
    Image.new(mode, (64, 48), "red" if mode == "RGB" else 90).save(
        encoded, "JPEG", **({"subsampling": subsampling} if mode == "RGB" else {})
    )
    encoded.seek(0)
    return JpegImagePlugin.JpegImageFile(encoded)


def test_no_private_name_is_gone() -> None:
    assert pillow_internals.gone() == []


def _asked_by(function: str) -> bool:
    return any(frame.function == function for frame in inspect.stack()[2:4])


@pytest.mark.parametrize("name", ["_new", "decodermaxblock", "layer", "layers"])
def test_a_name_that_is_gone_is_named_in_a_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Without(JpegImagePlugin.JpegImageFile):
        """A JPEG as an opened file, without one of its names."""

        def __getattribute__(self, asked: str) -> Any:
            opened = "_size" in super().__getattribute__("__dict__")
            if asked == name and opened and _asked_by("gone"):
                raise AttributeError(asked)
            return super().__getattribute__(asked)

    monkeypatch.setattr(JpegImagePlugin, "JpegImageFile", Without)
    (sentence,) = pillow_internals.gone()
    assert sentence.startswith(f"Pillow's {name} is gone: see what")


@pytest.mark.parametrize(
    ("subsampling", "samples"), [("4:4:4", [1, 1, 1]), ("4:2:2", [2, 1, 1]), ("4:2:0", [4, 1, 1])]
)
def test_samples_are_those_of_the_subsampling(subsampling: str, samples: list[int]) -> None:
    assert pillow_internals.samples_per_component(opened(subsampling)) == samples


def test_a_grey_jpeg_has_one_component() -> None:
    assert pillow_internals.samples_per_component(opened("", "L")) == [1]


def test_pixels_share_the_memory_and_leave_the_file_behind() -> None:
    image = opened("4:4:4")
    image.load()
    pixels = pillow_internals.pixels_alone(image)
    assert type(pixels) is Image.Image
    assert pixels.im is image.im
    assert pixels.getpixel((3, 3)) == image.getpixel((3, 3))


def test_a_decoder_reads_in_steps_of_the_size_that_was_asked_for() -> None:
    sizes: list[int] = []

    class Noting(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            sizes.append(size or 0)
            return super().read(size)

    encoded = io.BytesIO()
    Image.effect_noise((256, 256), 90).convert("RGB").save(encoded, "JPEG", quality=95)
    image = JpegImagePlugin.JpegImageFile(Noting(encoded.getvalue()))
    pillow_internals.decode_in_steps(image, 512)
    sizes.clear()
    image.load()
    assert len(sizes) > 10
    assert max(sizes) == 512
