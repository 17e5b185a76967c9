"""A book with hostile text in every field, read in a browser: nothing runs, nothing is asked for, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from browsing import serving
from nasty import MARK, SHOWN, keys, make_nasty, shown_title
from support import BookFolder, copy_book

NAME = f'A </title><script>{MARK}</script> "Book" & \'more\' [@x] {{{{ 7*7 }}}} #eval("1") $x$ *y* &lt;b&gt;'
AUTHORS = [f'Ada "><img src=x onerror={MARK}>', 'O\'Quote "x" \\ #1']


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    """The book, built with its PDF."""
    book = copy_book(tmp_path_factory.mktemp("hostile") / "book")
    make_nasty(book)
    settings = re.sub(r"site_name: .*", lambda _: f"site_name: {json.dumps(NAME)}", book.read("mkdocs.yml"))
    settings = re.sub(
        r"site_description: >-\n(  .*\n)+",
        lambda _: f"site_description: {json.dumps(SHOWN['an attribute'])}\n",
        settings,
    )
    settings = settings.replace("authors: []", f"authors: {json.dumps(AUTHORS)}")
    settings = settings.replace("short_name: RL for Deep Research", f"short_name: {json.dumps(NAME[:30])}")
    settings = settings.replace("nav:\n  - index.md", f"nav:\n  - {json.dumps(SHOWN['a script'])}: index.md")
    book.write("mkdocs.yml", settings)
    book.change("docs/reward.md", "title: Reward", f"title: {json.dumps(SHOWN['the end of a title'])}")
    book.change("docs/reward.md", "description: Who judges?", f"description: {json.dumps(SHOWN['an attribute'])}")
    done = book.run("build", SITE_URL="https://example.org/book/")
    assert done.returncode == 0, done.stdout + done.stderr
    return book


@pytest.fixture(scope="module")
def origin(nasty: BookFolder) -> Iterator[str]:
    with serving(nasty.root / "site") as address:
        yield address


class Watch:
    """A page, and everything in it that should not be."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.faults: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("response", lambda told: self.faults.append(f"{told.status} {told.url}") if told.status > 399 else None)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.origin, "blob:")):
            self.faults.append(f"asked for {url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path, wait_until="load")
        self.look(path)
        return self.page

    def look(self, where: str) -> None:
        """Note what runs in the page, or would if it were clicked."""
        self.faults += [f"{where}: {fault}" for fault in self.page.evaluate(LOOK)]


LOOK = """() => [
  window.pwned !== undefined && "ran",
  ...[...document.querySelectorAll("*")].flatMap(element => [
    ...element.getAttributeNames().filter(name => /^on/i.test(name)).map(name => `${element.tagName} ${name}`),
    ...["href", "src", "action", "formaction", "xlink:href", "data", "srcdoc"].map(name => element.getAttribute(name))
      .filter(value => /^[\\s\\x00-\\x1f]*(javascript|data:text|vbscript)/i.test(value ?? "")),
    element.tagName === "SCRIPT" && element.type !== "application/ld+json" && element.type !== "application/json"
      && !element.src && !/__md_|^document\\.|^var /.test(element.textContent.trim())
      && element.textContent.slice(0, 80),
    /^(IFRAME|OBJECT|EMBED|BASE|FORM|VIDEO|AUDIO)$/.test(element.tagName)
      && !element.matches(".md-search__form, .md-header__option, dialog form")
      && element.outerHTML.slice(0, 80),
  ]),
].filter(Boolean)"""


@pytest.fixture(scope="module")
def watch(browser: Browser, origin: str) -> Iterator[Watch]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(5000)
    context.route("**/*.woff2", lambda route: route.abort())  # they take time and tell nothing here
    yield Watch(context.new_page(), origin)
    context.close()


def squeezed(text: str) -> str:
    return " ".join(text.split())


DANGEROUS = [text for text in SHOWN.values() if re.search(r"[<&]|javascript", text)]


@pytest.fixture(autouse=True)
def _nothing_runs(watch: Watch) -> Iterator[None]:
    watch.faults.clear()
    yield
    watch.look("at the end")
    assert watch.faults == []


def test_every_page_shows_the_texts(nasty: BookFolder) -> None:
    lost = []
    for key, text in keys().items():
        for path, times in ((f"papers/{key}", 15), (f"results/{key}", 8)):
            shown = _Text(nasty.page(path)).text
            if shown.count(squeezed(text)) < times or path.startswith("papers") and shown_title(text) not in shown:
                lost.append((path, shown.count(squeezed(text)), text[:60]))
    for path in ("reward", "papers", "glossary"):
        shown = _Text(nasty.page(path)).text
        lost += [(path, name) for name, text in SHOWN.items() if squeezed(text) not in shown]
    shown = letters(_Text(nasty.page("bibliography")).text)  # pandoc sets quotes and dashes
    lost += [("bibliography", name) for name, text in SHOWN.items() if letters(shown_title(text)) not in shown]
    assert lost == []


class _Text(HTMLParser):
    """What a page shows in its middle."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._parts: list[str] = []
        self.feed(html[html.index("<article") : html.rindex("</article>")])
        self.text = squeezed("".join(self._parts))

    def handle_data(self, data: str) -> None:
        self._parts.append(data)


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def test_no_page_runs_them(watch: Watch) -> None:
    for key, text in keys().items():
        if text in DANGEROUS:
            watch.open(f"papers/{key}/")
            watch.open(f"results/{key}/")
    for path in ("", "training/", "reward/", "results/", "papers/", "glossary/", "bibliography/"):
        watch.open(path)


def test_the_name_of_the_book_is_text_in_every_place(watch: Watch) -> None:
    page = watch.open("training/")
    assert page.title() == f"Training - {NAME}"
    assert page.locator(".md-header .name").text_content() == NAME
    assert page.locator(".md-header__button.md-logo").get_attribute("aria-label") == NAME
    titles = page.locator(".md-nav--primary .md-nav__item").all_text_contents()
    assert any(SHOWN["a script"] in title for title in titles)
    page = watch.open("reward/")
    assert page.title() == f"{SHOWN['the end of a title']} - {NAME}"
    assert page.locator('meta[name="description"]').get_attribute("content") == SHOWN["an attribute"]
    page = watch.open("")
    said = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    assert (said["name"], [author["name"] for author in said["author"]]) == (NAME, AUTHORS)


def test_the_table_of_all_works_finds_shows_and_filters_them_as_text(watch: Watch) -> None:
    page = watch.open("papers/")
    search, names = page.locator("#works-text"), page.locator("tbody th a")
    for text in SHOWN.values():
        search.fill(squeezed(text)[:60])
        assert any(squeezed(text) in squeezed(name) for name in names.all_text_contents()), text[:60]
    search.fill("")
    for summary in page.locator(".filters .bar > button").all():
        summary.click()
        for box in page.locator("fieldset:not([hidden]) label:not([hidden]) input").all()[:3]:
            box.check()
    watch.look("with filters")
    page.goto(
        page.url.partition("?")[0]
        + f"?text=<img src=x onerror={MARK}>&kind=constructor&learning=__proto__&sort=toString&columns=valueOf"
    )
    assert page.locator(".chips").text_content() == "Kind: constructor ×Learning: __proto__ ×Clear all"
    assert search.input_value() == f"<img src=x onerror={MARK}>"


def test_what_is_exported_from_it_is_whole_and_no_formula(watch: Watch) -> None:
    page = watch.open("papers/")
    told = {}
    for name in ("BibTeX", "RIS", "CSV", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        told[name] = download.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told["CSV"], newline="")))
    works = {row["Key"]: row for row in rows}
    assert len(rows) == 3 + len(SHOWN)
    for key, text in keys().items():
        assert works[key]["Work"] == ("'" if text[0] in "=+-@" else "") + squeezed(text)
    assert {work["key"] for work in json.loads(told["JSON"])} == works.keys()
    assert told["BibTeX"].count("\n@") == 2 + len(SHOWN)
    assert len(re.findall(r"^ID  - ", told["RIS"], re.MULTILINE)) == 3 + len(SHOWN)


def test_cards_on_citations_links_and_marks_hold_text(watch: Watch) -> None:
    page = watch.open("reward/")
    for link in page.locator("article a.citation").all()[:30:5] + page.locator("article a[title*='<']").all()[:12:3]:
        link.scroll_into_view_if_needed()
        link.hover()
        page.wait_for_timeout(300)
        watch.look("with a card")
    page = watch.open("training/")
    for mark in page.locator("figure.drawing svg a").all()[:20]:
        mark.focus()
    watch.look("with marks")


def test_a_title_that_the_theme_may_show_on_hover_holds_no_html_on_any_page(nasty: BookFolder) -> None:
    titles = [
        (page, unescape(title))
        for page in (nasty.root / "site").rglob("*.html")
        for title in re.findall(r'<a\b[^<>]* title="([^"]*)"', page.read_text("utf-8").partition("<article")[2])
    ]
    assert len({page for page, title in titles if "script" in title}) > 3
    assert [told for told in titles if re.search(r"<[A-Za-z/!?]", told[1])] == []


@pytest.mark.parametrize("text", DANGEROUS[:8])
def test_the_search_shows_names_as_text(watch: Watch, text: str) -> None:
    page = watch.open("training/")
    page.locator("input[name=query]").click()
    page.get_by_text("Type to start searching").wait_for()
    words = re.findall(r"\w+", text)
    page.locator("input[name=query]").fill(" ".join(words[:4]))
    page.keyboard.press("End")  # the theme reads the field when a key is released
    page.locator(".md-search-result__link").first.wait_for()
    watch.look("with results")
    shown = page.locator(".md-search-result__item").all_text_contents()
    assert any(letters(text)[:40] in letters(found) for found in shown)
    page.locator("input[name=query]").fill(text[:60])
    page.keyboard.press("End")
    page.wait_for_timeout(200)


def test_what_is_copied_is_the_text_itself(watch: Watch) -> None:
    key, text = next((key, text) for key, text in keys().items() if text == SHOWN["a script"])
    page = watch.open(f"papers/{key}/")
    page.locator(".md-clipboard, .md-code__button[title*=Copy]").first.click()
    assert f"title = {{{text}}}" in page.evaluate("navigator.clipboard.readText()")
    page = watch.open("reward/")
    page.locator("a.cite").first.click()
    assert NAME in (page.locator(".citation-dialog .text").text_content() or "")


def test_the_feed_and_the_files_for_programs_hold_them(nasty: BookFolder) -> None:
    site = nasty.root / "site"
    feed = ElementTree.parse(site / "feed.xml")
    items = {item.findtext("guid"): item for item in feed.iterfind("./channel/item")}
    assert feed.findtext("./channel/title") == f"{NAME}: added works"
    titles = {item["id"]: item["title"] for item in json.loads((site / "references.json").read_text("utf-8"))}
    ris = (site / "references.ris").read_bytes().decode().split("\r\n\r\n")
    named = {record.partition("ID  - ")[2].partition("\r\n")[0]: record for record in ris}
    for key, text in keys().items():
        assert titles[key] == shown_title(text) and f"TI  - {shown_title(text)}\r\n" in named[key]
        if key in items:
            assert items[key].findtext("title") == shown_title(text)
            assert unescape(items[key].findtext("description") or "") == squeezed(text)
    for file in site.rglob("*.json"):
        json.loads(file.read_text("utf-8"))


def test_the_pdf_holds_them(nasty: BookFolder) -> None:
    read = PdfReader(nasty.root / "site" / "survey.pdf")
    assert read.metadata is not None and read.metadata.title == NAME
    lost, told = {name: letters(text) for name, text in SHOWN.items() if text.isascii()}, ""
    for page in read.pages:  # until all are found: to read a page takes a while
        told += letters(page.extract_text()) if lost else ""
        lost = {name: text for name, text in lost.items() if text not in told}
    assert lost == {}
