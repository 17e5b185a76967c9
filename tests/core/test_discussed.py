"""Where a work is discussed: the nearest heading above each citation and each macro that names it."""

from __future__ import annotations

import pytest

from support import SMALL, BookFolder
from survey.catalogue import Catalogue
from survey.chapters import heading_anchors
from survey.discussed import Section, discussed
from survey.manuscript import Manuscript


def _found(book: BookFolder, key: str) -> list[tuple[str, str]]:
    sections = discussed(Catalogue.load(book.root), Manuscript.read(book.root, []))
    return [(section.source, section.anchor) for section in sections.get(key, ())]


@pytest.fixture
def chapter(book: BookFolder) -> BookFolder:
    """A book whose only chapter is what the test writes."""
    for name in ("index", "training", "reward"):
        book.write(f"docs/{name}.md", "# Nothing\n")
    return book


def test_sections_stand_in_reading_order_with_title_and_chapter() -> None:
    found = discussed(Catalogue.load(SMALL), Manuscript.read(SMALL, []))
    assert found["ada2025probe"] == (
        Section("training.md", "Training"),
        Section("reward.md", "Reward"),
        Section("reward.md", "Reward", "Who judges", "who-judges"),
    )


def test_a_citation_counts_for_the_heading_above_it(chapter: BookFolder) -> None:
    chapter.write("docs/reward.md", "# Reward\n\n## One\n\nText.\n\n### Two\n\nText [see @ada2025seek].\n\n## Three\n")
    assert _found(chapter, "ada2025seek") == [("reward.md", "two")]


@pytest.mark.parametrize("macro", ['paper("ada2025probe")', 'value("ada2025probe", "quiz", environment="live-web")'])
def test_a_macro_that_names_the_work_counts(chapter: BookFolder, macro: str) -> None:
    chapter.write("docs/reward.md", f"# Reward\n\n## One {{#first}}\n\n{{{{ {macro} }}}}\n")
    assert _found(chapter, "ada2025probe") == [("reward.md", "first")]


@pytest.mark.parametrize("macro", ['papers(axis="reward")', 'compare(axis="reward")', 'results("quiz", metric="em")'])
def test_a_list_made_of_the_data_does_not_count(chapter: BookFolder, macro: str) -> None:
    chapter.write("docs/reward.md", f"# Reward\n\n## One\n\n{{{{ {macro} }}}}\n")
    assert _found(chapter, "ada2025probe") == []


def test_code_and_pages_about_the_book_do_not_count(chapter: BookFolder) -> None:
    chapter.write("docs/reward.md", "# Reward\n\n`[@ada2025seek]`\n")
    chapter.write("docs/training.md", "---\nabout_the_book: true\n---\n# About\n\nHow to cite [@ada2025seek].\n")
    assert _found(chapter, "ada2025seek") == []


def test_two_headings_of_the_same_name_are_told_apart_as_the_site_does(chapter: BookFolder) -> None:
    text = "# Reward\n\n## Twice\n\nText.\n\n## Twice\n\nText [@ada2025seek].\n"
    chapter.write("docs/reward.md", text)
    assert _found(chapter, "ada2025seek") == [("reward.md", heading_anchors(text)[-1])]
    assert heading_anchors(text)[-1] == "twice_1"


def test_a_macro_in_a_heading_is_part_of_title_and_anchor(chapter: BookFolder) -> None:
    chapter.write("docs/reward.md", '# Reward\n\n## The {{ count(axis="reward") }} works\n\nText [@ada2025seek].\n')
    found = discussed(Catalogue.load(chapter.root), Manuscript.read(chapter.root, []))
    assert found["ada2025seek"] == (Section("reward.md", "Reward", "The 2 works", "the-2-works"),)
