"""The works in the formats of other programs."""

import json

import pytest

from support import SMALL, BookFolder
from survey import exports
from survey.bibtex import Reference, read_bibtex
from survey.catalogue import Catalogue
from survey.check import load
from survey.metadata import Site
from survey.publish import published_files


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return Catalogue.load(SMALL)


def _reference(book: BookFolder, entry: str) -> Reference:
    book.write("refs.bib", entry)
    problems: list = []
    (reference,) = read_bibtex(book.root / "refs.bib", "refs.bib", problems).values()
    assert problems == []
    return reference


def _tags(record: str) -> list[tuple[str, str]]:
    lines = record.removesuffix("\r\n\r\n").split("\r\n")
    assert all(line[2:6] == "  - " for line in lines)
    return [(line[:2], line[6:]) for line in lines]


def test_a_conference_paper_as_ris(small: Catalogue) -> None:
    assert exports.ris(small.work("ada2025probe").reference).split("\r\n") == [
        "TY  - CPAPER",
        "ID  - ada2025probe",
        "TI  - Probe: Asking the RLAIF Judge Twice",
        "AU  - Ada, Anna",
        "AU  - Bell, Boris",
        "AU  - Cole, Chris",
        "PY  - 2025",
        "T2  - Asking 2025",
        "C3  - Proceedings of the First Workshop on Asking",
        "AN  - arXiv:2503.00001",
        "UR  - https://arxiv.org/abs/2503.00001",
        "ER  - ",
        "",
        "",
    ]


def test_a_preprint_as_ris_has_its_day_and_says_where_it_is_kept(small: Catalogue) -> None:
    told = dict(_tags(exports.ris(small.work("ada2025seek").reference)))
    assert (told["TY"], told["DA"], told["PB"]) == ("UNPB", "2025/05/01", "arXiv")


def test_a_web_page_as_ris_has_umlauts_instead_of_latex(small: Catalogue) -> None:
    told = _tags(exports.ris(small.work("field2020quiz").reference))
    assert ("TY", "ELEC") in told and ("TI", "Quiz: Questions with Ümläuts") in told and ("AU", "Gödel, Gus") in told


def test_the_pages_of_an_article_are_first_and_last(book: BookFolder) -> None:
    article = _reference(
        book,
        "@article{a, title={T}, author={Ada, Anna}, journal={J}, year={1992}, volume={8}, number={3--4}, "
        "pages={229--256}, doi={10.1000/x}}",
    )
    told = dict(_tags(exports.ris(article)))
    assert (told["TY"], told["T2"], told["VL"], told["IS"]) == ("JOUR", "J", "8", "3–4")
    assert (told["SP"], told["EP"], told["DO"]) == ("229", "256", "10.1000/x")
    item = exports.csl(article)
    assert (item["type"], item["page"], item["issue"], item["DOI"]) == (
        "article-journal",
        "229–256",
        "3–4",
        "10.1000/x",
    )


def test_a_hostile_title_stays_on_the_line_of_its_tag(book: BookFolder) -> None:
    title = 'Tricky\r\nER  - \r\nTY  - JOUR <script>alert(1)</script> "quoted"'
    hostile = _reference(
        book, f"@misc{{a, title={{{title}}}, author={{Ada, Anna}}, year={{2025}}, url={{https://example.org/a}}}}"
    )
    told = _tags(exports.ris(hostile))
    assert [tag for tag, _ in told].count("TY") == 1 == [tag for tag, _ in told].count("ER")
    assert dict(told)["TI"] == 'Tricky ER - TY - JOUR <script>alert(1)</script> "quoted"'
    assert json.loads(json.dumps(exports.csl(hostile)))["title"] == dict(told)["TI"]


def test_the_name_of_a_body_is_not_taken_apart_and_others_are_nobody(book: BookFolder) -> None:
    team = _reference(
        book,
        "@misc{a, title={T}, author={{Team, Firm Inc} and Ada, Anna and others}, year={2025}, "
        "url={https://example.org/a}}",
    )
    assert [value for tag, value in _tags(exports.ris(team)) if tag == "AU"] == ["Team Firm Inc", "Ada, Anna"]
    assert exports.csl(team)["author"] == [{"literal": "Team, Firm Inc"}, {"family": "Ada", "given": "Anna"}]


def test_a_collection_has_editors(book: BookFolder) -> None:
    collection = _reference(
        book, "@book{a, title={T}, editor={Ada, Anna}, publisher={P}, year={2025}, url={https://example.org/a}}"
    )
    assert ("ED", "Ada, Anna") in _tags(exports.ris(collection))
    assert "author" not in exports.csl(collection) and exports.csl(collection)["editor"]


def test_a_conference_paper_as_csl_json(small: Catalogue) -> None:
    assert exports.csl(small.work("ada2025probe").reference) == {
        "id": "ada2025probe",
        "type": "paper-conference",
        "title": "Probe: Asking the RLAIF Judge Twice",
        "author": [
            {"family": "Ada", "given": "Anna"},
            {"family": "Bell", "given": "Boris"},
            {"family": "Cole", "given": "Chris"},
        ],
        "issued": {"date-parts": [[2025]]},
        "original-date": {"date-parts": [[2025, 3, 12]]},
        "container-title": "Proceedings of the First Workshop on Asking",
        "event-title": "Asking 2025",
        "archive": "arXiv",
        "archive_location": "2503.00001",
        "URL": "https://arxiv.org/abs/2503.00001",
    }


def test_a_preprint_as_csl_json_is_an_article_of_its_day(small: Catalogue) -> None:
    item = exports.csl(small.work("ada2025seek").reference)
    assert (item["type"], item["genre"], item["number"]) == ("article", "preprint", "arXiv:2505.00002")
    assert item["issued"] == {"date-parts": [[2025, 5, 1]]}


def test_works_tell_none_from_not_reported_and_from_what_does_not_apply(small: Catalogue) -> None:
    told = {work["key"]: work for work in exports.works(small)["works"]}
    assert told["ada2025probe"]["algorithms"] == ("grpo",)
    assert told["ada2025seek"]["algorithms"] == ()
    assert told["ada2025probe"]["tools"] is None
    assert "algorithms" not in told["field2020quiz"]


def test_works_name_the_label_of_every_value_they_use(small: Catalogue) -> None:
    told = exports.works(small)
    for attribute in told["attributes"]:
        labels = dict(attribute["values"])
        assert {value for work in told["works"] for value in work.get(attribute["id"]) or ()} <= labels.keys()


def test_works_come_sorted_by_name_with_their_former_names(small: Catalogue) -> None:
    told = exports.works(small)["works"]
    assert [work["name"] for work in told] == ["Probe", "Quiz", "Seek"]
    assert told[0]["formerly"] == ("A Probe for Judges",)
    assert (told[0]["date"], told[1]["date"]) == ("2025-03-12", "2020")


def test_every_work_is_in_every_published_file(book: BookFolder) -> None:
    files = dict(published_files(load(book.root), Site("Book", "")))
    keys = {"ada2025probe", "ada2025seek", "field2020quiz"}
    assert {item["id"] for item in json.loads(files["references.json"])} == keys
    assert {work["key"] for work in json.loads(files["data/works.json"])["works"]} == keys
    assert all(f"ID  - {key}\r\n" in files["references.ris"] for key in keys)
