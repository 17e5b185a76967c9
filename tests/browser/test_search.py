"""What a reader finds, in the search field and by the keyboard."""

import random
import time

import pytest
from playwright.sync_api import Browser, Page

from browsing import settle, slowness, visit
from support import ROOT
from survey.catalogue import Catalogue

WORKS = Catalogue.load(ROOT).works
SECONDS_TO_FIRST_RESULT = 8  # on a busy machine; about one on an idle one


@pytest.fixture(scope="module")
def page(browser: Browser, address: str):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10000)
    visit(page, address + "reward/")
    yield page
    context.close()


def _found(page: Page, words: str) -> list[str]:
    """The pages found for what is typed, best first."""
    _open(page)
    _type(page, "")
    page.get_by_text("Type to start searching").wait_for()
    _type(page, words)
    page.locator(".md-search-result__item > a").first.wait_for()
    links = page.locator(".md-search-result__item > a:first-child")
    return links.evaluate_all("links => links.slice(0, 5).map(a => new URL(a.href).pathname.slice(1))")


def _open(page: Page) -> None:
    if not page.locator("#__search").is_checked():
        page.keyboard.press("/")
        page.locator("#__search:checked").wait_for(state="attached")


def _type(page: Page, words: str) -> None:
    page.locator("input.md-search__input").fill(words)
    page.keyboard.press("End")  # the theme reads the field when a key is released


def _misspelt(name: str, chance: random.Random) -> str:
    """A name with one letter left out, doubled, changed, or swapped with the next."""
    at = chance.choice([i for i in range(1, len(name) - 1) if name[i : i + 2].isalpha() and name[i] != name[i + 1]])
    letter = chance.choice([x for x in "aeiounrst" if x != name[at].lower()])
    changed = chance.choice(["", name[at] * 2, letter, name[at + 1] + name[at]])
    return name[:at] + changed + name[at + (2 if len(changed) == 2 and changed[0] != changed[1] else 1) :]


def _drawn(count: int) -> list[tuple[str, str]]:
    """Works with a name that is long enough to be recognised when it is misspelt."""
    long = [(key, work.name) for key, work in WORKS.items() if len(work.name) >= 6 and any(map(str.isalpha, work.name))]
    return random.Random(7).sample(long, count)


def test_every_name_finds_its_own_page_first_even_where_others_contain_it(page: Page) -> None:
    for key in ("chen2025research", "wei2025browsecomp", "lewis2020rag", "zhao2026rsearch", "griggs2025skyrl"):
        assert _found(page, WORKS[key].name)[0] == f"papers/{key}/", WORKS[key].name
    for key, name in _drawn(10):
        assert _found(page, name)[0] == f"papers/{key}/", name


def test_a_name_with_a_typo_finds_its_page_among_the_first_three(page: Page) -> None:
    chance = random.Random(7)
    for key, name in _drawn(20):
        typed = _misspelt(name, chance)
        assert f"papers/{key}/" in _found(page, typed)[:3], (name, typed)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Serach-R1", "papers/jin2025searchr1/"),
        ("DeepReseacher", "papers/zheng2025deepresearcher/"),
        ("Web Sailor", "papers/li2025websailor/"),
        ("searchr1", "papers/jin2025searchr1/"),
        ("credit assigment", "reward/"),
        ("reward hakcing", "reward/"),
        ("Proximal Policy Optimization Algorithms", "papers/schulman2017ppo/"),
        ("2503.09516", "papers/jin2025searchr1/"),
        ("Shunyu Yao", "papers/yao2023react/"),
        ("Group Relative Policy Optimization", "background/"),
    ],
)
def test_search_finds_by_name_author_title_number_and_method(page: Page, words: str, found: str) -> None:
    assert found in [path.split("#")[0] for path in _found(page, words)[:3]]


def test_nonsense_is_found_nowhere(page: Page) -> None:
    _open(page)
    _type(page, "xqzvwkj")
    page.get_by_text("No matching documents").wait_for()


def test_search_is_opened_used_and_left_by_the_keyboard_and_answers_soon(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    visit(page, address + "reward/")
    page.keyboard.press("/")
    page.wait_for_function("document.activeElement.name === 'query'")
    begun = time.monotonic()
    page.keyboard.type("HiRA")
    page.locator(".md-search-result__item a[href*=jin2025hira]").first.wait_for(timeout=30000)
    assert time.monotonic() - begun < SECONDS_TO_FIRST_RESULT * slowness(page)
    page.keyboard.press("ArrowDown")
    assert "jin2025hira" in page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers/jin2025hira/**")
    settle(page)
    _open(page)
    page.keyboard.press("Escape")
    page.locator("#__search:not(:checked)").wait_for(state="attached")
    page.wait_for_function("document.activeElement.name !== 'query'")
    context.close()
