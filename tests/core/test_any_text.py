"""Any text in any field: a located problem or the same text in every format, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import markdown
import pypandoc
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nasty import SHOWN, fill
from support import ROOT, BookFolder, copy_book
from survey.bibtex import plain
from survey.catalogue import BENCHMARKS, BIB, PAPERS, RESULTS, Catalogue
from survey.characters import blank_unseen, unseen, without_unseen
from survey.coins import coins
from survey.draft import Draft, bibtex, latex, stub
from survey.exports import csl, ris
from survey.feed import feed
from survey.insertion import BIB_START, YAML_START, insert
from survey.markdown import escape
from survey.medium import Screen
from survey.metadata import Site
from survey.models import Benchmark, Paper, Result
from survey.pages import work_page
from survey.plain import without_html
from survey.tidy import tidied

SIGNS = st.sampled_from("\\`*_{}[]<>#|$@~^&\"'!?()+-=:;.,%/0123456789 \n\tabcXYZäß—\u05d0\u0301\U0001f600")
PIECES = st.sampled_from(
    [*(text for text in SHOWN.values() if len(text) < 100), "{{", "}}", "]]>", "</", "[@", "](", "&#", "---"]
)
ANY = st.one_of(st.text(max_size=40), st.text(SIGNS, max_size=60), st.lists(PIECES, max_size=4).map(" ".join))
SEEN = ANY.map(without_unseen).map(lambda text: " ".join(text.split())).filter(bool)
quick = settings(
    derandomize=True, max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
few = settings(quick, max_examples=40)
OPTIONS = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), yaml.BaseLoader)["markdown_extensions"]
CONVERTER = markdown.Markdown(
    extensions=[name if isinstance(name, str) else next(iter(name)) for name in OPTIONS],
    extension_configs={"pymdownx.arithmatex": {"generic": True}},
)


class _Read(HTMLParser):
    """The text of HTML, and its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.elements = "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.elements.append((tag, *attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def folder() -> BookFolder:
    """A book of which every example breaks the same fields again."""
    with tempfile.TemporaryDirectory() as name:
        yield copy_book(Path(name) / "book")


@quick
@given(ANY)
def test_what_is_unseen_is_found_wherever_it_is_taken_out(text: str) -> None:
    assert bool(list(unseen(text))) == (blank_unseen(text, "") != text)
    assert not list(unseen(without_unseen(text))) and len(blank_unseen(text)) == len(text)


@quick
@given(SEEN)
def test_markdown_shows_a_text_as_it_is(text: str) -> None:
    for before, wanted in (("", ["p"]), ("x ", ["p"]), ("- ", ["ul", "li"]), ("# ", ["h1"])):
        html = CONVERTER.reset().convert(before + escape(text))
        read = _Read(re.sub(r'<a class="headerlink".*?</a>', "", html))
        assert " ".join(read.text.split()) == f"{before.strip('-# ')} {text}".strip()
        assert [element[0] for element in read.elements] == wanted


@quick
@given(SEEN)
def test_plain_markdown_shows_a_text_as_it_is(text: str) -> None:
    assert unescape(re.sub(r"\\([^A-Za-z0-9\s])", r"\1", without_html(escape(text))).strip()) in (text, unescape(text))


def test_pandoc_shows_texts_as_they_are() -> None:
    texts = [
        *(" ".join(text.split()) for text in SHOWN.values()),
        "i. x",
        "a) x",
        "(1) x",
        "A. x",
        "---",
        "===",
        "%",
        "1. x",
    ]
    source = "\n\n".join(f"::: {{#t{number}}}\n{escape(text)}\n:::" for number, text in enumerate(texts))
    html = pypandoc.convert_text(source, "html", "markdown-smart-tex_math_single_backslash", extra_args=["--wrap=none"])
    found = re.findall(r'<div id="t\d+">(.*?)</div>', html, re.DOTALL)
    assert [" ".join(_Read(part).text.split()) for part in found] == texts
    assert {element[0] for part in found for element in _Read(part).elements} == {"p"}


