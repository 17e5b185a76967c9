"""The successor: the small book by Zensical, through an adapter of its own."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support import ROOT, BookFolder, copy_book

ZENSICAL = ROOT / "build" / "zensical-env" / "bin" / "zensical"
pytestmark = pytest.mark.skipif(not ZENSICAL.is_file(), reason="make build/zensical-env installs it")


def _build(book: BookFolder) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "hooks" / "successor.py", ZENSICAL, "--root", book.root]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book as Zensical builds it; tests only read it."""
    book = copy_book(tmp_path_factory.mktemp("successor") / "book")
    done = _build(book)
    assert done.returncode == 0, done.stdout + done.stderr
    return book.root / "build" / "zensical" / "site"


def _text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


class _Addresses(HTMLParser):
    """The addresses that a page leads to, and the places in it that can be led to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids |= {value or "" for name, value in attrs if name == "id"}


def test_every_chapter_and_every_work_has_its_page(site: Path) -> None:
    chapters = {"", "training", "reward", "results", "papers", "glossary", "bibliography"}
    works = {f"papers/{key}" for key in ("ada2025probe", "ada2025seek", "field2020quiz")}
    pages = {page.parent.relative_to(site).as_posix() for page in site.rglob("index.html")}
    assert pages >= (chapters - {""}) | works | {".", "results/quiz"}


def test_citations_and_macros_are_in_their_places(site: Path) -> None:
    reward = _text((site / "reward" / "index.html").read_text("utf-8"))
    assert "asks twice (Ada et al., 2025a, sec. 3.2; see Ada et al., 2025b)." in reward
    assert "Table 2.1. Reward: the 2 listed works compared" in reward
    for page in site.rglob("*.html"):
        text = re.sub(r"<code.*?</code>", "", page.read_text("utf-8"), flags=re.DOTALL)
        for raw in ("[@", "{{", "{%", "\\full_bibliography", "arithmatex", *map(chr, range(0xE040, 0xE060))):
            assert raw not in text, f"{raw!r} in {page}"


def test_a_page_has_what_a_hook_would_have_added(site: Path) -> None:
    training = (site / "training" / "index.html").read_text("utf-8")
    assert "<math" in training and "<svg" in training.split('id="fig-timeline"')[1]
    work = (site / "papers" / "ada2025probe" / "index.html").read_text("utf-8")
    assert '<meta name="citation_title"' in work.split("</head>")[0] and "Anna Ada, Boris Bell" in _text(work)
    assert "ada2025probe" in json.loads((site / "references.json").read_text("utf-8"))[0]["id"]
    assert "There is no page at this address." in (site / "404.html").read_text("utf-8")
    assert "[Ada et al., 2025a]" in (site / "reward.md").read_text("utf-8")


def test_every_link_leads_to_a_page_and_to_a_place_on_it(site: Path) -> None:
    pages = {page: _Addresses(page.read_text("utf-8")) for page in site.rglob("index.html")}
    for page, found in pages.items():
        for address in found.addresses:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            file = (page.parent / parts.path).resolve() if parts.path else page
            file = file / "index.html" if file.is_dir() else file
            assert file.is_file(), f"{address} in {page}"
            if parts.fragment and file in pages:
                assert parts.fragment in pages[file].ids, f"{address} in {page}"


def test_the_search_finds_works_by_name(site: Path) -> None:
    found = json.loads((site / "search.json").read_text("utf-8"))["items"]
    titles = {item["location"]: item["title"] for item in found}
    assert titles["papers/ada2025probe/"] == "Probe" and titles["papers/ada2025seek/"] == "Seek"


def test_a_mistake_in_the_book_is_told_before_zensical_starts(book: BookFolder) -> None:
    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    done = _build(book)
    assert done.returncode == 1
    assert "docs/reward.md:8: unknown citation key 'ada2025sekk'; did you mean 'ada2025seek'?" in done.stderr
    assert "Traceback" not in done.stderr and not (book.root / "build").exists()
