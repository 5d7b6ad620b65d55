"""Tests of explorer/ui/blocks/exciting_photos.py, on the page and with six photos."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from explorer import load
from explorer.features.feature_store import FeatureStore
from explorer.networks.network import run_chain
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.photos.geometry import to_tensor
from explorer.ui.blocks import exciting_photos
from explorer.ui.blocks.link_choices import CHANNEL
from explorer.wording import written
from packed_data import unpacked
from patience import PATIENCE

SIX = (*exciting_photos.shipped()[:60:15], *exciting_photos.shipped()[-2:])
Sent = list[dict[str, Any]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What was sent to the browser: the latest last; there are only six photos."""
    messages: Sent = []
    draw, store = exciting_photos.exciting_crops, FeatureStore()

    def recording(*, data: bytes, **rest: Any) -> Any:
        messages.append(unpacked(data))
        return draw(data=data, **rest)

    monkeypatch.setattr(exciting_photos, "exciting_crops", recording)
    monkeypatch.setattr(exciting_photos, "shipped", lambda: SIX)
    monkeypatch.setattr(exciting_photos, "_shared_store", lambda: store)
    return messages


def opened() -> AppTest:
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    app.switch_page(str(PAGES / "activations.py")).run()
    assert not app.exception
    return app


def expected(block: str, channel: int) -> list[tuple[str, str, str]]:
    """Title, id and activation of the photos by plain passes, one by one, the strongest first."""
    network = load("resnet18")
    peaks = []
    for photo in SIX:
        with torch.no_grad():
            maps = run_chain(network, to_tensor(photo.open(), network.weights.preprocessing))
        peaks.append(float(maps[block][0, channel].max()))
    order = np.argsort(-np.array(peaks), kind="stable")
    return [(SIX[at].shows, SIX[at].id, written(peaks[at])) for at in order if peaks[at] > 0]


def shown(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(crop["shows"], crop["id"], crop["value"]) for crop in data["crops"]]


def test_the_photos_are_those_of_plain_passes_and_follow_the_channel(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened()
    assert not sent
    app.button(key="exciting_start").click().run()
    assert not app.exception
    first = sent[-1]
    assert first["pictures"], "the crops go with the data"
    block, channel = first["label"].split(" of ")[1][: -len(" most")], first["label"].split()[4]
    assert shown(first) == expected(block, int(channel))
    for crop in first["crops"]:
        assert crop["shows"] in crop["said"]
        assert crop["value"] in crop["said"]
        assert ("Opens in Explain" in crop["said"]) == bool(crop["id"])
        assert crop["cell"]["left"] < crop["cell"]["right"] <= 1
    assert any("depend on the whole input" in caption.value for caption in app.caption)

    # Another channel, and another session: nothing is computed again.
    monkeypatch.setattr("explorer.features.extraction._seen", None)
    app.session_state[CHANNEL] = "7"
    app.run()
    assert not app.exception
    assert shown(sent[-1]) == expected(block, 7)
    before = len(sent)
    opened()
    assert len(sent) == before + 1


def test_what_a_cancelled_search_did_is_kept(sent: Sent) -> None:
    from explorer.features.exciting_photos import channel_peaks
    from explorer.features.extraction import run_to_end

    two, network = SIX[:2], load("resnet18")
    store = exciting_photos._shared_store()
    block = network.blocks[-1]
    digests = [one.digest for one in two]
    run_to_end(channel_peaks(network, exciting_photos.Opened(two), digests, block, store=store))
    app = opened()
    assert any("2 of 6 photos are done; the other 4" in caption.value for caption in app.caption)


def test_own_photos_are_an_option_and_never_shared(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    from explorer.figures.pictures import png
    from explorer.ui.photos import photo_results, session_photos

    state: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", state)
    shared, own = exciting_photos._shared_store(), exciting_photos._own_store()
    assert own is not shared
    own.put("of me", "view", np.zeros((2, 3), np.float32))
    own.put("other", "view", np.zeros((2, 3), np.float32))
    photo_results.forget_photo("of me")
    assert own.get("of me", "view") is None
    assert own.get("other", "view") is not None
    photo_results.forget()
    assert exciting_photos._own_store().nbytes == 0
    assert shared.nbytes == 0
    assert session_photos.add(png(SIX[0].open()), "mine.png")
    (photo,) = session_photos.uploads().values()
    assert exciting_photos._of_reader(photo).id == photo.id


def test_the_set_is_all_photos_that_ship() -> None:
    every = exciting_photos.shipped()
    assert len({candidate.digest for candidate in every}) == len(every) == 192 + 32
    assert {candidate.shows for candidate in every if not candidate.id} >= {
        "inline skate",
        "barrel",
    }
