"""What a reader does on the page of all works."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page
from pybtex.database.input.bibtex import Parser

from browsing import SLOW, slowness, typing_delay

# Which agents use step-level rewards on the live web and have code?
QUESTION = "papers/?kind=method&rewards=step&environments=live-web&released=released-code"


@pytest.fixture(scope="module")
def works(site: Path) -> list[dict]:
    return json.loads((site / "data" / "works.json").read_text("utf-8"))["works"]


@pytest.fixture(scope="module")
def answer(works: list[dict]) -> set[str]:
    """The keys of the works that answer the question, counted without the page."""
    found = {
        work["key"]
        for work in works
        if work["kind"] == ["method"]
        and "step" in (work["rewards"] or ())
        and "live-web" in (work["environments"] or ())
        and "code" in work
    }
    assert 0 < len(found) < 20
    return found


def _open(reader, path: str = "papers/") -> Page:
    page = reader.page
    page.goto(reader.address + path)
    page.wait_for_selector(".explorer")
    return page


def _names(page: Page) -> list[str]:
    return page.locator("table.works tbody th a").all_inner_texts()


def _keys(page: Page) -> set[str]:
    """The keys of all works that were found."""
    while page.locator("#tbl-works > .more").is_visible():
        page.locator("#tbl-works > .more").click()
    links = page.locator("table.works tbody th a")
    return {address.removesuffix("/") for address in links.evaluate_all("all => all.map(a => a.getAttribute('href'))")}


def _facet(page: Page, label: str) -> None:
    """Unfold the choices of an attribute."""
    if page.locator(".filters summary").is_visible() and not page.locator(".filters .bar").is_visible():
        page.locator(".filters summary").click()
    page.locator(".bar button", has_text=re.compile(rf"^{label}( \(\d+\))?$")).click()


def _choose(page: Page, label: str, value: str) -> None:
    _facet(page, label)
    page.get_by_role("checkbox", name=re.compile(rf"^{value} [\d,]+$")).check()


def _count(page: Page, value: str) -> int:
    label = page.locator(".choices:visible label", has_text=re.compile(rf"^\s*{value} [\d,]+$"))
    return int(label.locator(".count").inner_text().replace(",", ""))


def _export(page: Page, label: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    return Path(download.value.path()).read_bytes()


def test_a_reader_finds_agents_with_step_rewards_on_the_live_web_and_code(reader, answer: set[str]) -> None:
    page = _open(reader)
    _choose(page, "Kind", "Method")
    _choose(page, "Reward given for", "step")
    _choose(page, "Environment", "live web")
    _choose(page, "Released", "code")
    assert _keys(page) == answer
    assert page.get_by_role("status").inner_text().startswith(f"{len(answer)} of ")
    query = parse_qsl(urlsplit(page.url).query)
    assert query == parse_qsl(urlsplit(QUESTION).query)
    assert reader.errors == []


def test_a_shared_address_shows_the_same_view(reader, answer: set[str]) -> None:
    page = _open(reader, f"{QUESTION}&sort=-date&columns=date&columns=code")
    assert _keys(page) == answer
    heads = page.locator("thead th:visible").all_inner_texts()
    assert heads == ["Work", "First public", "Code"]
    dates = page.locator("tbody td.date").all_inner_texts()
    assert dates == sorted(dates, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text() == "First public"


def test_a_figure_may_link_with_the_name_of_an_attribute_in_the_singular(reader, works: list[dict]) -> None:
    page = _open(reader, "papers/?axis=reward&algorithm=grpo")
    assert _keys(page) == {
        work["key"] for work in works if "reward" in work["axis"] and "grpo" in (work.get("algorithms") or ())
    }


def test_a_value_that_does_not_exist_is_shown_and_can_be_removed(reader, works: list[dict]) -> None:
    page = _open(reader, "papers/?axis=%3Cimg src=x onerror=alert(1)%3E")
    assert page.get_by_role("status").inner_text().startswith("0 of ")
    page.get_by_role("button", name="Remove Axis: <img src=x onerror=alert(1)>").click()
    assert page.get_by_role("status").inner_text().startswith(f"{len(works)} of ")
    assert reader.errors == []


@pytest.mark.parametrize(
    "words", ["hira", "Decoupled Planning and Execution", "2507.02652", "jin hira", "jiajie  HIERARCHICAL"]
)
def test_text_finds_a_work_by_name_old_title_number_and_author(reader, words: str) -> None:
    page = _open(reader)
    page.get_by_role("searchbox").fill(words)
    assert "jin2025hira" in _keys(page)
    assert len(_keys(page)) < 5


def test_text_is_found_without_accents_and_by_venue(reader) -> None:
    page = _open(reader, "papers/?text=arik")
    assert "Search-R1" in _names(page)
    page.get_by_role("searchbox").fill("sercan arık colm")
    assert "Search-R1" in _names(page)


def test_several_values_of_one_attribute_add_and_of_two_restrict(reader) -> None:
    page = _open(reader, "papers/?algorithms=ppo")
    ppo = _keys(page)
    page.goto(reader.address + "papers/?algorithms=ppo&algorithms=grpo")
    page.wait_for_selector(".explorer")
    both = _keys(page)
    assert ppo < both
    page.goto(reader.address + "papers/?algorithms=ppo&algorithms=grpo&tools=code")
    page.wait_for_selector(".explorer")
    assert _keys(page) < both


def test_counts_follow_the_other_filters_but_not_their_own(reader, works: list[dict]) -> None:
    page = _open(reader, "papers/?learning=online-rl&rewards=step")
    _facet(page, "Reward given for")
    online = [work for work in works if work.get("learning") == ["online-rl"]]
    assert _count(page, "outcome") == sum("outcome" in (work["rewards"] or ()) for work in online)
    _facet(page, "Algorithm")
    step = [work for work in online if "step" in (work["rewards"] or ())]
    assert _count(page, "GRPO") == sum("grpo" in (work["algorithms"] or ()) for work in step)


def test_not_reported_is_neither_none_nor_beside_the_point(reader, works: list[dict]) -> None:
    for value, wanted in (("not-reported", None), ("none", [])):
        page = _open(reader, f"papers/?rewards={value}")
        expected = {work["key"] for work in works if "rewards" in work and work["rewards"] == wanted}
        assert expected and _keys(page) == expected
        assert set(page.locator("tbody td.rewards").all_inner_texts()) == {value.replace("-", " ")}
    page = _open(reader, "papers/?kind=survey")
    assert set(page.locator("tbody td.rewards").all_inner_texts()) == {"–"}


def test_every_column_sorts_both_ways_with_what_is_unknown_last(reader) -> None:
    page = _open(reader, "papers/?kind=method")
    for column in page.locator("thead th:visible").all():
        name = column.get_attribute("class")
        for order in ("ascending", "descending"):
            if column.get_attribute("aria-sort") != order:
                column.get_by_role("button").click()
            assert column.get_attribute("aria-sort") == order
            assert page.locator("thead [aria-sort=ascending], thead [aria-sort=descending]").count() == 1
            cells = page.locator(f"tbody .{name}").all_inner_texts()
            unknown = [text in ("not reported", "–") for text in cells]
            assert unknown == sorted(unknown), name


def test_a_hidden_column_is_gone_from_heads_and_rows(reader) -> None:
    page = _open(reader)
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Kind", exact=True).uncheck()
    assert page.locator("thead th.kind").is_hidden() and page.locator("tbody td.kind").count() == 0
    assert page.locator("tbody tr").first.locator("th, td").count() == page.locator("thead th:visible").count()
    page.reload()
    page.wait_for_selector(".explorer")
    assert page.locator("thead th.kind").is_hidden()


def test_the_back_button_takes_back_one_step_and_typing_is_one_step(reader) -> None:
    page = _open(reader)
    everything = page.get_by_role("status").inner_text()
    page.get_by_role("searchbox").press_sequentially("search")
    _choose(page, "Kind", "Survey")
    page.go_back()
    assert page.get_by_role("searchbox").input_value() == "search"
    assert page.locator(".chips li").all_inner_texts() == ["Clear all"]
    page.go_back()
    assert page.get_by_role("searchbox").input_value() == ""
    assert page.get_by_role("status").inner_text() == everything


def test_the_rest_of_the_rows_comes_on_request(reader, works: list[dict]) -> None:
    page = _open(reader)
    more = page.get_by_role("button", name=re.compile(r"^Show \d+ more of "))
    shown = page.locator("tbody tr").count()
    assert shown < len(works)
    while more.is_visible():
        more.focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.closest('tr')?.rowIndex") == shown + 1
        shown = page.locator("tbody tr").count()
    assert _keys(page) == {work["key"] for work in works}


def test_the_selection_as_bibtex(reader, answer: set[str]) -> None:
    text = _export(_open(reader, QUESTION), "BibTeX").decode()
    assert set(Parser().parse_string(text).entries) == answer


def test_the_selection_as_ris(reader, answer: set[str]) -> None:
    text = _export(_open(reader, QUESTION), "RIS").decode()
    lines = text.split("\r\n")
    assert {line[6:] for line in lines if line.startswith("ID  - ")} == answer
    assert lines.count("ER  - ") == len(answer) == sum(line.startswith("TY  - ") for line in lines)


def test_the_selection_as_csv_in_the_order_of_the_table(reader, answer: set[str]) -> None:
    page = _open(reader, f"{QUESTION}&sort=-date")
    names = _names(page)
    rows = list(csv.DictReader(io.StringIO(_export(page, "CSV").decode("utf-8-sig"), newline="")))
    assert [row["Work"] for row in rows] == names
    assert {row["Key"] for row in rows} == answer
    assert all("step" in row["Reward given for"] and row["Code"].startswith("https://") for row in rows)


def test_the_selection_as_json(reader, answer: set[str], works: list[dict]) -> None:
    told = json.loads(_export(_open(reader, QUESTION), "JSON"))
    assert {work["key"] for work in told} == answer
    assert all(work in works for work in told)


def test_a_hostile_work_is_text_on_the_page_and_in_a_spreadsheet(reader, site: Path, works: list[dict]) -> None:
    told = json.loads((site / "data" / "works.json").read_text("utf-8"))
    evil = '=HYPERLINK("https://evil.example","x")<img src=x onerror=window.hit=1>'
    told["works"] = [
        {**works[0], "name": evil, "title": f"-{evil}", "authors": ["@SUM(A1)"], "code": "javascript:window.hit=1"}
    ]
    page = reader.page
    page.route("**/data/works.json", lambda route: route.fulfill(json=told))
    _open(reader)
    assert _names(page) == [evil]
    assert page.locator("table.works img").count() == 0 and page.locator("td.code a").count() == 0
    assert page.evaluate("window.hit") is None
    (row,) = csv.DictReader(io.StringIO(_export(page, "CSV").decode("utf-8-sig"), newline=""))
    assert (row["Work"], row["Title"], row["Authors"]) == (f"'{evil}", f"'-{evil}", "'@SUM(A1)")


def test_the_keyboard_alone_filters_sorts_and_exports(reader, answer: set[str]) -> None:
    page = _open(reader)
    keys = page.keyboard

    def tab_to(selector: str) -> None:
        for _ in range(200):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            keys.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab")

    tab_to("#works-text")
    keys.type("step")
    if page.locator(".filters summary").is_visible():
        tab_to(".filters summary")
        keys.press("Enter")
    tab_to(".bar button")
    keys.press("Enter")
    tab_to(".choices input")
    keys.press("Space")
    assert page.locator(".chips li").count() == 2
    keys.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    tab_to(".tools [role=group] button")
    with page.expect_download():
        keys.press("Enter")
    tab_to("thead button")
    keys.press("Enter")
    assert page.locator("thead th.name").get_attribute("aria-sort") == "descending"
    assert page.evaluate("document.activeElement.matches('thead button')")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_nothing_found_is_said_and_can_be_cleared(reader) -> None:
    page = _open(reader, "papers/?text=zzzzzz")
    assert page.get_by_role("status").inner_text().startswith("0 of ")
    page.get_by_role("button", name="Clear all").click()
    assert page.locator("tbody tr").count() > 10
    assert page.evaluate("document.activeElement.id") == "works-text"


def test_without_javascript_the_plain_table_stands_and_no_dead_control(plain_reader, works: list[dict]) -> None:
    page = plain_reader.open("papers/")
    assert page.locator("#tbl-works tbody tr").count() == len(works)
    assert page.locator("article :is(button, input, select)").count() == 0


def test_if_the_list_cannot_be_had_the_plain_table_stays(reader, works: list[dict]) -> None:
    reader.page.route("**/data/works.json", lambda route: route.abort())
    page = reader.open("papers/")
    assert page.locator("#tbl-works tbody tr").count() == len(works)
    assert page.locator("article :is(button, input, select)").count() == 0


def test_only_the_page_of_all_works_loads_the_explorer(reader) -> None:
    reader.open("reward/")
    assert [url for url in reader.requests if "explorer" in url or "table-core" in url or "works.json" in url] == []


def test_the_page_fits_the_window_with_choices_unfolded(reader) -> None:
    page = _open(reader)
    _choose(page, "Training data", "HotpotQA")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_controls_and_cells_are_readable_in_both_colour_schemes(browser: Browser, address: str) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(address + "papers/?kind=method")
        page.wait_for_selector("table.works .unreported")
        page.locator(".bar button").first.click()
        ratio = page.evaluate("""() => {
            const light = colour => {
                const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
                    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const back = light(getComputedStyle(document.body).backgroundColor);
            return Math.min(...['.title', '.unreported', 'tbody a', 'thead button', '.explorer .count', '.bar button',
                '.explorer > label', '.status'].map(selector => {
                const ink = light(getComputedStyle(document.querySelector(`#tbl-works ${selector}`)).color);
                return (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05);
            }));
        }""")
        assert ratio >= 4.5, (scheme, ratio)
        context.close()


def test_five_thousand_works_answer_within_a_tenth_of_a_second(browser: Browser, address: str, site: Path) -> None:
    told = json.loads((site / "data" / "works.json").read_text("utf-8"))
    told["works"] = [
        {**work, "key": f"{work['key']}{copy}", "name": f"{work['name']} {copy}"}
        for copy in range(5000 // len(told["works"]) + 1)
        for work in told["works"]
    ][:5000]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(SLOW)
    page.route("**/data/works.json", lambda route: route.fulfill(json=told))
    page.goto(address + "papers/")
    page.wait_for_selector(".explorer")
    assert page.get_by_role("status").inner_text() == "5,000 of 5,000 works"
    assert page.locator("tbody tr").count() <= 100
    page.get_by_role("searchbox").focus()

    # Other work on the machine makes a round slower, never quicker; a slow machine gets as much longer as it is slower.
    assert any(typing_delay(page) < 100 * slowness(page) for _ in range(5))
    context.close()
