"""References as COinS, read back as Zotero reads them."""

from html.parser import HTMLParser
from urllib.parse import parse_qs

import pytest

from hostile import TITLE, make_hostile
from support import SMALL, BookFolder
from survey.bibtex import read_bibtex
from survey.catalogue import Catalogue
from survey.coins import coins


def read(html: str) -> dict[str, list[str]]:
    """The one span in the HTML, decoded."""
    found: list[dict] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append({"tag": tag, **dict(attributes)})
    parser.feed(html)
    assert [(span["tag"], span["class"], span["aria-hidden"]) for span in found] == [("span", "Z3988", "true")]
    return parse_qs(found[0]["title"], strict_parsing=True)


def test_a_conference_paper_keeps_title_authors_and_proceedings() -> None:
    told = read(coins(Catalogue.load(SMALL).work("ada2025probe").reference))
    assert told["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:book"] and told["rft.genre"] == ["proceeding"]
    assert told["rft.atitle"] == ["Probe: Asking the RLAIF Judge Twice"]
    assert told["rft.au"] == ["Ada, Anna", "Bell, Boris", "Cole, Chris"]
    assert told["rft.btitle"] == ["Proceedings of the First Workshop on Asking"]
    assert told["rft.date"] == ["2025"] and told["rft_id"] == ["https://arxiv.org/abs/2503.00001"]


def test_a_preprint_is_one_and_has_its_day() -> None:
    told = read(coins(Catalogue.load(SMALL).work("ada2025seek").reference))
    assert told["rft_val_fmt"] == ["info:ofi/fmt:kev:mtx:dc"] and told["rft.type"] == ["preprint"]
    assert told["rft.title"] == ["Seek: A Second Look"] and told["rft.date"] == ["2025-05-01"]
    assert told["rft.creator"] == ["Ada, Anna", "Dunn, Dora", "Esch, Eva"]


def test_a_web_page_is_one() -> None:
    told = read(coins(Catalogue.load(SMALL).work("field2020quiz").reference))
    assert told["rft.type"] == ["webpage"] and told["rft.title"] == ["Quiz: Questions with Ümläuts"]
    assert told["rft.creator"] == ["Field, Fay", "Gödel, Gus"]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "@article{x, title={T}, journal={J}, volume={3}, number={1--2}, pages={9--12}, issn={1}, doi={10.1/x}",
            {
                "rft.genre": "article",
                "rft.atitle": "T",
                "rft.jtitle": "J",
                "rft.pages": "9-12",
                "rft_id": "info:doi/10.1/x",
            },
        ),
        ("@book{x, title={T}, publisher={P}, isbn={2}", {"rft.genre": "book", "rft.btitle": "T", "rft.pub": "P"}),
        ("@phdthesis{x, title={T}, school={S}", {"rft.title": "T", "rft.inst": "S"}),
    ],
)
def test_each_kind_of_entry_has_its_format(book: BookFolder, entry: str, told: dict[str, str]) -> None:
    book.write(
        "x.bib", f"{entry}, author={{{{A Body}} and Ada, Anna and others}}, year={{1999}}, url={{https://a.org}}}}\n"
    )
    found = read(coins(read_bibtex(book.root / "x.bib", "x.bib", [])["x"]))
    assert {key: found[key][0] for key in told} == told
    assert found["rft.aucorp"] == ["A Body"] and found["rft.au"] == ["Ada, Anna"]


def test_hostile_text_comes_back_as_it_was(book: BookFolder) -> None:
    make_hostile(book)
    html = coins(Catalogue.load(book.root).work("ada2025seek").reference)
    assert read(html)["rft.title"] == [TITLE]
    assert "</script" not in html and html.count("<") == 2
