import numpy as np
import pytest
from PIL import Image

from explorer.errors import RequestError
from explorer.search.query import combined, region


def test_several_photos_are_combined_linearly() -> None:
    plus, minus = np.float32([[1, 0, 0], [0, 1, 0]]), np.float32([[0, 0, 1]])
    np.testing.assert_allclose(combined(plus), [0.5**0.5, 0.5**0.5, 0], atol=1e-6)
    expected = np.array([0.5, 0.5, -0.5])
    found = combined(plus, minus, weight=0.5)
    np.testing.assert_allclose(found, expected / np.linalg.norm(expected), atol=1e-6)
    np.testing.assert_array_equal(combined(plus, minus[:0]), combined(plus))


def test_a_query_of_nothing_is_refused() -> None:
    one = np.float32([[0.6, 0.8]])
    with pytest.raises(RequestError, match="needs a photo"):
        combined(one[:0])
    with pytest.raises(RequestError, match="are the same"):
        combined(one, one)


def test_a_region_is_a_part_of_the_photo(photo: Image.Image) -> None:
    found = region(photo, (0.5, 0, 1, 0.5))
    assert found.size == (451 - 226, 150)
    np.testing.assert_array_equal(np.asarray(found), np.asarray(photo)[:150, 226:])


@pytest.mark.parametrize("box", [(0.5, 0, 0.4, 1), (-0.1, 0, 1, 1), (0, 0, 1, 1.1)])
def test_a_region_outside_the_photo_is_refused(
    photo: Image.Image, box: tuple[float, float, float, float]
) -> None:
    with pytest.raises(RequestError, match="draw it again"):
        region(photo, box)


def test_a_tiny_region_is_refused(photo: Image.Image) -> None:
    with pytest.raises(RequestError, match="smaller than 8 pixels"):
        region(photo, (0, 0, 0.01, 1))
