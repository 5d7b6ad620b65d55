import io

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torchvision import transforms
from torchvision.models import ResNet18_Weights, ResNet50_Weights
from torchvision.transforms._presets import ImageClassification

from explorer.photos.geometry import (
    IMAGENET,
    Frame,
    Framing,
    Preprocessing,
    frame,
    paint_back,
    to_tensor,
)
from explorer.photos.reading import read_image

PRESETS = [
    ResNet18_Weights.IMAGENET1K_V1.transforms(),
    ResNet50_Weights.IMAGENET1K_V2.transforms(),
    ImageClassification(crop_size=160, resize_size=192),
    ImageClassification(crop_size=160, resize_size=160),
    ImageClassification(crop_size=96, resize_size=64),
]
SIZES = [(300, 451), (451, 300), (257, 255), (97, 640), (1, 1), (3, 2), (1200, 1201), (224, 224)]
PANORAMAS = [(60, 900), (900, 60), (37, 901), (20, 3000)]


def noise(height: int, width: int) -> Image.Image:
    pixels = np.random.default_rng(height * width).integers(0, 256, (height, width, 3))
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: f"{p.crop_size}/{p.resize_size}")
@pytest.mark.parametrize("size", SIZES + PANORAMAS, ids=str)
def test_the_crop_is_torchvisions_preset_bit_for_bit(
    preset: ImageClassification, size: tuple[int, int]
) -> None:
    photo = noise(*size)
    x = to_tensor(photo, Preprocessing.of(preset))
    assert x.shape == (1, 3, *preset.crop_size * 2)
    assert torch.equal(x[0], preset(photo))


@pytest.mark.parametrize("size", [(1, 500), (400, 1)], ids=str)
def test_of_an_extremely_long_photo_only_the_crop_is_resized_and_it_is_the_same(
    size: tuple[int, int],
) -> None:
    photo = noise(*size)
    x, reference = to_tensor(photo, IMAGENET)[0], PRESETS[0](photo)
    step = 1 / 255 / min(IMAGENET.std)  # one grey level, where rounding falls the other way
    assert (x - reference).abs().max() <= step * 1.01


@pytest.mark.parametrize("framing", Framing)
def test_a_line_of_pixels_costs_no_memory(framing: Framing) -> None:
    x = to_tensor(Image.new("RGB", (65_535, 1), "white"), IMAGENET, framing)
    assert x.shape == (1, 3, 224, 224)
    assert x.max() > 2


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
        centroid = [(light.sum(1 - axis) * centres).sum() / light.sum() for axis in (0, 1)]
        expected = placed.to_input(row, column)
        pixel = 224 / (placed.bottom - placed.top)  # size of a photo pixel, in pixels of the input
        assert centroid[0].item() == pytest.approx(expected[0], abs=0.75 * pixel + 0.5)
        assert centroid[1].item() == pytest.approx(expected[1], abs=0.75 * pixel + 0.5)


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


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 100), (100, 1), (5, 4)], ids=str)
@pytest.mark.parametrize("smooth", [True, False])
def test_even_the_smallest_photo_gets_a_value(size: tuple[int, int], smooth: bool) -> None:
    placed = frame(Image.new("RGB", size[::-1]), IMAGENET)
    painted = paint_back(np.full((7, 7), 3, np.float32), placed, smooth)
    assert np.nanmax(painted) == np.nanmin(painted) == pytest.approx(3)


def test_no_peak_falls_between_the_pixels_of_a_photo_smaller_than_the_map() -> None:
    placed = frame(Image.new("RGB", (10, 10)), IMAGENET, Framing.WHOLE)
    for cell in range(56):
        heatmap = np.zeros((56, 56), np.float32)
        heatmap[cell, 55 - cell] = 1
        painted = paint_back(heatmap, placed)
        row, column = np.unravel_index(painted.argmax(), painted.shape)
        assert abs(row + 0.5 - (cell + 0.5) / 5.6) <= 0.5 + 1e-6
        assert abs(column + 0.5 - (55.5 - cell) / 5.6) <= 0.5 + 1e-6


