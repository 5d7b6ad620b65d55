from pathlib import Path

import pytest

from explorer.errors import RequestError
from explorer.search.store_place import check_name, store_place


def test_a_folder_is_the_readers_own_the_named_one_or_the_given_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESNET_EXPLORER_COLLECTIONS", raising=False)
    assert store_place().folder.parts[-2:] == ("resnet-explorer", "collections")
    monkeypatch.setenv("RESNET_EXPLORER_COLLECTIONS", str(tmp_path / "named"))
    assert store_place().folder == tmp_path / "named"
    place = store_place(tmp_path)
    assert place.path_of("shop") == tmp_path / "shop.milvus"
    assert place.in_words == str(tmp_path)


def test_an_address_is_a_server_and_its_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESNET_EXPLORER_TOKEN", "secret")
    place = store_place("http://host:19530/")
    assert (place.address, place.token, place.folder) == ("http://host:19530", "secret", None)
    assert "secret" not in repr(place)
    assert store_place("https://host", "root:word").token == "root:word"


@pytest.mark.parametrize("text", ["ftp://host", "http://", "http://user:word@host", "http://a b"])
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(RequestError, match="no address of a Milvus server") as caught:
        store_place(text)
    assert "word" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "1a", "a b", "../up", "a" * 61, "鳥", "a/b", "a\n"])
def test_names_that_no_store_takes_are_refused(name: str) -> None:
    with pytest.raises(RequestError, match="cannot be named"):
        check_name(name)
