from dataclasses import replace

import pytest

from explorer.errors import RequestError, SearchError
from explorer.photos.geometry import Framing
from explorer.search.vector_space import VectorKind, VectorSpace, check_network, vector_space
from tiny_teaching import tiny_network


def test_a_space_says_what_its_vectors_are_and_survives_as_text() -> None:
    space = vector_space(tiny_network())
    assert space.in_words == "resnet18 (tiny), layer4.1 pooled, crop of 32 pixels"
    assert space.dimension == 32
    assert VectorSpace.from_text(space.text) == space
    whole = vector_space(tiny_network(), "layer1.0", Framing.WHOLE)
    assert whole.in_words == "resnet18 (tiny), layer1.0 pooled, whole photo in 32 pixels"
    assert whole.dimension == 4
    logits = vector_space(tiny_network(), kind=VectorKind.LOGITS)
    assert logits.in_words == "resnet18 (tiny), logits, crop of 32 pixels"
    assert (logits.dimension, logits.block) == (2, "")


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"variant": 3}'])
def test_what_is_no_space_is_refused(text: str) -> None:
    with pytest.raises(SearchError, match="does not say which network"):
        VectorSpace.from_text(text)


def test_the_weights_decide_and_their_name_does_not() -> None:
    space = vector_space(tiny_network())
    assert replace(space, weights="copy of it") == space
    check_network(space, tiny_network())
    with pytest.raises(SearchError, match="other weights or another preparation"):
        check_network(space, tiny_network(seed=1))


def test_a_query_of_another_block_is_refused_with_both_spaces() -> None:
    network = tiny_network()
    space, other = vector_space(network), vector_space(network, "layer3.0")
    with pytest.raises(SearchError, match=r"vectors of .*layer4\.1.*one of .*layer3\.0"):
        space.check_query(other)
    with pytest.raises(RequestError, match="has no block 'layer9'"):
        vector_space(network, "layer9")
    foreign = replace(space, variant="vgg16", block="features.3")
    with pytest.raises(SearchError, match="vectors of vgg16"):
        check_network(foreign, network)