@pytest.mark.parametrize("framing", Framing)
def test_in_a_photo_turned_by_its_exif_a_map_lands_on_what_the_network_saw(
    framing: Framing,
) -> None:
    upright = Image.new("RGB", (600, 400), "black")
    upright.paste("white", (350, 130, 370, 150))
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(file, "PNG", exif=exif)
    photo = read_image(file)
    pixels = to_tensor(photo, IMAGENET, framing)[0, 0].numpy()
    marker = pixels == pixels.max()
    painted = paint_back(marker.astype(np.float32), frame(photo, IMAGENET, framing), smooth=False)
    rows, columns = np.nonzero(painted == 1)
    assert (rows.min(), rows.max()) == pytest.approx((130, 149), abs=3)
    assert (columns.min(), columns.max()) == pytest.approx((350, 369), abs=3)


def test_outside_the_frame_there_is_no_value() -> None:
    placed = frame(Image.new("RGB", (600, 400)), IMAGENET)
    painted = paint_back(np.ones((7, 7), np.float32), placed)
    assert painted.shape == (400, 600)
    assert painted.dtype == np.float32
    inside = ~np.isnan(painted)
    assert inside[200].sum() == pytest.approx(placed.right - placed.left, abs=1)
    assert inside[:, 300].sum() == pytest.approx(placed.bottom - placed.top, abs=1)
    assert (painted[inside] == 1).all()


@pytest.mark.parametrize("cells", [(1, 1), (5, 5), (4, 7)], ids=str)
def test_smoothing_keeps_cells_total_and_range(cells: tuple[int, int]) -> None:
    rows, columns = cells
    heatmap = np.random.default_rng(0).normal(size=cells).astype(np.float32)
    placed = Frame(9 * rows, 15 * columns, 224, 0, 0, 9 * rows, 15 * columns)
    painted = paint_back(heatmap, placed)
    np.testing.assert_allclose(painted[4::9, 7::15], heatmap, atol=1e-6)  # centres of the cells
    assert painted.mean() == pytest.approx(heatmap.mean(), abs=1e-6)
    assert painted.min() == pytest.approx(heatmap.min(), abs=1e-6)
    assert painted.max() == pytest.approx(heatmap.max(), abs=1e-6)


@pytest.mark.parametrize("at", [(row, column) for row in range(5) for column in range(5)])
def test_the_strongest_cell_stays_the_strongest_place(at: tuple[int, int]) -> None:
    """Also beside two cells that are nearly as strong, where a wider kernel would move it."""
    heatmap = np.random.default_rng(1).random((5, 5), np.float32)
    heatmap[2, 2:4] = 1.4
    heatmap[at] = 1.5
    painted = paint_back(heatmap, Frame(55, 55, 224, 0, 0, 55, 55))
    row, column = np.unravel_index(painted.argmax(), painted.shape)
    assert (row // 11, column // 11) == at


def test_a_smoothed_peak_is_round_and_no_diamond() -> None:
    heatmap = np.zeros((5, 5), np.float32)
    heatmap[2, 2] = 1
    painted = paint_back(heatmap, Frame(505, 505, 224, 0, 0, 505, 505))
    rows, columns = np.nonzero(painted > 0.5)
    distances = np.hypot(rows - 252, columns - 252)
    straight = distances[rows == 252].max()
    diagonal = distances[rows == columns].max()
    assert diagonal / straight == pytest.approx(1, abs=0.05)  # a bilinear peak: 0.83
    assert painted[252, 252] == pytest.approx(painted[252, 257], abs=0.01)  # and no tip


def test_a_frame_scales_with_its_photo() -> None:
    placed = frame(Image.new("RGB", (600, 400)), IMAGENET)
    half = placed.scaled(200, 300)
    assert half.to_photo(100, 50) == pytest.approx(
        tuple(value / 2 for value in placed.to_photo(100, 50))
    )


@pytest.mark.parametrize("size", [(300, 100), (100, 300), (64, 64)])
def test_squashing_shows_the_whole_photo_as_torchvision_resizes_it(size: tuple[int, int]) -> None:
    squashed = Preprocessing(64, 80, (0.5,) * 3, (0.25,) * 3, squash=True)
    random = np.random.default_rng(0)
    photo = Image.fromarray(random.integers(0, 255, (size[1], size[0], 3), np.uint8))
    expected = transforms.Compose(
        [
            transforms.Resize((64, 64)),
            transforms.ToTensor(),
            transforms.Normalize((0.5,) * 3, (0.25,) * 3),
        ]
    )(photo)
    assert torch.equal(to_tensor(photo, squashed)[0], expected)
    placed = frame(photo, squashed)
    assert (placed.top, placed.left, placed.bottom, placed.right) == (0, 0, size[1], size[0])
    assert placed.to_photo(32, 32) == (size[1] / 2, size[0] / 2)
