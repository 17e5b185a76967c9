"""From the front page to a chapter, a work and its citation."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page
from pybtex.database import parse_string

from support import ROOT
from survey.catalogue import Catalogue
from survey.news import newest

WORK = "papers/jin2025searchr1/"


def _inside(page: Page, outer: str, inner: str) -> bool:
    """Whether every box that `inner` finds lies within that of `outer`."""
    return page.evaluate(
        """([outer, inner]) => {
            const frame = document.querySelector(outer).getBoundingClientRect();
            return [...document.querySelectorAll(inner)].every(part => {
                const box = part.getBoundingClientRect();
                return box.left >= frame.left - 1 && box.right <= frame.right + 1;
            });
        }""",
        [outer, inner],
    )


def test_the_map_leads_into_a_chapter_by_keyboard(reader) -> None:
    page = reader.open("")
    part = page.locator('.axes-map a[href="reward/"]')
    for _ in range(80):
        page.keyboard.press("Tab")
        if part.evaluate("link => link === document.activeElement"):
            break
    told = part.locator(".told")
    assert told.evaluate("text => getComputedStyle(text).visibility") == "visible"
    assert page.locator(".axes-map .hint").evaluate("text => getComputedStyle(text).visibility") == "hidden"
    page.keyboard.press("Enter")
    page.wait_for_url("**/reward/")
    assert "Reward" in page.locator("h1").inner_text()


def test_the_map_leads_into_a_chapter_by_tap(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    page.locator('.axes-map a[href="topology/"] rect').tap()
    page.wait_for_url("**/topology/")
    context.close()


def test_the_map_fits_the_window_and_every_text_its_box(reader) -> None:
    page = reader.open("")
    assert page.locator(".axes-map a").count() == 6
    assert page.evaluate(
        "() => { const b = document.querySelector('.axes-map').getBoundingClientRect(); return b.right <= innerWidth; }"
    )
    for axis in page.locator(".axes-map a").all():
        name = axis.get_attribute("href")
        assert _inside(page, f'.axes-map a[href="{name}"] rect', f'.axes-map a[href="{name}"] text:not(.told)'), name
    assert _inside(page, ".axes-map", ".axes-map text")
    names = [link.get_attribute("aria-label") for link in page.locator(".axes-map a").all()]
    assert all(re.match(r"[A-F]\. .+, \d+ works\. .+\.$", name) for name in names), names


@pytest.mark.parametrize(("tab", "begins"), [("BibTeX", "@inproceedings{"), ("RIS", "TY  - "), ("Text", "Bowen Jin")])
def test_a_citation_is_copied_as_it_stands(browser: Browser, address: str, tab: str, begins: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + WORK)
    page.locator(".tabbed-labels label", has_text=tab).click()
    block = page.locator(".tabbed-block").filter(visible=True)
    button = block.get_by_role("button", name="Copy to clipboard")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Copied to clipboard").wait_for(state="visible")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(begins)
    assert copied.strip() == block.locator("code").inner_text().strip()
    if tab == "BibTeX":
        entry = parse_string(copied, "bibtex").entries["jin2025searchr1"]
        assert entry.fields["eprint"] == "2503.09516" and len(entry.persons["author"]) == 8
    context.close()


def test_the_entry_of_the_survey_parses(reader) -> None:
    page = reader.open("")
    entry = parse_string(page.locator("#cite-this-survey ~ .highlight code").inner_text(), "bibtex")
    assert entry.entries["deepresearchsurvey"].fields["title"].startswith("{Reinforcement Learning Foundations")


def test_where_a_work_is_discussed_leads_to_the_section(reader) -> None:
    page = reader.open(WORK)
    page.locator('#where-it-is-discussed + ul a[href$="#answer-score"]').click()
    page.wait_for_url("**/reward/#answer-score")
    assert page.locator("#answer-score").is_visible()


def test_long_tables_of_a_work_scroll_in_their_own_box(reader) -> None:
    page = reader.open(WORK)
    box = page.locator("#tbl-reported > .scroll").bounding_box()
    assert box["height"] <= 0.76 * page.viewport_size["height"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_newest_works_stand_on_the_front_page_and_first_in_whats_new(reader) -> None:
    names = [work.name for work in newest(Catalogue.load(ROOT).works.values())[:5]]
    page = reader.open("")
    assert [link.inner_text() for link in page.locator(".added li a").all()] == names
    page.get_by_role("link", name="What's new").last.click()
    page.wait_for_url("**/whats-new/")
    assert [link.inner_text() for link in page.locator(".added li a").all()[:5]] == names
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert reader.errors == []


def test_the_pdf_is_linked_from_the_header_of_every_page(reader) -> None:
    for path in ("", "reward/", WORK):
        link = reader.open(path).locator("header").get_by_role("link", name="The book as PDF")
        assert link.is_visible()
        assert link.evaluate("link => link.href") == reader.address + "survey.pdf"


def test_without_javascript_all_of_it_is_there(plain_reader) -> None:
    page = plain_reader.open("")
    assert page.locator(".axes-map a").count() == 6
    assert page.locator("#cite-this-survey ~ .highlight code").is_visible()
    page.locator('.axes-map a[href="training/"] rect').click()
    assert page.url.endswith("/training/")
    page = plain_reader.open(WORK)
    for tab, begins in (("BibTeX", "@"), ("RIS", "TY"), ("Text", "Bowen")):
        page.locator(".tabbed-labels label", has_text=tab).click()
        assert page.locator(".tabbed-block").filter(visible=True).locator("code").inner_text().startswith(begins)
    assert plain_reader.open("whats-new/").locator(".added li").count() == len(Catalogue.load(ROOT).works)
