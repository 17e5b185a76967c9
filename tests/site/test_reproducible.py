"""One commit is one site, one PDF and one of each other format, byte for byte, whoever builds it where and when."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support import ROOT, BookFolder, files_of, git

FORMATS = ("arxiv", "epub", "docx")


def _made(root: Path, umask: int, environment: dict[str, str]) -> dict[str, bytes]:
    """What the site and all formats hold when a book is built in this way."""
    given = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    commands = [["cli.py", "--root", str(root), "build"]]
    commands += [["press.py", form, f"site/survey.{form}", "--root", "."] for form in FORMATS]
    for program, *arguments in commands:
        done = subprocess.run(
            [sys.executable, str(ROOT / "hooks" / program), *arguments],
            env={**given, "SITE_URL": "https://example.org/survey/", **environment},
            cwd=root,
            umask=umask,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return files_of(root / "site")


def test_two_clones_of_one_commit_give_the_same_bytes(small_site: BookFolder, tmp_path: Path) -> None:
    book = BookFolder(Path(shutil.copytree(small_site.root, tmp_path / "book", symlinks=True)))
    git(book.root, "init", "--quiet")
    git(book.root, "add", "docs", "hooks", "refs.bib", "mkdocs.yml")
    git(book.root, "commit", "--quiet", "-m", "One", day="2025-08-02")
    one, other = tmp_path / "a", tmp_path / "a folder" / "of quite another length" / "Überblick"
    for clone in (one, other):
        git(book.root, "clone", "--quiet", ".", str(clone))
    shutil.copytree(book.root / ".cache", other / ".cache")
    for file in sorted((other / "docs").rglob("*.*"), reverse=True):
        content = file.read_bytes()
        file.unlink()  # so that it lies at another place of its folder
        file.write_bytes(content)
        os.utime(file, (981173106, 981173106))
    ways = [
        (one, 0o022, {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}),
        (other, 0o077, {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "2"}),
    ]
    with ThreadPoolExecutor() as pool:
        made, again = pool.map(lambda way: _made(*way), ways)
    assert made.keys() == again.keys() and {f"survey.{form}" for form in ("pdf", *FORMATS)} < made.keys()
    assert [name for name in made if made[name] != again[name]] == []
    # Days are those of the commit, not of the build.
    assert b"<lastmod>2025-08-02</lastmod>" in made["sitemap.xml"]
    assert gzip.decompress(made["sitemap.xml.gz"]) == made["sitemap.xml"]
    assert int.from_bytes(made["sitemap.xml.gz"][4:8], "little") == 1754092800
