"""What helps to read a page: cards on works, reading time, date, links to cite a section."""

import datetime as dt
from pathlib import Path

import pytest

from support import copy_book
from survey.catalogue import Catalogue
from survey.reading import CHAPTER_MINUTES, WORDS_A_MINUTE, count_words, with_aids, with_cards, with_scrolling_tables

HEADING = '<h2 id="who">Who?<a class="headerlink" href="#who" title="Link to this section">&para;</a></h2>'
CHAPTER = f"<h1>One</h1>\n{HEADING}\n<p>{'word ' * WORDS_A_MINUTE * CHAPTER_MINUTES}</p>"
PROBE = '<a href="../papers/ada2025probe/">Probe</a>'


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue.load(copy_book(Path(tmp_path_factory.mktemp("book"))).root)


def test_a_link_to_a_work_says_who_wrote_it_when_and_what_it_does(catalogue: Catalogue) -> None:
    work = catalogue.works["ada2025probe"]
    html = with_cards(PROBE, catalogue.works)
    assert f'title="{work.name} (Ada et al., 2025). {work.paper.summary}"' in html


def test_only_the_first_mention_in_a_section_has_a_card(catalogue: Catalogue) -> None:
    html = with_cards(f"{PROBE}{PROBE}<h2>Next</h2>{PROBE}", catalogue.works)
    assert [part.count("title=") for part in html.split("<h2>")] == [1, 1]


def test_links_in_drawings_and_to_unknown_works_are_left_as_they_are(catalogue: Catalogue) -> None:
    html = f'<svg>{PROBE}</svg><a href="../papers/nobody/">x</a>'
    assert with_cards(html, catalogue.works) == html


def test_the_reading_time_counts_running_text_alone() -> None:
    unread = "<table><tr><td>a b</td></tr></table><ul><li><p>a<br>b</p></li></ul><figure>a</figure><pre>a</pre>"
    assert count_words(f"<p>One two, <em>three</em>.</p>{unread}<p>Four’s</p>") == 4


def test_a_chapter_tells_its_time_and_its_last_change(catalogue: Catalogue) -> None:
    html = with_aids(CHAPTER, catalogue, dt.date(2025, 11, 5))
    assert f"about {CHAPTER_MINUTES} minutes · last changed" in html
    assert '<time datetime="2025-11-05">5 November 2025</time>' in html


def test_a_chapter_outside_version_control_tells_no_date(catalogue: Catalogue) -> None:
    html = with_aids(CHAPTER, catalogue)
    assert f"about {CHAPTER_MINUTES} minutes</p>" in html and "<time" not in html


def test_a_section_of_a_chapter_has_a_link_to_cite_it_that_leads_to_it(catalogue: Catalogue) -> None:
    assert '<a class="cite" href="#who"' in with_aids(CHAPTER, catalogue)


def test_a_page_without_running_text_is_no_chapter(catalogue: Catalogue) -> None:
    html = f"<h1>One</h1>\n{HEADING}<p>Short.</p>"
    assert with_aids(html, catalogue, dt.date(2025, 11, 5)) == html


def test_a_table_without_a_caption_can_be_scrolled_by_keyboard() -> None:
    html = "<p>Before.</p>\n<table>\n<tr></tr></table>\n<p>After.</p>"
    wrapped = '<div class="scroll" role="group" tabindex="0" aria-label="Table">\n<table>\n<tr></tr></table></div>'
    assert with_scrolling_tables(html) == f"<p>Before.</p>{wrapped}\n<p>After.</p>"


def test_a_captioned_table_scrolls_by_its_own_frame() -> None:
    html = '<div class="scroll" role="region" tabindex="0">\n<table></table>\n</div>'
    assert with_scrolling_tables(html) == html
