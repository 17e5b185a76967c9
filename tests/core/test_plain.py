"""Chapters as plain Markdown. Each file of plain/ is one behaviour: what an author writes, and what a program reads."""

import re
from pathlib import Path

import pytest
import yaml

from hostile import SUMMARY, make_hostile
from support import SMALL, BookFolder
from survey.check import Book, check
from survey.manuscript import Chapter
from survey.plain import plain_chapter

CASES = sorted((Path(__file__).parent / "plain").glob("*.yml"))
LABELS = {
    "ada2025probe": "Ada et al., 2025a",
    "ada2025seek": "Ada et al., 2025b",
    "field2020quiz": "Field and Gödel, 2020",
}


@pytest.fixture(scope="module")
def small() -> Book:
    return check(SMALL)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_plain(case: Path, small: Book) -> None:
    golden = yaml.safe_load(case.read_text("utf-8"))
    chapter = Chapter(golden.get("page", "reward.md"), golden["written"])
    shown = plain_chapter(small, chapter, LABELS, golden.get("site", ""))
    assert shown.partition("\n## References")[0].strip() == golden["gives"].strip()


def test_a_chapter_ends_with_the_works_that_it_cites_in_the_order_of_the_labels(small: Book) -> None:
    shown = plain_chapter(small, Chapter("x.md", "First [@field2020quiz], then [@ada2025probe]."), LABELS)
    assert shown.partition("## References\n\n")[2].splitlines() == [
        "- [Ada et al., 2025a](papers/ada2025probe/). Anna Ada, Boris Bell, Chris Cole. *Probe: Asking the RLAIF Judge "
        "Twice*. Asking 2025. <https://arxiv.org/abs/2503.00001>",
        "- [Field and Gödel, 2020](papers/field2020quiz/). Fay Field, Gus Gödel. *Quiz: Questions with Ümläuts*. "
        "online, 2020. <https://example.org/quiz>",
    ]


def test_a_chapter_without_citations_has_no_list(small: Book) -> None:
    assert "References" not in plain_chapter(small, Chapter("x.md", "Nothing is cited."), LABELS)


def test_a_figure_is_its_caption_its_alternative_and_its_data(small: Book) -> None:
    shown = plain_chapter(small, Chapter("training.md", '{{ figure("timeline") }}'), LABELS)
    assert shown.startswith("**Figure 1.1.** ")
    assert "*In words:* Timeline of 3 listings on 2 axes" in shown
    probe = "[Probe](papers/ada2025probe/)"
    assert f"| March 2025 | {probe} | {probe} |" in shown and "svg" not in shown


def test_hostile_text_stays_text(book: BookFolder) -> None:
    make_hostile(book)
    found = check(book.root)[0]
    shown = plain_chapter(found, found.manuscript.chapter("reward.md"), LABELS)
    listed = plain_chapter(found, Chapter("x.md", '{{ papers(learning="untrained") }}'), LABELS)
    for text in (shown, listed):
        assert not re.search(r"(?<!\\)<(?!https://)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL))
        assert "\\[\\@nobody\\]" in text
    assert SUMMARY in re.sub(r"\\(.)", r"\1", listed)
