"""`survey check`: for terminals, for pull requests, and mending what is mechanical."""

from __future__ import annotations

import re

from support import BookFolder
from survey.catalogue import BIB, PAPERS
from survey.tidy import sources, tidied, untidy


def test_a_pull_request_gets_one_annotation_for_each_problem(book: BookFolder) -> None:
    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    book.change("refs.bib", "{Seek}: A Second Look", "{Seek}: 100% Look \\")
    done = book.run("check", "--format", "github")
    assert done.returncode == 1
    assert (
        "::error file=docs/reward.md,line=8::unknown citation key 'ada2025sekk'; did you mean 'ada2025seek'?"
        in done.stdout.splitlines()
    )
    assert all(re.fullmatch(r"::error file=[^,:]+,line=\d+::[^\n]+", line) for line in done.stdout.splitlines())


def test_what_is_mechanical_is_told_with_its_line(book: BookFolder) -> None:
    book.change(
        "refs.bib",
        "  year          = {2025},\n  origdate      = {2025-03-12}",
        "  year = {2025},\n  origdate = {2025-03-12}",
    )
    book.change("docs/reward.md", "asks twice", "asks twice \nand")
    done = book.run("check")
    assert done.returncode == 1
    assert "refs.bib:6: fields are not aligned; `survey check --fix` mends it" in done.stdout
    assert re.search(r"docs/reward\.md:\d+: spaces at the end; `survey check --fix`", done.stdout)


def test_fix_mends_order_alignment_spaces_and_line_ends_and_nothing_else(book: BookFolder) -> None:
    before = {path: book.read(path) for path in ("refs.bib", "docs/data/papers.yml", "docs/reward.md")}
    first, second, rest = re.split(r"(?=^@)", before["refs.bib"], flags=re.MULTILINE)[1:]
    book.write("refs.bib", f"{second}{first}{rest}".replace("title         =", "title ="))
    (book.root / "docs/data/papers.yml").write_bytes(before["docs/data/papers.yml"].replace("\n", "\r\n").encode())
    book.write("docs/reward.md", before["docs/reward.md"].replace("# Reward\n", "# Reward \n") + "\n\n")
    done = book.run("check", "--fix")
    assert done.returncode == 0, done.stdout
    assert {path: book.read(path) for path in before} == before


def test_fix_leaves_hard_breaks_and_code_as_they_are(book: BookFolder) -> None:
    book.change("docs/training.md", "Formula:", "A line  \nbroken.\n\n```text\ncode \n```\n\nFormula:")
    text = book.read("docs/training.md")
    assert book.run("check", "--fix").returncode == 0
    assert book.read("docs/training.md") == text


def test_an_untidy_file_does_not_stop_the_preview_or_the_build(book: BookFolder) -> None:
    book.change("docs/reward.md", "asks twice", "asks twice \nand")
    assert book.run("check").returncode == 1
    assert book.run("build").returncode == 0


def test_fix_leaves_data_whose_spaces_count_as_it_is() -> None:
    text = "b2:\n  text: |\n    a  \n    b\na1:\n  kind: c\n"
    assert tidied(PAPERS, text) == text and not list(untidy(PAPERS, text))


def test_fix_moves_no_entry_above_the_macro_it_uses() -> None:
    text = "@misc{b,\n  year = 2025\n}\n\n@string{k = {K}}\n\n@misc{a,\n  journal = k\n}\n"
    assert tidied(BIB, text) == text


def test_fix_does_not_touch_what_it_cannot_read() -> None:
    for path, text in ((PAPERS, "b: [\r\na: 1  \n"), (BIB, "@misc{b, title = {x  \n\n@misc{a, year = 1}\n")):
        assert tidied(path, text) == text


def test_the_lock_file_of_an_editor_does_not_stop_the_fix(book: BookFolder) -> None:
    (book.root / "docs" / ".#reward.md").symlink_to("someone@somewhere.1")
    assert all((book.root / path).exists() for path in sources(book.root))


def test_a_preview_that_cannot_be_served_says_where(book: BookFolder) -> None:
    done = book.run("serve", "--port", "99999")
    assert done.returncode == 1 and "cannot serve on 127.0.0.1:99999" in done.stderr
    assert "Traceback" not in done.stderr
