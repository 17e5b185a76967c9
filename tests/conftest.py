"""What all tests share: a small book to break, and the real book as it was built."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ROOT, BookFolder, copy_book


@pytest.fixture
def book(tmp_path: Path) -> BookFolder:
    """A small book that a test may break."""
    return copy_book(tmp_path / "book")


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> BookFolder:
    """The small book, built once; tests only read it."""
    folder = copy_book(tmp_path_factory.mktemp("small") / "book")
    done = folder.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def site() -> Path:
    """The real book, as `make` built it."""
    folder = ROOT / "site"
    assert (folder / "survey.pdf").is_file(), "run make first"
    return folder
