"""The live preview: a saved edit shows, a mistake does not end it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

from support import BookFolder


@pytest.fixture
def served(book: BookFolder) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (book.root / "log").open("w+")
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "-f", str(book.root / "mkdocs.yml"), "-a", f"127.0.0.1:{port}"],
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


def _shows(address: str, page: str, text: str, seconds: float = 20) -> bool:
    deadline = time.time() + seconds
    while time.time() < deadline:
        with urllib.request.urlopen(f"{address}/{page}") as answer:
            if text in answer.read().decode():
                return True
        time.sleep(0.2)
    return False


def test_an_edit_to_a_chapter_to_the_data_and_to_the_bibliography_shows(book: BookFolder, served: str) -> None:
    assert _shows(served, "reward/", "asks twice")
    book.change("docs/reward.md", "asks twice", "asks three times")
    assert _shows(served, "reward/", "asks three times")
    book.change("docs/data/papers.yml", "Pays the lower of two scores", "Pays the higher of two scores")
    assert _shows(served, "reward/", "Pays the higher of two scores")
    book.change("refs.bib", "{Seek}: A Second Look", "{Seek}: A Third Look")
    assert _shows(served, "papers/ada2025seek/", "Seek: A Third Look")


def test_a_mistake_is_told_and_the_preview_heals_when_it_is_mended(book: BookFolder, served: str) -> None:
    book.change("docs/data/papers.yml", "kind: method", "kind: [method")
    deadline = time.time() + 20
    while "docs/data/papers.yml:4: broken YAML" not in book.read("log") and time.time() < deadline:
        time.sleep(0.2)
    assert "docs/data/papers.yml:4: broken YAML" in book.read("log")
    assert "Traceback" not in book.read("log")
    book.change("docs/data/papers.yml", "kind: [method", "kind: method")
    book.change("docs/reward.md", "asks twice", "asks once more")
    assert _shows(served, "reward/", "asks once more")
