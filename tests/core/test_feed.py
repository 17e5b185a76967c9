"""The feed of added works."""

from email.utils import parsedate_to_datetime
from html import unescape
from xml.etree import ElementTree

from hostile import SUMMARY, TITLE, make_hostile
from support import SMALL, BookFolder
from survey import feed as module
from survey.catalogue import Catalogue
from survey.feed import feed
from survey.metadata import Site

HOSTED = Site("A & B", "On <b>", "https://example.org/s/")


def _items(catalogue: Catalogue, site: Site = HOSTED) -> list[dict[str, str]]:
    channel = ElementTree.fromstring(feed(catalogue, site)).find("channel")
    return [{part.tag: part.text or "" for part in item} for item in channel.findall("item")]


def test_the_last_added_comes_first_and_works_of_a_day_by_key() -> None:
    assert [item["guid"] for item in _items(Catalogue.load(SMALL))] == ["ada2025seek", "field2020quiz", "ada2025probe"]


def test_an_item_says_what_was_added_and_when() -> None:
    item = _items(Catalogue.load(SMALL))[-1]
    assert item["title"] == "Probe: Asking the RLAIF Judge Twice"
    assert item["link"] == "https://example.org/s/papers/ada2025probe/"
    assert item["pubDate"] == "Mon, 14 Jul 2025 00:00:00 GMT"
    assert parsedate_to_datetime(item["pubDate"]).date().isoformat() == "2025-07-14"
    assert item["description"] == "Asks a judge twice and keeps the lower score."


def test_hostile_text_stays_text(book: BookFolder) -> None:
    make_hostile(book)
    item = _items(Catalogue.load(book.root))[0]
    assert item["title"] == TITLE
    assert "<" not in item["description"] and unescape(item["description"]) == SUMMARY


def test_without_an_address_links_are_relative_and_the_feed_names_no_own_address() -> None:
    text = feed(Catalogue.load(SMALL), Site("A", "B"))
    assert _items(Catalogue.load(SMALL), Site("A", "B"))[-1]["link"] == "papers/ada2025probe/"
    assert "http:" not in text.replace("http://www.w3.org", "") and "rel=" not in text


def test_the_feed_holds_no_more_than_its_length(monkeypatch) -> None:
    monkeypatch.setattr(module, "LENGTH", 2)
    assert len(_items(Catalogue.load(SMALL))) == 2


def test_the_same_data_gives_the_same_feed() -> None:
    text = feed(Catalogue.load(SMALL), HOSTED)
    assert text == feed(Catalogue.load(SMALL), HOSTED)
    assert "<lastBuildDate>Wed, 23 Jul 2025 00:00:00 GMT</lastBuildDate>" in text
