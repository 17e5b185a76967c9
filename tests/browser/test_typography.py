"""How the text stands on the page, on a screen and on paper, and what opens beside it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from browsing import visit

# The letters on each full line of the running text.
LETTERS_PER_LINE = """() => {
    const found = [], range = document.createRange();
    for (const paragraph of document.querySelectorAll("article > p")) {
        const lines = new Map(), walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) for (let i = 0; i < walk.currentNode.length; i++) {
            range.setStart(walk.currentNode, i);
            range.setEnd(walk.currentNode, i + 1);
            const box = range.getClientRects()[0];
            if (box) { const line = Math.round(box.bottom / 12); lines.set(line, (lines.get(line) || 0) + 1); }
        }
        found.push(...[...lines.values()].slice(0, -1));
    }
    return found.sort((a, b) => a - b)[found.length >> 1];
}"""


WIDER_THAN_PAPER = """all => all.filter(x => x.getBoundingClientRect().right > innerWidth + 1)
    .map(x => x.closest("[id]").id + " " + Math.round(x.getBoundingClientRect().right))"""


@pytest.fixture
def page(browser: Browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, permissions=["clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [1280, 1600, 1920])
def test_a_line_has_about_seventy_letters_in_a_wide_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, address + "reward/")
    assert 65 <= page.evaluate(LETTERS_PER_LINE) <= 75


def test_the_name_of_the_book_is_whole_in_the_header_of_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, address + "reward/")
    name = page.locator(".md-header__topic .md-ellipsis").first
    assert page.locator(".md-header .short-name").inner_text() == "RL for Deep Research"
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")


def test_the_name_of_every_author_is_set_in_the_typeface_of_the_book(page: Page, address: str) -> None:
    visit(page, address + "papers/jin2025searchr1/")
    client = page.context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    root = client.send("DOM.getDocument")["root"]["nodeId"]
    node = client.send("DOM.querySelector", {"nodeId": root, "selector": ".work-authors"})["nodeId"]
    fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert {font["familyName"] for font in fonts} == {"Source Serif 4"}
    assert "Arık" in page.locator(".work-authors").first.inner_text()


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_a_work_shows_a_card_on_hover_and_on_focus_and_keeps_its_name(page: Page, address: str, way: str) -> None:
    visit(page, address + "reward/")
    link = page.locator('article p a[href*="papers/"][title]').first
    name = link.inner_text()
    link.scroll_into_view_if_needed()
    getattr(link, way)()
    card = page.locator(".md-tooltip2[role=tooltip]")
    card.wait_for()
    assert name in card.inner_text() and "20" in card.inner_text()
    link = page.locator("a[aria-describedby]")
    assert link.inner_text() == name and link.get_attribute("aria-label") is None


def test_a_section_is_cited_by_keyboard(page: Page, address: str) -> None:
    visit(page, address + "reward/")
    page.locator("#who-judges a.cite, h2 a.cite").first.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    said = dialog.locator(".text").inner_text()
    assert "Definition and scope" in said and "A Survey" in said and said.endswith("/reward/#definition-and-scope")
    page.keyboard.press("Enter")
    dialog.get_by_text("Copied", exact=True).wait_for()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.className").startswith("cite")


def test_without_javascript_cite_leads_to_the_section(plain_reader) -> None:
    page = plain_reader.open("reward/")
    page.locator("h2 a.cite").first.click()
    assert page.url.endswith("#definition-and-scope")


@pytest.mark.parametrize(
    "path", ["reward/", "training/", "evaluation/", "results/hotpotqa/", "papers/jin2025searchr1/"]
)
def test_no_table_or_figure_is_cut_off_on_paper(page: Page, address: str, path: str) -> None:
    visit(page, address + path)
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 between margins of 10 mm
    page.emulate_media(media="print")
    assert page.locator("article :is(table, svg, math)").evaluate_all(WIDER_THAN_PAPER) == []


def test_a_page_prints_without_the_chrome(page: Page, address: str, tmp_path: Path) -> None:
    visit(page, address + "results/hotpotqa/")
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    text = "".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "page.pdf").pages)
    assert text.startswith("HotpotQA: reported results"), "no header stands above"
    assert re.search(r"R1-\s*Searcher", text)


def test_what_is_folded_is_open_on_paper_and_folded_again_after(page: Page, address: str) -> None:
    visit(page, address + "introduction/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("article details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("article details:not([open])").count() > 0
