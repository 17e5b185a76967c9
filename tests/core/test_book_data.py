"""The real data: complete, and true to the list it came from."""

import datetime as dt
from collections import Counter

import pytest

from support import ROOT
from survey.catalogue import Catalogue

# Works of the reading list on each axis; the sum is its 74 listings. Works that were added later are not in it.
LAST_CHANGE = dt.date(2025, 8, 7)
LISTED = {"data-synthesis": 10, "training": 21, "reward": 24, "interface": 12, "topology": 7}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(ROOT)


def test_every_listing_of_the_reading_list_is_there(catalogue: Catalogue) -> None:
    listed = [work for work in catalogue.works.values() if work.paper.added <= LAST_CHANGE]
    listings = Counter(axis for work in listed for axis in work.paper.axes)
    assert {axis: listings[axis] for axis in LISTED} == LISTED
    assert sum(LISTED.values()) == 74


def test_the_reading_list_has_48_works(catalogue: Catalogue) -> None:
    listed = [work for work in catalogue.works.values() if work.paper.added <= LAST_CHANGE]
    assert len(listed) == 48
    assert all(work.paper.kind == "method" for work in listed)


def test_a_work_says_something_different_to_each_axis(catalogue: Catalogue) -> None:
    for work in catalogue.works.values():
        sentences = list(work.paper.axes.values())
        assert len(set(sentences)) == len(sentences), work.key
        least = 8 if work.paper.kind == "method" else 6
        assert all(len(sentence.split()) >= least for sentence in sentences), work.key


def test_the_two_works_called_r_search_stay_apart(catalogue: Catalogue) -> None:
    found = {
        work.reference.arxiv: work.name
        for work in catalogue.works.values()
        if work.reference.arxiv in ("2506.04185", "2506.08352")
    }
    assert len(found) == 2 and len(set(found.values())) == 2


def test_retitled_works_have_their_current_title_and_keep_the_old_one(catalogue: Catalogue) -> None:
    hira = next(work for work in catalogue.works.values() if work.reference.arxiv == "2507.02652")
    assert hira.reference.title.startswith("HiRA: A Hierarchical Reasoning Framework")
    assert any(name.startswith("Decoupled Planning and Execution") for name in hira.paper.formerly)


def test_no_mark_of_newness_and_no_full_width_stop_is_left(catalogue: Catalogue) -> None:
    for path in ("refs.bib", "docs/data/papers.yml"):
        text = (ROOT / path).read_text("utf-8")
        assert "(new)" not in text and "。" not in text and "www.arxiv.org" not in text and "http://" not in text


def test_definitions_name_axes_and_not_numbers(catalogue: Catalogue) -> None:
    for axis in catalogue.taxonomy.axes.values():
        assert "Category" not in axis.definition + axis.includes + "".join(e.what for e in axis.excludes)


def test_the_data_files_are_sorted_by_key() -> None:
    catalogue = Catalogue.load(ROOT)
    lines = {work.key: work.reference.line for work in catalogue.works.values()}
    assert sorted(lines, key=lines.__getitem__) == sorted(lines)
