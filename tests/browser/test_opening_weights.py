"""Tests of explorer/ui/networks/opening_weights.py in a real browser, with its history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from opened_app import App
from started_app import serving


@pytest.fixture
def app_with_weights(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """The app on whose machine a file of ImageNet weights lies; what is in it does not matter."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    file = tmp_path / "hub" / "checkpoints" / "resnet18-f37072fd.pth"
    file.parent.mkdir(parents=True)
    file.touch()
    with serving(tmp_path) as url:
        yield App(page, url)


def test_a_link_names_the_weights_from_the_first_moment_and_back_leaves_the_app(
    app_with_weights: App,
) -> None:
    app, page = app_with_weights, app_with_weights.page
    app.open()
    named = f"{app.url}/?variant=resnet18&weights=imagenet-classic"
    expect(page).to_have_url(named)
    page.get_by_role("radio", name="Cup of coffee").click()
    expect(page).to_have_url(f"{app.url}/?sample=coffee&variant=resnet18&weights=imagenet-classic")
    app.settle()
    page.evaluate("history.back()")
    expect(page).to_have_url(named)
    app.settle()
    expect(page).to_have_url(named)
    page.evaluate("history.back()")
    expect(page).to_have_url("about:blank")
