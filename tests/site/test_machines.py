"""What the built site gives to machines: files that parse, links that lead somewhere, pages that say what they are."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, unquote, urljoin
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from hostile import SUMMARY, TITLE, make_hostile
from support import BookFolder
from survey.catalogue import Catalogue
from survey.chapters import GENERATED

CHAPTERS = (
    "index.md",
    "training.md",
    "reward.md",
    "results/index.md",
    "papers/index.md",
    "glossary.md",
    "bibliography.md",
)
NAMES = ("papers", "benchmarks", "results", "taxonomy")


@pytest.fixture(scope="module")
def files(small_site: BookFolder) -> Path:
    return small_site.root / "site"


def _leads_somewhere(files: Path, page: str, link: str) -> bool:
    """Whether a relative link of a file on the site finds a file there, and in it the place that it names."""
    address, _, fragment = unquote(urljoin(f"/{page}", link)).removeprefix("/").partition("#")
    file = files / (f"{address}index.html" if address == "" or address.endswith("/") else address)
    return file.is_file() and (not fragment or f'id="{fragment}"' in file.read_text("utf-8"))


def _links(markdown: str) -> list[str]:
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in link]


def test_every_generated_file_that_a_chapter_may_link_to_is_there(files: Path) -> None:
    assert [name for name in GENERATED if not (files / name).is_file()] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_published_json_keeps_to_the_published_schema(files: Path, name: str) -> None:
    schema = json.loads((files / f"data/schema/{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert (
        list(Draft202012Validator(schema).iter_errors(json.loads((files / f"data/{name}.json").read_text("utf-8"))))
        == []
    )


def test_the_feed_is_xml_whose_links_lead_to_pages(files: Path) -> None:
    links = [link.text for link in ElementTree.parse(files / "feed.xml").iterfind("./channel/item/link")]
    assert len(links) == 3
    assert all(_leads_somewhere(files, "feed.xml", link) for link in links)


def test_llms_txt_has_its_form_and_its_links_lead_to_files(files: Path) -> None:
    text = (files / "llms.txt").read_text("utf-8")
    assert re.match(r"# .+\n\n> .+\n\n", text)
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert [section.splitlines()[0] for section in sections] == ["Chapters", "Data", "Optional"]
    assert all(
        re.fullmatch(r"- \[[^\]]+\]\([^)]+\)(: .+)?", line)
        for section in sections
        for line in section.splitlines()[1:]
        if line
    )
    links = _links(text)
    assert {*CHAPTERS, "feed.xml", "survey.pdf", "data/papers.json"} <= set(links)
    assert [link for link in links if not _leads_somewhere(files, "llms.txt", link)] == []


@pytest.mark.parametrize("source", CHAPTERS)
class TestChapterAsMarkdown:
    def test_its_links_lead_to_places_of_the_site(self, files: Path, source: str) -> None:
        links = _links((files / source).read_text("utf-8"))
        assert links or source == "glossary.md"
        assert [link for link in links if not _leads_somewhere(files, source, link)] == []

    def test_nothing_raw_is_left_in_it(self, files: Path, source: str) -> None:
        text = (files / source).read_text("utf-8")
        prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.DOTALL | re.MULTILINE)
        for raw in (
            r"\{\{",
            r"\{%",
            r"\[[^\]]*@",
            r"&#?\w+;",
            r"</?[a-z][^:>]*>",
            "[\ue000-\uf8ff]",
            r"\{#",
            "full_bib",
        ):
            assert not re.search(raw, prose), raw


def test_a_page_leads_to_its_markdown_and_to_the_feed(files: Path) -> None:
    page = (files / "reward" / "index.html").read_text("utf-8")
    alternates = dict(re.findall(r'<link rel="alternate ?" type="([^"]+)" href="([^"]+)"', page))
    assert set(alternates) == {"application/rss+xml", "text/markdown"}
    assert all(_leads_somewhere(files, "reward/", link) for link in alternates.values())


def test_a_chapters_references_are_offered_with_title_and_authors(small_site: BookFolder) -> None:
    page = small_site.page("reward")
    listed = re.findall(r'<li id="ref-([^"]+)">(.*?)</li>', page, re.DOTALL)
    assert [key for key, _ in listed] == ["ada2025probe", "ada2025seek"]
    for key, item in listed:
        told = parse_qs(unescape(re.search(r'<span class="Z3988" title="([^"]+)" aria-hidden="true"></span>', item)[1]))
        reference = Catalogue.load(small_site.root).work(key).reference
        assert told.get("rft.atitle", told.get("rft.title")) == [reference.title]
        names = [f"{author.family}, {author.given}" for author in reference.authors]
        assert told.get("rft.au", told.get("rft.creator")) == names


def test_the_list_of_all_works_stays_small(small_site: BookFolder) -> None:
    assert "Z3988" not in small_site.page("bibliography")


def test_every_works_page_is_cited_by_its_title(small_site: BookFolder) -> None:
    for key, work in Catalogue.load(small_site.root).works.items():
        head = small_site.page(f"papers/{key}").partition("</head>")[0]
        assert unescape(re.search(r'<meta name="citation_title" content="([^"]*)">', head)[1]) == work.reference.title
        said = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)[1])
        assert said["name"] == work.reference.title


def test_heads_add_little_to_a_page(small_site: BookFolder) -> None:
    for file in (small_site.root / "site").rglob("index.html"):
        head = file.read_text("utf-8").partition("</head>")[0]
        added = re.findall(
            r'<meta (?:name="(?:citation|DC)|property)[^>]*>|<script type="application/ld.*?</script>', head
        )
        assert sum(map(len, added)) < 3000, file


def test_a_hosted_site_gives_absolute_addresses(book: BookFolder) -> None:
    assert book.run("build", SITE_URL="https://example.org/survey/").returncode == 0
    site = book.root / "site"
    base = "https://example.org/survey/"
    assert f"<link>{base}papers/ada2025probe/</link>" in (site / "feed.xml").read_text("utf-8")
    assert f"]({base}reward.md)" in (site / "llms.txt").read_text("utf-8")
    assert f"]({base}papers/ada2025seek/)" in (site / "reward.md").read_text("utf-8")
    schema = json.loads((site / "data/schema/papers.schema.json").read_text("utf-8"))
    assert schema["$id"] == f"{base}data/schema/papers.schema.json"
    image = re.search(r'<meta property="og:image" content="([^"]+)">', book.page("reward"))[1]
    assert (site / image.removeprefix(base)).is_file()


def test_hostile_data_breaks_no_file_of_the_site(book: BookFolder) -> None:
    make_hostile(book)
    name = "Seek </title><script>alert(2)</script> &lt;script&gt;alert(3)&lt;/script&gt;"
    book.change("docs/data/papers.yml", "name: Seek", f"name: '{name}'")
    done = book.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    titles = [
        title.text for title in ElementTree.parse(book.root / "site" / "feed.xml").iterfind("./channel/item/title")
    ]
    assert TITLE in titles
    for file in (book.root / "site").rglob("*.html"):
        page = re.sub(r'<script type="application/ld\+json">.*?</script>', "", file.read_text("utf-8"), flags=re.DOTALL)
        assert "<script>alert(" not in page and "<img src=x" not in page, file
    page = book.page("papers/ada2025seek")
    said = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(said)["name"] == TITLE
    assert unescape(re.search(r'<meta name="description" content="([^"]*)">', page)[1]) == SUMMARY
    assert unescape(re.search(r'<meta property="og:title" content="([^"]*)">', page)[1]) == name
