"""What all tests share: a small book to break, and the real book as it was built."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
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


@pytest.fixture
def served(book: BookFolder) -> Iterator[str]:
    """The address of a live preview of the small book."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (book.root / "log").open("w+")
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "hooks" / "cli.py"), "--root", str(book.root), "serve", "--port", str(port)],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        cwd=book.root,
    )
    try:
        deadline = time.time() + 60
        while "Serving on" not in book.read("log") and time.time() < deadline:
            time.sleep(0.1)
        assert "Serving on" in book.read("log"), book.read("log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
        log.close()
