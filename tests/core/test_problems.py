"""What an author is told. Each file of problems/ is one mistake: how it is made, and the lines that name it."""

from pathlib import Path

import pytest
import yaml

from support import BookFolder
from survey.check import check, load
from survey.problems import SurveyError

CASES = sorted((Path(__file__).parent / "problems").glob("*.yml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_problem(case: Path, book: BookFolder) -> None:
    golden = yaml.safe_load(case.read_text("utf-8"))
    for change in golden["changes"]:
        if "write" in change:
            book.write(change["file"], change["write"])
        elif "append" in change:
            book.write(change["file"], book.read(change["file"]) + change["append"])
        else:
            book.change(change["file"], change["old"], change["new"])
    found, problems = check(book.root)
    assert [str(problem) for problem in problems] == golden["says"]
    assert found is None


def test_the_small_book_has_no_problem(book: BookFolder) -> None:
    found, problems = check(book.root)
    assert problems == () and found is not None


def test_a_file_that_is_not_utf_8_is_named_with_the_line(book: BookFolder) -> None:
    (book.root / "docs" / "data" / "papers.yml").write_bytes(b"a: 1\nb: \xff\n")
    _, problems = check(book.root)
    assert "docs/data/papers.yml:2: is not UTF-8 text" in map(str, problems)


def test_a_missing_file_is_a_problem_and_no_traceback(book: BookFolder) -> None:
    (book.root / "docs" / "data" / "taxonomy.yml").unlink()
    _, problems = check(book.root)
    assert "docs/data/taxonomy.yml:1: cannot be read: No such file or directory" in map(str, problems)


def test_a_book_that_passed_is_checked_again_as_soon_as_a_file_changes(book: BookFolder) -> None:
    load(book.root)
    kept = (book.root / ".cache" / "checked").read_bytes()
    assert load(book.root).numbers["fig-loop"].name == "Figure 1.2"
    book.change("docs/training.md", "repeats nothing", "repeats nothing [@nobody]")
    with pytest.raises(SurveyError, match="unknown citation key 'nobody'"):
        load(book.root)
    assert (book.root / ".cache" / "checked").read_bytes() == kept
