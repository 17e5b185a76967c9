"""The small book as a folder that a test may break."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from survey.bibtex import Reference, read_bibtex

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).resolve().parents[1]
SMALL = Path(__file__).parent / "book"


@dataclass(frozen=True)
class BookFolder:
    """A copy of the small book in a folder of its own."""

    root: Path

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def read(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new, 1))

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The author's command line on this book."""
        return subprocess.run(
            [sys.executable, str(ROOT / "hooks" / "cli.py"), "--root", str(self.root), *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment},
            timeout=120,
        )

    def sources(self) -> list[bytes]:
        """The two files that say what works there are, byte for byte."""
        return [(self.root / path).read_bytes() for path in ("refs.bib", "docs/data/papers.yml")]

    def reference(self, key: str) -> Reference:
        """An entry of refs.bib."""
        return read_bibtex(self.root / "refs.bib", "refs.bib", [])[key]

    def page(self, name: str) -> str:
        return (self.root / "site" / name / "index.html").read_text("utf-8")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder is served over HTTP from this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def copy_book(folder: Path) -> BookFolder:
    """The small book, with the real book's configuration and adapters."""
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    nav = re.search(r"nav:\n(?:  .*\n)+", (SMALL / "mkdocs.yml").read_text("utf-8"))[0]
    config = re.sub(r"(?<=\n)nav:\n(?:  .*\n)+", nav, config)
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    (folder / "hooks").symlink_to(ROOT / "hooks")
    shutil.copytree(ROOT / "docs" / "assets", folder / "docs" / "assets")
    return BookFolder(folder)
