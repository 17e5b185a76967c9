"""The chapters of the survey: each argues, shows what it argues from, and ends in what follows."""

import re

import pytest

from support import ROOT
from survey.manuscript import Chapter, Manuscript, reading_order
from survey.markdown import headings
from survey.prose import ABOUT_THE_BOOK, visible

# Pages that list or tell how the book is made.
NO_CHAPTERS = ("results/index.md", "papers/index.md", "glossary.md", "bibliography.md")
CLOSING = ["Comparison", "What the evidence supports", "What to do in practice", "Open questions", "Key papers"]

manuscript = Manuscript.read(ROOT, [])
CHAPTERS = [
    chapter
    for chapter in map(manuscript.chapter, reading_order(ROOT / "mkdocs.yml"))
    if chapter and chapter.source not in NO_CHAPTERS and not chapter.meta.get(ABOUT_THE_BOOK)
]


def test_the_book_has_ten_chapters() -> None:
    assert len(CHAPTERS) == 10


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.source)
class TestChapter:
    def test_has_3000_to_6000_words_of_prose(self, chapter: Chapter) -> None:
        lines = [line for line in visible(chapter).split("\n") if not line.startswith(("|", "#"))]
        words = re.findall(r"[A-Za-z][\w’'-]*", re.sub(r"\[[^\[\]]*@[^\[\]]*\]", "", " ".join(lines)))
        assert 3000 <= len(words) <= 6000, len(words)

    def test_opens_with_a_question(self, chapter: Chapter) -> None:
        assert "?" in chapter.body.split("\n## ")[0]

    def test_shows_a_table_and_a_figure(self, chapter: Chapter) -> None:
        assert "{{ figure(" in chapter.body
        assert re.search(r"\{\{ (compare|benchmarks)\(|^\|[ :|-]+\|$", chapter.body, re.MULTILINE)

    def test_closes_with_what_follows_from_it(self, chapter: Chapter) -> None:
        titles = [re.sub(r"^#+ |\s*\{#.*\}$", "", heading.text) for heading in headings(chapter.body)]
        assert [title for title in titles if title in CLOSING] == CLOSING