@few
@given(text=ANY, other=ANY)
def test_any_text_in_any_field_is_a_problem_or_a_book(folder: BookFolder, text: str, other: str) -> None:
    papers = yaml.safe_load((ROOT / "tests/book" / PAPERS).read_text("utf-8"))
    papers["ada2025seek"] = fill(papers["ada2025seek"] | {"base_models": ["Small-7B"]}, Paper, text)
    benchmarks = yaml.safe_load((ROOT / "tests/book" / BENCHMARKS).read_text("utf-8"))
    fill(benchmarks["quiz"], Benchmark, other)
    rows = yaml.safe_load((ROOT / "tests/book" / RESULTS).read_text("utf-8"))
    fill(rows["results"][3], Result, text)
    for path, data in ((PAPERS, papers), (BENCHMARKS, benchmarks), (RESULTS, rows)):
        (folder.root / path).write_bytes(yaml.safe_dump(data, allow_unicode=False).encode())
    raw = (ROOT / "tests/book" / BIB).read_text("utf-8").replace("{{Seek}: A Second Look}", f"{{{other}}}")
    (folder.root / BIB).write_bytes(raw.encode("utf-8", "surrogatepass"))
    found, problems = Catalogue.read(folder.root)
    assert all(re.fullmatch(r"[\w./-]+:\d+: \S[^\n]*", str(problem)) for problem in problems)
    if problems:
        return
    work = found.works["ada2025seek"]
    page = work_page(found, work, (), (), Screen("papers/ada2025seek.md", numbered=False))
    read = _Read(CONVERTER.reset().convert(page.partition("\n---\n")[2]))
    assert squeezed(text) in squeezed(read.text)
    assert {element[0] for element in read.elements} <= ELEMENTS
    assert not any(name.startswith("on") for element in read.elements for name, _ in element[1:])
    assert json.loads(json.dumps(csl(work.reference)))["title"] == plain(other)
    assert ris(work.reference).endswith("ER  - \r\n\r\n") and ris(work.reference).count("\r\n") == ris(
        work.reference
    ).count("\n")
    assert _Read(coins(work.reference)).elements[0][0] == "span"
    items = ElementTree.fromstring(feed(found, Site(text, other)).partition("\n")[2]).iterfind("./channel/item")
    assert plain(other) in [item.findtext("title") for item in items]


ELEMENTS = frozenset(
    "h1 h2 h3 p strong em a ul li div span table thead tbody tr th td figure figcaption code pre br input label".split()
)


def squeezed(text: str) -> str:
    return " ".join(text.split())


@quick
@given(SEEN)
def test_a_title_comes_back_from_bibtex_as_it_was_written(text: str) -> None:
    shown = plain(latex(text))
    assert plain(latex(shown)) == shown


@few
@given(title=SEEN.filter(lambda text: plain(latex(text))), given=SEEN, family=SEEN)
def test_a_new_entry_leaves_all_others_as_they_are(folder: BookFolder, title: str, given: str, family: str) -> None:
    before = {path: (ROOT / "tests/book" / path).read_text("utf-8") for path in (BIB, PAPERS)}
    draft = Draft(title, (f"{family}, {given}",), "2025", arxiv="2501.00001", published=dt.date(2025, 1, 2))
    for path, start, entry in (
        (BIB, BIB_START, bibtex(draft, "bell2025x")),
        (PAPERS, YAML_START, stub(draft, "bell2025x", ["reward"], "method", title, dt.date(2025, 1, 2))),
    ):
        after = insert(before[path], start, "bell2025x", entry)
        assert after.replace(entry.strip("\n") + "\n\n", "", 1) == before[path]
        if path == PAPERS:
            told, was = yaml.safe_load(after), yaml.safe_load(before[path])
            assert told.pop("bell2025x")["name"] == title and told == was


@quick
@given(
    st.lists(
        st.one_of(SIGNS, PIECES, st.sampled_from(["  \n", "```\n", "@misc{b,\n", "a: 1\n", "  title = {x},\n"])),
        max_size=12,
    )
)
def test_what_is_tidied_stays_as_it_is_and_says_the_same(parts: list[str]) -> None:
    text = "".join(parts)
    for path in (BIB, PAPERS, "docs/x.md"):
        once = tidied(path, text)
        assert tidied(path, once) == once
        assert "".join(sorted(once.split())) == "".join(sorted(text.split()))
