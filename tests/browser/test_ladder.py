"""The strip of blocks in a real browser: fifty of them are as readable as eight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from explorer.paths import PACKAGE

BROWSER = PACKAGE / "ui" / "browser"
DRAW = """async ({script, counts}) => {
    const component = (await import(URL.createObjectURL(
        new Blob([script], {type: 'text/javascript'})))).default;
    const stages = counts.map((count, stage) => ({
        title: `layer${stage + 1}`,
        blocks: Array.from({length: count}, (_, index) => (
            {id: `layer${stage + 1}.${index}`, short: String(index), most: 'up to 1'})),
    }));
    const blocks = stages.flatMap(stage => stage.blocks.map(block => block.id));
    const pictures = {numRows: blocks.length, getChild: () => ({get: () => new Uint8Array()})};
    window.chosen = [];
    component({
        data: {pictures, stages, chosen: blocks.at(-1)},
        parentElement: document.body,
        setTriggerValue: (_, id) => window.chosen.push(id),
    });
}"""


@pytest.mark.parametrize("counts", [[2, 2, 2, 2], [3, 8, 36, 3]], ids=["resnet18", "resnet152"])
def test_blocks_keep_their_size_and_scroll_by_stage_to_the_chosen_one(
    page: Page, counts: list[int]
) -> None:
    page.set_content('<div class="ladder" role="radiogroup"></div>')
    page.add_style_tag(path=BROWSER / "ladder.css")
    parts = (BROWSER / f"{name}.js" for name in ("pictures", "choices", "ladder"))
    script = "".join(part.read_text(encoding="utf-8") for part in parts)
    page.evaluate(DRAW, {"script": script, "counts": counts})
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
