"""Every kind of page meets WCAG 2.2 AA, works by keyboard, and stays still while it loads."""

from collections.abc import Iterator
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from browsing import visit

KINDS = {
    "front page": "",
    "chapter": "reward/",
    "works": "papers/",
    "work": "papers/jin2025searchr1/",
    "results": "results/hotpotqa/",
    "benchmarks": "results/",
    "news": "whats-new/",
    "glossary": "glossary/",
    "bibliography": "bibliography/",
    "about": "about/",
    "not found": "404.html",
}
WIDTHS = {"desktop": 1280, "phone": 390}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


# Every kind of page in both schemes and at both widths; all four pairs of them find no more and take twice the time.
@pytest.fixture(scope="module", params=["light, desktop", "dark, phone"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    scheme, width = request.param.split(", ")
    context = browser.new_context(color_scheme=scheme, viewport={"width": WIDTHS[width], "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_violates_no_rule_of_wcag(reader: Page, address: str, kind: str) -> None:
    visit(reader, address + KINDS[kind])
    found = Axe().run(reader, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_the_citation_of_a_section_violates_no_rule_of_wcag(reader: Page, address: str) -> None:
    visit(reader, address + "reward/")
    reader.locator("a.cite").first.focus()
    reader.keyboard.press("Enter")
    found = Axe().run(reader, options={"runOnly": {"type": "tag", "values": RULES}})
    assert found.violations_count == 0, found.generate_report()


def _keep(waiting: list[Route], route: Route) -> None:
    waiting.append(route)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_stays_still_when_its_fonts_come_late(browser: Browser, address: str, kind: str) -> None:
    for width in WIDTHS.values():
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.add_init_script(
            """window.moved = 0; window.movers = [];
            new PerformanceObserver(list => { for (const entry of list.getEntries()) {
                window.moved += entry.value;
                for (const source of entry.sources)
                    window.movers.push((source.node?.outerHTML || "").slice(0, 80) + " " + entry.value.toFixed(3));
            } }).observe({ type: "layout-shift", buffered: true });"""
        )
        waiting: list[Route] = []
        page.route("**/*.woff2", partial(_keep, waiting))
        page.goto(address + KINDS[kind], wait_until="domcontentloaded")
        page.wait_for_timeout(500)
        for route in waiting:
            route.continue_()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        assert waiting, "the page has a font"
        moved, movers = page.evaluate("[window.moved, window.movers]")
        assert moved < 0.02, (width, movers)
        context.close()


def test_the_first_key_offers_to_skip_to_the_text(browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    visit(page, address + "reward/")
    page.keyboard.press("Tab")
    link = page.locator("a.md-skip")
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Enter")
    assert page.url.endswith("#reward-and-credit-assignment")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_header_and_navigation_are_reached_by_keyboard_and_show_it(browser: Browser, address: str, width: str) -> None:
    page = browser.new_context(viewport={"width": WIDTHS[width], "height": 900}).new_page()
    visit(page, address + "reward/")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("""() => {
                let on = document.activeElement;
                if (on.matches(".md-option")) on = on.nextElementSibling; // a hidden radio button, shown by its label
                const box = on.getBoundingClientRect(), style = getComputedStyle(on);
                return {
                    is: on.getAttribute("aria-label") || on.title || on.textContent.trim(),
                    shown: box.width > 0 && box.right > 0 && box.left < innerWidth,
                    marked: style.outlineStyle !== "none" || on.matches(".md-search__input") };
            }""")
        )
    assert [stop for stop in reached if not stop["shown"] or not stop["marked"]] == []
    names = [stop["is"] for stop in reached]
    assert "Search" in names
    if width == "desktop":
        assert "Introduction" in names
    else:
        assert "Menu" in names
    page.context.close()
