import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torchvision.models import ResNet18_Weights, ResNet50_Weights
from torchvision.transforms._presets import ImageClassification

from explorer.geometry import Frame, Framing, Preprocessing, frame, paint_back, to_tensor
from explorer.images import IMAGENET

PRESETS = [
    ResNet18_Weights.IMAGENET1K_V1.transforms(),
    ResNet50_Weights.IMAGENET1K_V2.transforms(),
    ImageClassification(crop_size=160, resize_size=192),
    ImageClassification(crop_size=160, resize_size=160),
    ImageClassification(crop_size=96, resize_size=64),
]
SIZES = [(300, 451), (451, 300), (257, 255), (97, 640), (1, 1), (3, 2), (1200, 1201), (224, 224)]
PANORAMAS = [(60, 900), (900, 60), (20, 3000), (1, 500)]


def noise(height: int, width: int) -> Image.Image:
    pixels = np.random.default_rng(height * width).integers(0, 256, (height, width, 3))
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: f"{p.crop_size}/{p.resize_size}")
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_crop_is_torchvisions_preset_bit_for_bit(
    preset: ImageClassification, size: tuple[int, int]
) -> None:
    photo = noise(*size)
    x = to_tensor(photo, Preprocessing.of(preset))
    assert x.shape == (1, 3, *preset.crop_size * 2)
    assert torch.equal(x[0], preset(photo))


@pytest.mark.parametrize("size", PANORAMAS, ids=str)
def test_of_a_very_long_photo_only_the_crop_is_resized_and_it_is_the_same(
    size: tuple[int, int],
) -> None:
    photo = noise(*size)
    x, reference = to_tensor(photo, IMAGENET)[0], PRESETS[0](photo)
    step = 1 / 255 / min(IMAGENET.std)  # one grey level, where rounding falls the other way
    assert (x - reference).abs().max() <= step * 1.01


def test_the_classic_preprocessing_is_torchvisions() -> None:
    assert Preprocessing(224, 256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)) == IMAGENET


def test_the_whole_photo_lies_in_the_middle_between_zeros() -> None:
    x = to_tensor(Image.new("RGB", (400, 200), "white"), IMAGENET, Framing.WHOLE)
    assert x.shape == (1, 3, 224, 224)
    assert (x[..., :56, :] == 0).all()
    assert (x[..., 168:, :] == 0).all()
    assert (x[..., 56:168, :] > 2).all()
    assert frame(Image.new("RGB", (400, 200)), IMAGENET, Framing.WHOLE) == Frame(
        200, 400, 224, -100, 0, 300, 400
    )


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("size", [(400, 600), (601, 399), (150, 900), (900, 150), (40, 50)])
def test_a_dot_on_the_photo_is_found_in_the_input_where_the_frame_says(
    size: tuple[int, int], framing: Framing
) -> None:
    height, width = size
    placed = frame(Image.new("RGB", (width, height)), IMAGENET, framing)
    for share_row, share_column in ((0.5, 0.5), (0.3, 0.6), (0.7, 0.45)):
        row, column = placed.to_photo(share_row * 224, share_column * 224)
        if not (2 < row < height - 2 and 2 < column < width - 2):
            continue
        photo = Image.new("RGB", (width, height), "black")
        radius = max(2, min(size) // 60)
        ImageDraw.Draw(photo).ellipse(
            (
                column - radius - 0.5,
                row - radius - 0.5,
                column + radius - 0.5,
                row + radius - 0.5,
            ),
            fill="white",
        )
        dark = Image.new("RGB", (width, height), "black")
        light, darkness = (to_tensor(p, IMAGENET, framing)[0, 0].double() for p in (photo, dark))
        light -= darkness
        centres = torch.arange(224) + 0.5
        found = [(light.sum(1 - axis) * centres).sum() / light.sum() for axis in (0, 1)]
        expected = placed.to_input(row, column)
        pixel = 224 / (placed.bottom - placed.top)  # of the photo, in pixels of the input
        assert found[0].item() == pytest.approx(expected[0], abs=0.75 * pixel + 0.5)
        assert found[1].item() == pytest.approx(expected[1], abs=0.75 * pixel + 0.5)


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_there_and_back_is_the_same_point(size: tuple[int, int], framing: Framing) -> None:
    placed = frame(noise(*size), IMAGENET, framing)
    for point in ((0.0, 0.0), (12.5, 200.25), (224.0, 224.0)):
        assert placed.to_input(*placed.to_photo(*point)) == pytest.approx(point, abs=1e-9)


@pytest.mark.parametrize("framing", Framing)
@pytest.mark.parametrize("cells", [5, 7, 56])
@pytest.mark.parametrize("size", [(400, 600), (600, 400), (120, 1000), (1000, 120), (24, 31)])
def test_a_peak_in_the_map_lands_on_its_pixels(
    size: tuple[int, int], cells: int, framing: Framing
) -> None:
    placed = frame(Image.new("RGB", size[::-1]), IMAGENET, framing)
    row, column = cells // 2, cells // 2
    heatmap = np.zeros((cells, cells), np.float32)
    heatmap[row, column] = 1
    cell = 224 / cells
    top, left = placed.to_photo(row * cell, column * cell)
    bottom, right = placed.to_photo((row + 1) * cell, (column + 1) * cell)
    painted = paint_back(heatmap, placed, smooth=False)
    centres = [np.arange(length) + 0.5 for length in size]
    rows = (centres[0] >= top) & (centres[0] < bottom)
    columns = (centres[1] >= left) & (centres[1] < right)
    np.testing.assert_array_equal(np.nan_to_num(painted), np.outer(rows, columns))
    if not (rows.any() and columns.any()):
        return  # a cell may lie between the centres of two pixels of a tiny photo
    peak = np.unravel_index(np.nanargmax(paint_back(heatmap, placed)), painted.shape)
    assert peak[0] + 0.5 == pytest.approx(np.clip((top + bottom) / 2, 0, size[0]), abs=0.5 + 1e-6)
    assert peak[1] + 0.5 == pytest.approx(np.clip((left + right) / 2, 0, size[1]), abs=0.5 + 1e-6)


def test_outside_the_frame_there_is_no_value() -> None:
    placed = frame(Image.new("RGB", (600, 400)), IMAGENET)
    painted = paint_back(np.ones((7, 7), np.float32), placed)
    assert painted.shape == (400, 600)
    assert painted.dtype == np.float32
    inside = ~np.isnan(painted)
    assert inside[200].sum() == pytest.approx(placed.right - placed.left, abs=1)
    assert inside[:, 300].sum() == pytest.approx(placed.bottom - placed.top, abs=1)
    assert (painted[inside] == 1).all()


def test_smoothing_is_torchs_bilinear_interpolation() -> None:
    heatmap = np.random.default_rng(0).random((7, 7), np.float32)
    placed = Frame(90, 90, 224, 0, 0, 90, 90)
    expected = torch.nn.functional.interpolate(
        torch.from_numpy(heatmap)[None, None], size=(90, 90), mode="bilinear"
    )[0, 0]
    np.testing.assert_allclose(paint_back(heatmap, placed), expected, atol=1e-6)


def test_a_frame_scales_with_its_photo() -> None:
    placed = frame(Image.new("RGB", (600, 400)), IMAGENET)
    half = placed.scaled(200, 300)
    assert half.to_photo(100, 50) == pytest.approx(
        tuple(value / 2 for value in placed.to_photo(100, 50))
    )
