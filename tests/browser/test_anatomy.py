"""The Anatomy page in a real browser: with the mouse, with the keyboard, and for everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.ui.components import block_bars, sources
from opened_app import App
from test_accessibility import TWO_LOOKS, faults

DRAW = """async ({script, counts}) => {
    const component = (await import(URL.createObjectURL(
        new Blob([script], {type: 'text/javascript'})))).default;
    const block = (id, index) => ({
        id, short: String(index), number: '0.42', said: 'in words', greyed: index === 0,
        still: false, bars: [{from: 0.2, to: 0.8, tone: 'quiet'}, {from: 0.2, to: 0, tone: 'warm'}],
    });
    const stages = counts.map((count, stage) => ({
        title: `layer${stage + 1}`,
        blocks: Array.from({length: count}, (_, at) => block(`layer${stage + 1}.${at}`, at)),
    }));
    window.chosen = [];
    component({
        data: {
            label: 'Norms', stages, zero: 0.2, legend: [{text: 'norm', tone: 'quiet'}],
            ticks: [{at: 0.2, text: '0'}, {at: 1, text: '1'}],
            chosen: stages.at(-1).blocks.at(-1).id,
        },
        parentElement: document.body,
        setTriggerValue: (_, id) => window.chosen.push(id),
    });
}"""


def blocks(app: App, chart: str | re.Pattern[str]) -> Locator:
    return app.page.get_by_role("radiogroup", name=chart).get_by_role("radio")


def shows(app: App, block: str) -> None:
    """The block is the chosen one everywhere, and its sentence stands under the pictures."""
    for chosen in app.page.get_by_role("radio", name=block, exact=True).all():
        expect(chosen).to_have_attribute("aria-checked", "true")
    sentence = re.compile(rf"^{block} (passes its input on|projects its input)")
    expect(app.page.get_by_role("paragraph").filter(has_text=sentence)).to_be_visible()


def test_a_block_is_chosen_on_the_strip_and_on_each_chart_by_mouse_and_keyboard(app: App) -> None:
    app.open("/anatomy")
    shows(app, "layer4.1")
    strip = app.page.get_by_role("radiogroup", name="Block", exact=True)
    strip.get_by_role("radio", name="layer3.0", exact=True).click()
    app.settle()
    shows(app, "layer3.0")
    expect(
        app.page.get_by_role("img", name=re.compile(r"^P\(x\), the projection, mean"))
    ).to_be_visible()
    app.page.keyboard.press("ArrowRight")
    app.settle()
    shows(app, "layer3.1")
    norms = blocks(app, "Norms of shortcut and branch by block")
    norms.nth(1).click()
    app.settle()
    shows(app, "layer1.1")
    expect(norms.nth(1)).to_be_focused()
    app.page.keyboard.press("Home")
    app.settle()
    shows(app, "layer1.0")
    expect(norms.nth(0)).to_be_focused()
    assert "layer=layer1.0" in app.page.url


def switch(app: App, block: str) -> Locator:
    return app.page.get_by_role("switch", name=f"Switch {block} off")


def test_the_lesion_switch_is_flipped_with_mouse_and_keyboard_for_several_blocks(app: App) -> None:
    app.open("/anatomy?layer=layer3.0")
    expect(app.page.get_by_text("Every block is on: kangaroo")).to_be_visible()
    app.page.get_by_text("Switch layer3.0 off").click()
    after = app.page.get_by_role("list", name="Without layer3.0: most probable")
    expect(after.get_by_role("listitem")).not_to_have_count(0)
    expect(app.page.get_by_text("Without layer3.0, kangaroo falls from")).to_be_visible()
    heatmaps = app.page.get_by_role("img", name=re.compile("with Grad-CAM for kangaroo"))
    expect(heatmaps).to_have_count(2)
    app.settle()
    assert "cut=layer3.0" in app.page.url
    cut = app.page.get_by_role("radiogroup", name="Block", exact=True).locator(".cut")
    expect(cut).to_have_attribute("aria-label", "layer3.0")
    app.page.get_by_text("Switch layer3.0 off").click()
    expect(app.page.get_by_text("Every block is on: kangaroo")).to_be_visible()

    app.open("/anatomy?layer=layer4.0&cut=layer2.1")
    switch(app, "layer4.0").focus()
    app.page.keyboard.press("Space")
    expect(app.page.get_by_text("Without layer2.1 and layer4.0, kangaroo")).to_be_visible()
    app.settle()
    expect(switch(app, "layer4.0")).to_be_focused()
    app.page.keyboard.press("Space")
    expect(app.page.get_by_text("Without layer2.1, kangaroo")).to_be_visible()


def test_a_block_that_the_twins_cannot_skip_says_why(app: App) -> None:
    app.open("/anatomy?layer=layer2.1")
    twins = blocks(app, "Accuracy of both twins without each block")
    expect(app.page.get_by_role("list", name="Plain-18 without layer2.1")).to_be_visible()
    twins.nth(2).click()
    expect(app.page.get_by_text("layer2.0 cannot be skipped. It halves the grid")).to_be_visible()
    expect(twins.nth(2)).to_have_attribute("aria-description", re.compile("halves the grid"))


def test_axe_finds_nothing_serious_before_and_after_a_cut(app: App) -> None:
    app.open("/anatomy?layer=layer2.0&cut=layer2.0,layer3.1")
    expect(app.page.get_by_role("list", name=re.compile("^Without"))).to_be_visible()
    assert faults(app, *TWO_LOOKS) == {}


@pytest.mark.parametrize("counts", [[2, 2, 2, 2], [3, 8, 36, 3]], ids=["resnet18", "resnet152"])
def test_columns_stay_readable_and_scroll_to_the_chosen_one(page: Page, counts: list[int]) -> None:
    page.set_content('<div class="legend"></div><div class="columns" role="radiogroup"></div>')
    script, style = sources(block_bars.__file__)
    page.add_style_tag(content=style)
    page.evaluate(DRAW, {"script": script, "counts": counts})
    columns = page.get_by_role("radio")
    expect(columns).to_have_count(sum(counts))
    assert min(columns.evaluate_all("all => all.map(one => one.offsetWidth)")) >= 30
    expect(columns.last).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    columns.last.focus()
    page.keyboard.press("Home")
    expect(columns.first).to_be_focused()
    expect(columns.first).to_be_in_viewport()
    assert page.evaluate("window.chosen") == ["layer1.0"]
