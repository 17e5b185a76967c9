"""Two processes build the pages of one site, and it makes no difference which of them builds what."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from support import ROOT, BookFolder, files_of

BUILD = "from mkdocs.__main__ import cli; cli()"
# A platform without forks, and a machine without shared memory.
ALONE = (
    "import parallel; parallel.POSSIBLE = False",
    "import multiprocessing.synchronize as s; s.SemLock.__init__ = lambda *_, **named: open('/nowhere/at/all')",
)


def _build(book: BookFolder, *arguments: str, before: str = "pass") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"{before}; {BUILD}", "build", "-f", str(book.root / "mkdocs.yml")]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT / "hooks")}
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, env=environment)


def _in_the_other_process(book: BookFolder, does: str) -> None:
    """A hook that does something there when a page is written; here it waits for it, lest no page is left for there."""
    book.write(
        "hook.py",
        "import errno, logging, multiprocessing, os, pathlib, signal, time\n"
        "there = pathlib.Path(__file__).with_name('there')\n"
        "def on_pre_page(page, **named):\n"
        "    while multiprocessing.active_children() and not there.exists():\n"
        "        time.sleep(0.01)\n"
        "def on_post_page(*arguments, **named):\n"
        f"    if multiprocessing.parent_process():\n        there.touch()\n        {does}\n",
    )
    book.change("mkdocs.yml", "hooks: [hooks/site.py]", "hooks: [hooks/site.py, hook.py]")


@pytest.mark.parametrize("alone", ALONE, ids=["no forks", "no shared memory"])
def test_a_site_is_the_same_whether_one_or_two_processes_build_it(book: BookFolder, alone: str) -> None:
    _in_the_other_process(book, "print('made there')")
    sites = []
    for name, before in (("together", "pass"), ("alone", alone)):
        done = _build(book, "-d", str(book.root / name), before=before)
        assert done.returncode == 0, done.stderr
        assert ("made there" in done.stdout) == (name == "together")
        sites.append(files_of(book.root / name))
    assert sites[0] == sites[1] and len(sites[0]) > 20


def test_the_other_process_builds_pages(book: BookFolder) -> None:
    _in_the_other_process(book, 'return arguments[0].replace("</main>", "made there</main>")')
    assert _build(book).returncode == 0
    made = [text for path, text in files_of(book.root / "site").items() if path.endswith(".html")]
    assert 0 < sum(b"made there</main>" in text for text in made) < len(made)


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ('raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "papers/x.html")', "papers/x.html: No space left"),
        ('raise ValueError("cannot be")', "cannot be"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "the process that builds the pages of works has been ended"),
        ('logging.getLogger("mkdocs").warning("not so good")', "not so good"),
    ],
)
def test_what_goes_wrong_in_the_other_process_fails_the_build(book: BookFolder, does: str, told: str) -> None:
    _in_the_other_process(book, does)
    done = _build(book, "--strict")
    assert done.returncode == 1
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
