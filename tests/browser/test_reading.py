"""What a reader does with a chapter."""

import pytest
from playwright.sync_api import Browser

from support import ROOT
from survey.manuscript import reading_order

PAGES = [
    "" if page == "index.md" else page.removesuffix(".md").removesuffix("index")
    for page in reading_order(ROOT / "mkdocs.yml")
] + ["papers/jin2025searchr1/", "results/hotpotqa/", "licences/", "404.html"]
PAGES = [page if page == "" or page.endswith(("/", ".html")) else f"{page}/" for page in PAGES]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_no_other_origin_has_no_error_and_fits_the_window(reader, path: str) -> None:
    page = reader.open(path)  # conftest.py looks at what it asks
    assert reader.errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_reference_shows_on_hover(reader) -> None:
    page = reader.open("reward/")
    citation = page.locator("p a.citation").first
    citation.scroll_into_view_if_needed()
    citation.hover()
    card = page.locator(".md-tooltip2--active, .md-tooltip2[role]").first
    card.wait_for(state="visible", timeout=5000)
    name = citation.inner_text().split(" ")[0]
    assert name in card.inner_text()


def test_a_reference_shows_on_focus_with_the_keyboard(reader) -> None:
    page = reader.open("reward/")
    citation = page.locator("p a.citation").first
    citation.focus()
    card = page.locator(".md-tooltip2--active, .md-tooltip2[role]").first
    card.wait_for(state="visible", timeout=5000)
    assert "https://" in card.inner_text()


def test_a_citation_leads_to_the_list_and_the_list_leads_back(reader) -> None:
    page = reader.open("reward/")
    citation = page.locator("p a.citation").first
    anchor = citation.get_attribute("id")
    citation.click()
    assert page.url.endswith(citation.get_attribute("href"))
    page.locator(f'{citation.get_attribute("href")} a.backref[href="#{anchor}"]').click()
    assert page.url.endswith(f"#{anchor}")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("HiRA", "papers/jin2025hira/"),
        ("Decoupled Planning and Execution", "papers/jin2025hira/"),
        ("2503.09516", "papers/jin2025searchr1/"),
    ],
)
def test_search_finds_a_work_first_by_name_old_title_and_arxiv_number(reader, words: str, found: str) -> None:
    page = reader.open("")
    if page.viewport_size["width"] < 600:
        page.locator('label[for="__search"]').first.click()
    field = page.locator("input.md-search__input")
    field.click()
    field.press_sequentially(words)
    first = page.locator(".md-search-result__item a").first
    first.wait_for(state="attached", timeout=15000)
    page.wait_for_function(
        """found => document.querySelector(".md-search-result__item a")?.href.includes(found)""",
        arg=found,
        timeout=15000,
    )


def test_without_javascript_the_chapter_is_complete(plain_reader) -> None:
    page = plain_reader.open("reward/")
    text = page.locator("article").inner_text()
    assert "Key papers" in text and "StepSearch" in text and "References" in text
    assert page.locator("article figure.table table").first.is_visible()
    assert page.locator("article math").first.is_visible()
    citation = page.locator("p a.citation").first
    citation.click()
    assert "#ref-" in page.url


def test_both_colour_schemes_have_readable_text(browser: Browser, address: str) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(address + "reward/")
        ratio = page.evaluate("""() => {
            const light = colour => {
                const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
                    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const back = light(getComputedStyle(document.body).backgroundColor);
            const of = selector => {
                const ink = light(getComputedStyle(document.querySelector(selector)).color);
                return (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05);
            };
            return Math.min(of('article p'), of('article p a.citation'), of('article .unreported'), of('figcaption'));
        }""")
        assert ratio >= 4.5, (scheme, ratio)
        context.close()


def test_the_pdf_is_linked_from_the_front_page(reader) -> None:
    page = reader.open("")
    answer = page.request.get(
        reader.address + page.locator('article a[href$="survey.pdf"]').first.get_attribute("href")
    )
    assert answer.ok and answer.body()[:5] == b"%PDF-"
