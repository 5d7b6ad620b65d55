"""The app for those who do not see it, use no mouse, or want nothing to move."""

from __future__ import annotations

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from opened_app import App

# So tall that nothing has to be scrolled to: axe does not judge what cannot be seen.
SIZES = {"desktop": (1440, 3000), "phone": (390, 5000)}
SERIOUS = ("serious", "critical")
Look = tuple[Literal["light", "dark"], Literal["desktop", "phone"]]
EVERY_LOOK: tuple[Look, ...] = (
    ("light", "desktop"),
    ("light", "phone"),
    ("dark", "phone"),
    ("dark", "desktop"),
)
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 23, 28)"}  # as config.toml says
TWO_LOOKS = EVERY_LOOK[::2]  # each theme and each size once
LESSON_CARDS: dict[str, Literal["light", "dark"]] = {
    "lesson=block&card=sum": "dark",
    "lesson=block&card=formula": "light",
    "lesson=gradients&card=vanish": "dark",
    "lesson=degradation&card=training": "light",
    "lesson=degradation&card=live": "dark",
    "lesson=identity&card=twin": "light",
    "lesson=depth&card=budget&present=yes": "dark",
    "lesson=depth&card=own": "light",
}

# What Streamlit's own elements break and we cannot mend: the rule, where, and why.
STREAMLITS_OWN = {
    "list": "[data-testid=stSidebarNav]",  # its <ul> of pages holds a <div> around each group
    "listitem": "[data-testid=stSidebarNav]",  # so the pages' <li> lie in that <div>
}
RUN = """async streamlits => {
    const {violations} = await axe.run(document, {resultTypes: ['violations']});
    const excused = (id, [target]) => typeof target === 'string' && id in streamlits
        && document.querySelector(target).closest(streamlits[id]);
    return violations.map(({id, impact, nodes}) =>
        ({id, impact, nodes: nodes.filter(({target}) => !excused(id, target))}));
}"""
# Everything on the page, with what lies in the shadow roots of components.
WITHIN = """const within = root => [...root.querySelectorAll('*')].flatMap(element =>
    [element, ...(element.shadowRoot ? within(element.shadowRoot) : [])]);"""
OURS = f"""() => {{
    {WITHIN}
    return within(document).filter(element => element.getRootNode() !== document
        && element.matches('button, input, select, textarea, a[href], [tabindex]')
        && element.tabIndex >= 0 && !element.disabled && element.checkVisibility()).length;
}}"""
# The document does not hear of a move inside one shadow root.
WATCH_THE_FOCUS = f"""() => {{
    {WITHIN}
    window.walk = {{all: new Set(), last: null, ours: 0, unseen: [], again: false}};
    const note = () => {{
        let element = document.activeElement;
        while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        if (element === walk.last) return;
        walk.last = element;
        if (walk.all.has(element)) walk.again = true;
        if (walk.again) return;
        walk.all.add(element);
        if (element.getRootNode() === document) return;
        walk.ours += 1;
        if (!element.matches(':focus-visible')) walk.unseen.push(element.outerHTML);
    }};
    document.addEventListener('focusin', note);
    for (const {{shadowRoot}} of within(document)) shadowRoot?.addEventListener('focusin', note);
}}"""
MOVING = f"""() => {{
    {WITHIN}
    const longest = text => Math.max(...text.split(',').map(parseFloat));
    return within(document).filter(element => {{
        const style = getComputedStyle(element);
        return longest(style.transitionDuration) > 0.01
            || (style.animationName !== 'none' && longest(style.animationDuration) > 0.01);
    }}).map(element => element.outerHTML.slice(0, 120));
}}"""


def open_sample(app: App) -> None:
    app.open()
    expect(app.page.get_by_role("heading", level=2).first).to_contain_text("kangaroo")


def violations(page: Page) -> list[str]:
    """What axe-core finds serious or critical in what is ours, a line for each element."""
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}"
        for rule in page.evaluate(RUN, STREAMLITS_OWN)
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


def faults(app: App, *looks: Look) -> dict[Look, list[str]]:
    """What axe-core finds in the opened page, by look; looks without a fault are left out."""
    app.page.evaluate(AXE_SCRIPT)
    found = {}
    for theme, size in looks:
        width, height = SIZES[size]
        app.page.emulate_media(color_scheme=theme)
        app.page.set_viewport_size({"width": width, "height": height})
        expect(app.page.get_by_test_id("stApp")).to_have_css("background-color", PAPER[theme])
        app.settle()
        found[theme, size] = violations(app.page)
    return {look: lines for look, lines in found.items() if lines}


def test_axe_finds_nothing_serious_in_either_theme_and_would_find_a_nameless_picture(
    app: App,
) -> None:
    open_sample(app)
    assert faults(app, *EVERY_LOOK) == {}
    app.page.get_by_role("radio", name="layer3.0", exact=True).click()
    app.page.get_by_role("radiogroup", name="Class").get_by_role("radio").nth(1).click()
    app.settle()
    assert faults(app, *TWO_LOOKS) == {}
    picture = app.page.locator('[role=img][aria-label*="heatmap of"]').first
    picture.evaluate("picture => picture.removeAttribute('aria-label')")
    assert [found.partition(" ")[0] for found in violations(app.page)] == ["role-img-alt"]


def test_axe_finds_nothing_serious_among_many_photos_and_in_what_can_be_brought(app: App) -> None:
    app.open("/many")
    expect(app.page.get_by_role("radiogroup", name="Photos, to open in Explain")).to_be_visible()
    assert faults(app, *TWO_LOOKS) == {}
    app.open("/bring")
    expect(app.page.get_by_role("heading", name="Pictures")).to_be_visible()
    assert faults(app, *TWO_LOOKS) == {}
    app.open("/teach")
    expect(app.page.get_by_text("Linear probe").first).to_be_visible()
    assert faults(app, *TWO_LOOKS) == {}


def test_axe_finds_nothing_serious_in_the_lessons(app: App) -> None:
    """One page for all cards: to load the app anew for each would cost more than to judge them."""
    found = {}
    for place, theme in LESSON_CARDS.items():
        app.page.emulate_media(color_scheme=theme)
        app.open(f"/lessons?{place}")
        found[place] = faults(app, (theme, "desktop"), (theme, "phone"))
    assert {place: looks for place, looks in found.items() if looks} == {}


def test_tab_reaches_every_control_of_our_components_and_shows_where_it_is(app: App) -> None:
    open_sample(app)
    assert app.page.evaluate(MOVING) == []  # for those who asked for that, as these tests do
    controls = int(app.page.evaluate(OURS))
    assert controls > 3
    app.page.evaluate(WATCH_THE_FOCUS)
    for press in range(1, 151):
        app.page.keyboard.press("Tab")
        if press % 10 == 0 and app.page.evaluate("walk.again"):
            break
    assert app.page.evaluate("walk.ours") == controls
    assert app.page.evaluate("walk.unseen") == []

    # Arrows and Enter choose a class.
    classes = app.page.get_by_role("radiogroup", name="Class").get_by_role("radio")
    classes.first.focus()
    app.page.keyboard.press("ArrowDown")
    expect(classes.nth(1)).to_be_focused()
    app.page.keyboard.press("Enter")
    expect(classes.nth(1)).to_have_attribute("aria-checked", "true")
    app.settle()
    expect(classes.nth(1)).to_be_focused()
    expect(classes.nth(1)).to_have_attribute("aria-checked", "true")
