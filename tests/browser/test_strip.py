"""The strip of blocks in a real browser: fifty of them are as readable as eight."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from explorer.ui.components import block_strip, sources

DRAW = """async ({script, counts, pictures}) => {
    const component = (await import(URL.createObjectURL(
        new Blob([script], {type: 'text/javascript'})))).default;
    const cell = (id, short, index) => ({
        id, short, said: 'basic block', picture: pictures ? index : null, stride: index ? 1 : 2,
        shortcut: index ? 'identity' : 'projection', cut: index === 1, still: id === 'head',
        slab: [40, 40, 10],
    });
    const stages = counts.map((count, stage) => ({
        title: `layer${stage + 1}`,
        blocks: Array.from({length: count}, (_, index) => (
            cell(`layer${stage + 1}.${index}`, String(index), index))),
    }));
    window.chosen = [];
    component({
        data: packed({
            label: 'Block', marked: true, chosen: stages.at(-1).blocks.at(-1).id,
            stages: [...stages, {title: 'head', blocks: [cell('head', '', 0)]}],
        }, {pictures: Array(pictures ? 40 : 0).fill(0)}),
        parentElement: document.body,
        setTriggerValue: (_, id) => window.chosen.push(id),
    });
}"""


def draw(page: Page, counts: list[int], pictures: bool) -> None:
    """Draw a strip of four stages and a head."""
    page.set_content('<div class="strip" role="radiogroup"></div>')
    script, style = sources(block_strip.__file__)
    page.add_style_tag(content=style)
    page.add_script_tag(path=Path(__file__).with_name("packing.js"))
    page.evaluate(DRAW, {"script": script, "counts": counts, "pictures": pictures})


@pytest.mark.parametrize("counts", [[2, 2, 2, 2], [3, 8, 36, 3]], ids=["resnet18", "resnet152"])
def test_blocks_keep_their_size_and_scroll_by_stage_to_the_chosen_one(
    page: Page, counts: list[int]
) -> None:
    draw(page, counts, pictures=True)
    blocks = page.get_by_role("radio")
    expect(blocks).to_have_count(sum(counts))
    assert set(blocks.evaluate_all("all => all.map(one => one.offsetWidth)")) == {52}
    expect(blocks.last).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    blocks.last.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    expect(blocks.first).to_be_focused()
    expect(blocks.first).to_be_in_viewport()
    assert page.evaluate("window.chosen") == [f"layer4.{counts[-1] - 2}", "layer1.0"]


def test_without_pictures_a_cell_is_a_slab_that_fits_into_it(page: Page) -> None:
    draw(page, [2, 2, 2, 2], pictures=False)
    expect(page.locator(".slab:visible")).to_have_count(9)
    expect(page.locator(".face img:visible")).to_have_count(0)
    expect(page.get_by_role("radio", name="layer1.0")).to_have_accessible_description("basic block")


def test_the_cut_and_the_head_are_drawn_and_the_head_is_no_choice(page: Page) -> None:
    draw(page, [2, 2, 2, 2], pictures=True)
    expect(page.locator(".cut")).to_have_count(4)
    page.get_by_title("head: ").click()
    assert page.evaluate("window.chosen") == []
    page.get_by_role("radio", name="layer2.1").click()
    assert page.evaluate("window.chosen") == ["layer2.1"]
