"""What is kept between runs is used when nothing has changed, and never when anything has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT, BookFolder
from survey import chapters, prose
from survey.catalogue import FILES, Catalogue
from survey.check import check, load
from survey.kept import kept
from survey.medium import Screen
from survey.problems import SurveyError


def forget() -> None:
    """Nothing but the files remembers what was read, as in a new process."""
    Catalogue._read.cache_clear()
    chapters._known.clear()
    prose._alone.cache_clear()


def test_a_kept_value_is_given_for_what_it_was_made_from_and_for_nothing_else(tmp_path: Path) -> None:
    assert kept(tmp_path, "one", lambda: ["first"], "ab", "c") == ["first"]
    assert kept(tmp_path, "one", lambda: ["second"], "ab", "c") == ["first"]
    for other in (("a", "bc"), ("c", "ab"), ("abc",), ("ab", "c", ""), ()):
        assert kept(tmp_path, "one", lambda: ["second"], *other) == ["second"]
        kept(tmp_path, "one", lambda: ["first"], "ab", "c")


def test_a_damaged_file_is_ignored_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "one"
    kept(tmp_path, "one", lambda: "first", "made from")
    whole = file.read_bytes()
    damaged = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))]
    for told in (*damaged, whole[:-1], whole + b".", whole[:40], b""):
        file.write_bytes(told)
        assert kept(tmp_path, "one", lambda: "second", "made from") == "second"
    assert kept(tmp_path, "one", lambda: "third", "made from") == "second"


def test_where_nothing_can_be_kept_it_is_made_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for cache in (None, tmp_path / "file"):
        assert [kept(cache, "one", lambda said=said: said) for said in "ab"] == ["a", "b"]


def test_what_another_program_or_library_has_kept_is_not_used(tmp_path: Path) -> None:
    hooks, installed = tmp_path / "hooks", tmp_path / "installed"
    shutil.copytree(ROOT / "hooks", hooks, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    (installed / "library-1.0.dist-info").mkdir(parents=True)
    script = (
        f"import sys; sys.path[:0] = [{str(hooks)!r}, {str(installed)!r}]; from pathlib import Path;"
        f"from survey.kept import kept; print(kept(Path({str(tmp_path)!r}), 'one', lambda: sys.argv[1], 'same'))"
    )

    def run(value: str) -> str:
        return subprocess.run([sys.executable, "-c", script, value], capture_output=True, text=True).stdout.strip()

    assert [run("first"), run("second")] == ["first", "first"]
    for number, file in enumerate(("survey/figures/axes.py", "press.py", "survey/models.py")):
        with (hooks / file).open("a") as written:
            written.write("\n# changed\n")
        assert [run(f"changed {number}"), run("again")] == [f"changed {number}"] * 2
    (installed / "library-1.0.dist-info").rename(installed / "library-1.1.dist-info")
    assert [run("new version"), run("again")] == ["new version"] * 2


def test_a_book_is_read_and_expanded_once(book: BookFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    check(book.root)
    forget()
    for place in (f"{Catalogue.__module__}.Catalogue._joined", "survey.chapters._expanded", "survey.prose._alone"):
        monkeypatch.setattr(place, lambda *_: pytest.fail("was done again"))
    monkeypatch.setattr("survey.chapters.OF_ALL_CHAPTERS", set())
    assert load(book.root).catalogue.works


CHANGES = [
    ("refs.bib", "  title", "  titel", "has no title"),
    ("docs/data/papers.yml", "kind: method", "kind: methods", "kind"),
    ("docs/data/benchmarks.yml", "family:", "famly:", "famly"),
    ("docs/data/results.yml", "metric: em", "metric: me", "me"),
    ("docs/data/taxonomy.yml", "definition:", "defnition:", "defnition"),
    ("docs/training.md", "Formula:", "Formula, a crucial one [@nobody]:", "nobody"),
    ("docs/diagrams/loop.svg", "<title>", "<titel>", "docs/diagrams/loop.svg"),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), CHANGES, ids=lambda value: value if "/" in value else "")
def test_a_kept_book_is_not_used_when_a_file_of_it_has_changed(
    book: BookFolder, file: str, old: str, new: str, told: str
) -> None:
    check(book.root)
    forget()
    book.change(file, old, new)
    with pytest.raises(SurveyError, match=told):
        load(book.root)
    book.change(file, new, old)
    forget()
    assert load(book.root).catalogue.works


def test_every_data_file_is_among_those(book: BookFolder) -> None:
    assert set(FILES) <= {change[0] for change in CHANGES}


def test_a_chapter_shows_at_once_what_has_changed_elsewhere(book: BookFolder) -> None:
    def shown(source: str) -> str:
        forget()
        found = load(book.root)
        chapter = found.manuscript.chapter(source)
        return chapters.expand(chapter, found.catalogue, Screen(source), [], found.manuscript)

    before = shown("reward.md")
    assert "Seek" in before and shown("reward.md") == before
    book.change("docs/data/papers.yml", "name: Seek", "name: Seek-and-find")
    assert "Seek-and-find" in shown("reward.md")
    before = shown("training.md")
    book.change("mkdocs.yml", "  - training.md\n  - reward.md\n", "  - reward.md\n  - training.md\n")
    assert shown("training.md") == before.replace("Equation 1.1", "Equation 2.1").replace("(1.1)", "(2.1)") != before
