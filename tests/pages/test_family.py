"""The figures of the lesson on ResNet's family, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from example_run import example_run, row
from explorer.background_job import JobState
from explorer.costs.benchmark import BenchmarkPlan, BenchmarkProgress, plan
from explorer.lessons.facts import fact
from explorer.lessons.family_tree import family_members
from explorer.paths import ENTRY_SCRIPT, PAGES
from explorer.ui.costs import benchmark_job
from explorer.ui.costs.benchmark_job import BenchmarkJob
from explorer.ui.lessons import family_tree as figures
from patience import PATIENCE


def opened(card: str, job: BenchmarkJob | None = None, **link: str) -> AppTest:
    """A card of the lesson."""
    app = AppTest.from_file(ENTRY_SCRIPT, default_timeout=PATIENCE)
    for name, value in {"lesson": "family", "card": card, **link}.items():
        app.query_params[name] = value
    if job is not None:
        app.session_state[benchmark_job._JOB] = job
    app.switch_page(str(PAGES / "lessons.py")).run()
    assert not app.exception
    return app


def charts(app: AppTest) -> list[str]:
    """The text alternatives of the page's bar charts."""
    html = [str(element.proto.body) for element in app.get("html")]
    return [
        alt for text in html for alt in re.findall(r'class="amounts".*?aria-label="(.*?)"', text)
    ]


def page_text(app: AppTest) -> str:
    return " ".join(str(element.value) for element in [*app.markdown, *app.caption])


def test_a_member_is_drawn_under_resnet_with_what_it_gave_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: dict[str, str] = {}
    monkeypatch.setattr(figures, "inline_svg", drawn.__setitem__)
    app = opened("before", member="densenet")
    assert family_members()["densenet"].alt in drawn["flow_of_member"]
    assert family_members()["resnet"].alt in drawn["flow_of_resnet"]
    assert family_members()["densenet"].price in page_text(app)
    app.segmented_control(key="pick_member").set_value("vit").run()
    assert family_members()["vit"].alt in drawn["flow_of_member"]
    assert app.query_params["member"] in ("vit", ["vit"])


def test_sizes_are_shown_before_anything_was_measured() -> None:
    params, macs, times = charts(opened("price"))
    assert params.startswith("Parameters: ResNet-50 25.6\N{NO-BREAK SPACE}M, VGG-16")
    assert "EfficientNet-B0 386\N{NO-BREAK SPACE}M" in macs
    assert f"on {fact('times.machine').text}, measured for this app" in times
    assert f"VGG-16 {fact('times.vgg16').value:.1f}\N{NO-BREAK SPACE}ms" in times


def test_times_of_the_members_are_shown_once_they_were_measured() -> None:
    small = row("densenet121")
    small = replace(small, setup=replace(small.setup, resolution=64))
    run = example_run((row("resnet50"), row("vgg16"), row("resnet18"), row("vgg16", 4), small))
    job = benchmark_job.prepare(plan(("resnet50", "vgg16"), device="cpu"), lambda: True, lambda: 0)
    job.latest, job.state = BenchmarkProgress(run, "Done", 1.0), JobState.DONE
    *_, times = charts(opened("price", job))
    assert times.startswith("Time for one photo, median, on Example CPU")
    assert re.findall(r"([\w-]+) [\d.]+\sms", times) == ["ResNet-50", "VGG-16"]


def test_the_chosen_member_is_measured_beside_resnet(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[BenchmarkPlan] = []
    monkeypatch.setattr(benchmark_job, "start", started.append)
    app = opened("price", member="densenet")
    label = "Measure ResNet-50 and"
    button: Any = next(each for each in app.button if each.label.startswith(label))
    assert "DenseNet-121 here (about 12\N{NO-BREAK SPACE}s)" in button.label
    button.click().run()
    assert [setup.model for setup in started[0].setups] == ["resnet50", "densenet121"]


def test_a_highway_network_is_counted_and_measured_like_the_others() -> None:
    app = opened("price", member="highway")
    params, macs, _ = charts(app)
    assert f"Highway-34 {fact('highway.highway34.params').text}" in params
    assert f"Highway-34 {fact('highway.highway34.macs').text}" in macs
    labels = [button.label for button in app.button]
    assert any(label.startswith("Measure ResNet-50 and Highway-34") for label in labels)
