"""What the site says of its own history: which chapters changed on which day."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from support import ROOT, BookFolder, git

sys.path.insert(0, str(ROOT / "hooks"))
from history import history_of  # noqa: E402
from survey.catalogue import Catalogue  # noqa: E402
from survey.manuscript import Manuscript  # noqa: E402
from survey.news import days  # noqa: E402


def _committed(book: BookFolder) -> BookFolder:
    git(book.root, "init", "--quiet")
    git(book.root, "add", "docs", "refs.bib", "mkdocs.yml")
    git(book.root, "commit", "--quiet", "-m", "One")
    book.change("docs/reward.md", "asks twice", "asks two times")
    git(book.root, "commit", "--quiet", "-am", "A subject that is nobody's concern", day="2025-08-02")
    return book


def _told(root: Path) -> dict[str, list[str]]:
    found = days(Catalogue.load(root), Manuscript.read(root, [], history_of(root)))
    return {day.date.isoformat(): [chapter.source for chapter in day.chapters] for day in found}


def test_a_chapter_is_told_on_the_day_it_changed(book: BookFolder) -> None:
    told = _told(_committed(book).root)
    assert list(told) == ["2025-08-02", "2025-08-01", "2025-07-23", "2025-07-14"]
    assert told["2025-08-02"] == ["reward.md"]
    assert told["2025-08-01"][:3] == ["index.md", "training.md", "reward.md"]


def test_outside_git_only_the_data_is_told(book: BookFolder) -> None:
    assert history_of(book.root).changes == {}
    assert list(_told(book.root)) == ["2025-07-23", "2025-07-14"]


def test_in_a_shallow_clone_only_the_data_is_told(book: BookFolder, tmp_path: Path) -> None:
    _committed(book)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{book.root}", str(clone))
    found = history_of(clone)
    assert found.commit and found.date == dt.date(2025, 8, 2) and found.changes == {}


def test_the_page_tells_days_chapters_and_works_and_no_commit_subject(book: BookFolder) -> None:
    book.write("docs/whats-new.md", "---\nweb_only: true\n---\n# New\n\n{{ whats_new() }}\n\n{{ cite_survey() }}\n")
    book.change("mkdocs.yml", "nav:\n  - index.md\n", "nav:\n  - index.md\n  - whats-new.md\n")
    _committed(book)
    done = book.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    page = book.page("whats-new")
    assert page.index('id="2-august-2025"') < page.index('id="23-july-2025"')
    assert 'Chapters changed: <a href="../reward/">Reward</a>.' in page
    assert "nobody's concern" not in page
    commit = history_of(book.root).commit
    assert f"Living survey, version {commit} of 2 August 2025" in page


def test_a_page_for_the_web_is_not_printed_and_shifts_no_number(book: BookFolder) -> None:
    book.write("docs/whats-new.md", "---\nweb_only: true\n---\n# New\n\n{{ whats_new() }}\n")
    book.change("mkdocs.yml", "nav:\n  - index.md\n", "nav:\n  - index.md\n  - whats-new.md\n")
    manuscript = Manuscript.read(book.root, [])
    assert "whats-new.md" not in manuscript.ranks and manuscript.ranks["training.md"] == 1
    assert manuscript.chapter("whats-new.md") is not None
