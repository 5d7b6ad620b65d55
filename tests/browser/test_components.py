"""Heights that the page reserves for components, and the elements that their scripts build."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from explorer.ui.components import sources, top_five
from opened_app import App

# The height of the element that holds a component, and that of what is drawn in it.
HELD = """key => {
    const held = document.querySelector(`.st-key-${key}`);
    const drawn = held.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
        .firstElementChild.getBoundingClientRect();
    return [held.getBoundingClientRect().height, drawn.height];
}"""
BUILD = """({script, text}) => {
    const build = new Function(`${script.replace('export default function', 'function draw')}
        return {element, part, percentBar, setTexts};`)();
    const made = build.element('p', {title: text, hidden: false, lang: null, '--at': 2},
        text, null, build.part('said'), build.percentBar(40));
    build.setTexts(made, {said: text});
    return [made.childElementCount, made.firstChild.data, made.querySelector('.said').textContent,
        made.title, made.getAttributeNames().join(' '),
        made.querySelector('.track').style.getPropertyValue('--percent')];
}"""


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/", ["prediction_bars", "block_strip"]),
        ("/poke", ["poke_moves", "poke_stage", "field_stage"]),
        ("/anatomy?cut=layer3.1", ["balance_chart", "top_five_before", "block_parts"]),
    ],
)
def test_a_component_is_as_high_as_the_page_expects(
    app: App, path: str, keys: list[str], size: tuple[int, int]
) -> None:
    app.page.set_viewport_size({"width": size[0], "height": size[1]})
    app.open(path)
    for key in keys:
        held, drawn = app.page.evaluate(HELD, key)
        assert held == pytest.approx(drawn, abs=1), key


def test_texts_are_never_read_as_html(page: Page) -> None:
    script, _ = sources(top_five.__file__)
    text = "<b>cat</b>"
    assert page.evaluate(BUILD, {"script": script, "text": text}) == [
        2,
        text,
        text,
        text,
        "title style",
        "40%",
    ]
