"""Heights that the page reserves for components, and the elements that their scripts build."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from explorer.ui.components import sources, top_five
from opened_app import App

# The height of what is drawn in a component, and the one that its place has without it.
HEIGHTS = """key => {
    const place = document.querySelector(`.st-key-${key}`);
    const component = place.querySelector('[data-testid=stBidiComponentIsolated]');
    const content = component.shadowRoot.firstElementChild;
    const drawn = content.getBoundingClientRect().height;
    content.style.display = 'none';
    const reserved = place.getBoundingClientRect().height;
    content.style.display = '';
    return [reserved, drawn];
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

PLACES = {
    "/poke": ["poke_moves", "poke_stage", "field_stage"],
    "/anatomy?cut=layer3.1": ["balance_chart", "top_five_before", "block_parts"],
    "/": ["prediction_bars", "block_strip"],
}


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desktop", "phone"])
def test_a_component_is_as_high_as_the_page_expects_and_nothing_is_cut_off(
    app: App, size: tuple[int, int]
) -> None:
    app.page.set_viewport_size({"width": size[0], "height": size[1]})
    for path, keys in PLACES.items():
        app.open(path)
        for key in keys:
            reserved, drawn = app.page.evaluate(HEIGHTS, key)
            assert reserved == pytest.approx(drawn, abs=1), key
    bars = app.page.locator(".st-key-prediction_bars")
    assert bars.evaluate("place => place.scrollWidth > place.clientWidth")  # the hovered bar, wider
    assert bars.evaluate("place => getComputedStyle(place).overflow") == "visible"


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
