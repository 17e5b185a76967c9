"""What a page says in its head."""

import json
import re
from html.parser import HTMLParser

import pytest

from hostile import TITLE, make_hostile
from support import SMALL, BookFolder
from survey.check import Book, check
from survey.metadata import Page, Site, head

HOSTED = Site("The Survey", "On asking.", "https://example.org/s/", ("Ida Author",))
WORK = Page("papers/ada2025probe.md", "papers/ada2025probe/", "Probe", "Asks.")
CHAPTER = Page("reward.md", "reward/", "Reward", "Who judges?")


@pytest.fixture(scope="module")
def small() -> Book:
    return check(SMALL)[0]


class Head(HTMLParser):
    """The tags of a head, and the JSON in it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict]] = []
        self.text: list[str] = []
        self.feed(html)
        self.json = json.loads("".join(self.text)) if "".join(self.text).strip() else {}

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def meta(self, name: str) -> list[str]:
        return [
            told["content"]
            for tag, told in self.tags
            if tag == "meta" and name in (told.get("name"), told.get("property"))
        ]


def test_a_works_page_is_cited_as_the_work(small: Book) -> None:
    found = Head(head(small, HOSTED, WORK))
    assert found.meta("citation_title") == ["Probe: Asking the RLAIF Judge Twice"]
    assert found.meta("citation_author") == ["Ada, Anna", "Bell, Boris", "Cole, Chris"]
    assert found.meta("citation_publication_date") == ["2025"] and found.meta("citation_online_date") == ["2025/03/12"]
    assert found.meta("citation_conference_title") == ["Proceedings of the First Workshop on Asking"]
    assert found.meta("citation_arxiv_id") == ["2503.00001"]
    assert found.meta("citation_pdf_url") == ["https://arxiv.org/pdf/2503.00001"]
    assert found.meta("citation_public_url") == ["https://arxiv.org/abs/2503.00001"]
    assert found.meta("DC.type") == []


def test_a_preprint_is_no_article(small: Book) -> None:
    found = Head(head(small, HOSTED, Page("papers/ada2025seek.md", "papers/ada2025seek/", "Seek")))
    assert found.meta("DC.type") == ["preprint"] and found.meta("citation_publisher") == ["arXiv"]
    assert found.meta("citation_publication_date") == ["2025/05/01"] and found.meta("citation_online_date") == []


def test_a_works_page_describes_the_work_to_search_engines(small: Book) -> None:
    said = Head(head(small, HOSTED, WORK)).json
    assert said["@type"] == "ScholarlyArticle" and said["name"] == "Probe: Asking the RLAIF Judge Twice"
    assert [person["name"] for person in said["author"]] == ["Anna Ada", "Boris Bell", "Chris Cole"]
    assert said["identifier"] == ["arXiv:2503.00001"]
    assert said["mainEntityOfPage"] == "https://example.org/s/papers/ada2025probe/"


def test_a_chapter_is_part_of_the_book(small: Book) -> None:
    said = Head(head(small, HOSTED, CHAPTER)).json
    assert said["@type"] == "Chapter" and said["name"] == "Reward" and said["position"] == 2
    assert said["url"] == "https://example.org/s/reward/"
    assert said["isPartOf"] == {"@type": "Book", "name": "The Survey", "url": "https://example.org/s/"}
    assert said["author"] == [{"@type": "Person", "name": "Ida Author"}]


def test_a_chapter_holds_no_tags_of_a_work(small: Book) -> None:
    assert "citation_" not in head(small, HOSTED, CHAPTER)


def test_the_front_page_is_the_book(small: Book) -> None:
    found = Head(head(small, HOSTED, Page("index.md", "", "Home")))
    assert found.json["@type"] == "Book" and found.meta("og:type") == ["website"]
    assert found.meta("og:title") == ["The Survey"] and found.meta("og:description") == ["On asking."]


def test_every_page_leads_to_the_feed_and_a_chapter_to_its_markdown(small: Book) -> None:
    def alternates(page: Page) -> dict[str, str]:
        tags = Head(head(small, HOSTED, page)).tags
        return {told["type"]: told["href"] for tag, told in tags if tag == "link"}

    assert alternates(CHAPTER) == {"application/rss+xml": "../feed.xml", "text/markdown": "../reward.md"}
    assert alternates(WORK) == {"application/rss+xml": "../../feed.xml"}
    assert alternates(Page("papers/index.md", "papers/", "All works"))["text/markdown"] == "../papers/index.md"


@pytest.mark.parametrize("page", [WORK, CHAPTER, Page("index.md", "", "Home")], ids=lambda page: page.source)
def test_without_an_address_nothing_of_this_site_is_absolute(small: Book, page: Page) -> None:
    found = Head(head(small, Site("The Survey", "On asking."), page))
    assert found.meta("og:url") == found.meta("og:image") == []
    assert "mainEntityOfPage" not in found.json and "url" not in found.json.get("isPartOf", {})


def test_hostile_text_ends_neither_attribute_nor_script(book: BookFolder) -> None:
    make_hostile(book)
    page = Page("papers/ada2025seek.md", "papers/ada2025seek/", TITLE, TITLE)
    html = head(check(book.root)[0], HOSTED, page)
    found = Head(html)
    assert {tag for tag, _ in found.tags} == {"link", "meta", "script"}
    assert html.count("</script>") == 1 and html.count("<script") == 1 and "<!--" not in html
    assert " ".join(found.meta("citation_title")[0].split()) == " ".join(TITLE.split())
    assert found.meta("og:title") == [TITLE]
    assert " ".join(found.json["name"].split()) == " ".join(TITLE.split())
    assert found.meta("citation_author")[1] == "O'Quote \" </script> & Sons"
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", html)
