"""The page of a work as it is built."""

from __future__ import annotations

import re

from support import BookFolder


def _part(page: str, anchor: str) -> str:
    return page.split(f'id="{anchor}"')[1].split("<h2")[0]


def test_every_section_that_discusses_a_work_is_an_anchor_of_the_built_chapter(small_site: BookFolder) -> None:
    places = _part(small_site.page("papers/ada2025probe"), "where-it-is-discussed")
    links = re.findall(r'href="\.\./\.\./([\w-]+)/(?:#([\w-]+))?"', places)
    assert ("reward", "who-judges") in links and ("training", "") in links
    for chapter, anchor in links:
        assert not anchor or f'id="{anchor}"' in small_site.page(chapter)


def test_a_renamed_section_is_followed(book: BookFolder) -> None:
    book.change("docs/index.md", " See the [chapter on rewards](reward.md#who-judges).", "")
    book.change("docs/reward.md", "## Who judges", "## Who decides")
    assert book.run("build").returncode == 0
    assert 'href="../../reward/#who-decides"' in book.page("papers/ada2025probe")
    assert 'id="who-decides"' in book.page("reward")


def test_the_text_of_a_reference_is_that_of_the_citation_style(small_site: BookFolder) -> None:
    shown = re.search(
        r'<div class="wrap highlight">.*?<code>(.*?)\n?</code>', small_site.page("papers/ada2025seek"), re.S
    )[1]
    entry = re.search(r'<li id="ref-ada2025seek"><p>(.*?) <a class="more"', small_site.page("bibliography"), re.S)[1]
    assert shown == re.sub("<[^>]+>", "", entry)


def test_the_pdf_is_linked_from_the_header(small_site: BookFolder) -> None:
    for name, path in (("reward", "../survey.pdf"), ("papers/ada2025probe", "../../survey.pdf")):
        header = small_site.page(name).split("<header")[1].split("</header>")[0]
        assert f'href="{path}"' in header
