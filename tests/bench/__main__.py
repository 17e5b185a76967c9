"""What the book costs to build, to edit and to read, at several sizes, and what others take for the same content.

`make bench` measures the real book and synthetic catalogues; `make bench SIZES="50 500"` chooses their sizes, and 0
stands for the real book. Prints a table and writes build/bench.json. docs/about.md says how each number is found.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench import rivals
from bench.synthetic import synthetic_book
from browsing import SLOW, launch, serving, typing_delay, visit, weights
from support import ROOT

BOOK = 0
SIZES = (BOOK, 50, 500, 5000, 20000)
# Above them, one run has to do and Sphinx and the press are left out; and then all that has no target, as it would
# take hours.
MIDDLE, LARGE = 500, 5000
SURVEY = (sys.executable, str(ROOT / "hooks" / "cli.py"))
PRESS = (sys.executable, str(ROOT / "hooks" / "press.py"))
SPHINX = ROOT / "build" / "sphinx" / "bin" / "sphinx-build"


# Runs a command and prints its seconds and megabytes. In a process of its own, since a command starts with the memory
# of who calls it.
RUN = """
import os, sys, time
begin = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
_, status, usage = os.wait4(process, 0)
print(time.perf_counter() - begin, usage.ru_maxrss / 1024)
sys.exit(status != 0)
"""


@dataclass(frozen=True)
class Measured:
    """Seconds and megabytes of one run."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Row:
    """One catalogue; None is not measured. Seconds, megabytes at the peak, kilobytes compressed, milliseconds."""

    catalogue: str
    works: int
    pages: int
    check_s: float
    floor_s: float
    build_s: float
    ratio: float
    floor_mb: float
    build_mb: float
    rebuild_s: float | None = None
    sphinx_s: float | None = None
    sphinx_mb: float | None = None
    chapter_edit_s: float | None = None
    data_edit_s: float | None = None
    page_kb: float | None = None
    key_ms: float | None = None
    pdf_s: float | None = None
    pdf_edit_s: float | None = None
    latex_s: float | None = None


def measure(command: Sequence[str], times: int = 1, before: object = None) -> Measured:
    """The quickest of several runs of a command, `before()` called ahead of each; raises RuntimeError if one fails."""
    runs = []
    for _ in range(times):
        if callable(before):
            before()
        done = subprocess.run(
            [sys.executable, "-S", "-c", RUN, *command],
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"failed: {' '.join(command)}")
        runs.append(Measured(*map(float, done.stdout.split())))
    return min(runs, key=lambda run: run.seconds)


def row(size: int, folder: Path) -> Row:
    """Everything that is measured of one catalogue, in an empty folder."""
    root = _copy_of_the_book(folder / "book") if size == BOOK else synthetic_book(folder / "book", size)
    times = 3 if size <= MIDDLE else 1
    check = measure([*SURVEY, "--root", str(root), "check"], times, lambda: _forget(root))
    captured = folder / "floor" / "docs"
    measure(rivals.capture(root, captured))
    floor = measure(rivals.material(root, captured), times)
    site = folder / "site"
    build = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(root / "mkdocs.yml"), "-d", str(site)]
    ours = measure(build, times, lambda: _forget(root))
    told: dict[str, float | None] = {"page_kb": _heaviest(site), "key_ms": _key(site)}
    if size <= LARGE:
        told["rebuild_s"] = measure(build, times, lambda: _edit(root)).seconds
        told |= _edits(root)
    if size <= MIDDLE:
        if SPHINX.is_file():
            sphinx = measure(rivals.sphinx(root, folder / "sphinx", SPHINX))
            told |= {"sphinx_s": sphinx.seconds, "sphinx_mb": sphinx.megabytes}
        told |= _printed(root, folder)
    return Row(
        "the book" if size == BOOK else f"{size:,} works",
        len(re.findall(r"^@", (root / "refs.bib").read_text("utf-8"), re.MULTILINE)),
        sum(1 for _ in site.rglob("index.html")),
        check.seconds,
        floor.seconds,
        ours.seconds,
        ours.seconds / floor.seconds,
        floor.megabytes,
        ours.megabytes,
        **told,
    )


def _copy_of_the_book(root: Path) -> Path:
    skip = shutil.ignore_patterns(".git", ".venv", ".cache", "site", "build", ".site*", "__pycache__", ".pytest_cache")
    return Path(shutil.copytree(ROOT, root, ignore=skip))


def _forget(root: Path) -> None:
    """What an earlier build has kept."""
    shutil.rmtree(root / ".cache", ignore_errors=True)


def _chapter(root: Path) -> Path:
    return root / "docs" / "reward.md"


def _edit(root: Path) -> None:
    with _chapter(root).open("a", encoding="utf-8") as file:
        file.write(f"\nOne more sentence, written at {time.time_ns()}.\n")


def _edits(root: Path) -> dict[str, float]:
    """Seconds from a saved edit to the page that shows it, for a chapter and for the data: the median of three."""
    with _preview(root) as address:
        page = "reward/"
        chapters = []
        for number in range(3):
            with _chapter(root).open("a", encoding="utf-8") as file:
                file.write(f"\nEdit number {number} of three.\n")
            chapters.append(_until_shown(address + page, f"Edit number {number} of"))
        papers = root / "docs" / "data" / "papers.yml"
        works = []
        for number in range(3):
            text = papers.read_text("utf-8")
            key = re.search(r"^([\w-]+):$", text, re.MULTILINE)[1]
            papers.write_text(re.sub(r"(?m)^  name: .*$", f"  name: Edited {number}", text, count=1), "utf-8")
            works.append(_until_shown(f"{address}papers/{key}/", f"Edited {number}"))
    return {"chapter_edit_s": statistics.median(chapters), "data_edit_s": statistics.median(works)}


@contextmanager
def _preview(root: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*SURVEY, "--root", str(root), "serve", "--port", str(port)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=root)
    try:
        for line in server.stderr:
            if "Serving on" in line:
                break
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def _until_shown(address: str, text: str) -> float:
    begin = time.perf_counter()
    while time.perf_counter() - begin < 120:
        with urllib.request.urlopen(address) as answer:
            if text in answer.read().decode():
                return time.perf_counter() - begin
        time.sleep(0.02)
    raise RuntimeError(f"{address} does not show '{text}'")


def _heaviest(site: Path) -> float:
    """The compressed kilobytes of the heaviest chapter with all that it loads."""
    with serving(site) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        found = []
        for chapter in sorted(page.parent.name for page in site.glob("*/index.html")):
            page, requested = browser.new_page(), []
            page.on("request", lambda request, all_=requested: all_.append(request.url))
            visit(page, f"{address}{chapter}/")
            page.close()
            if chapter not in ("papers", "results", "bibliography", "glossary"):  # as long as the catalogue
                found.append(sum(weights(site, requested).values()) / 1000)
        browser.close()
    return max(found)


def _key(site: Path) -> float:
    """Milliseconds from a key in the search field of the page of all works to the next picture."""
    with serving(site) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.add_init_script(SLOW)
        page.goto(f"{address}papers/")
        page.wait_for_selector(".explorer", timeout=120_000)
        page.get_by_role("searchbox").focus()
        found = min(typing_delay(page) for _ in range(3))
        browser.close()
    return found


def _printed(root: Path, folder: Path) -> dict[str, float | None]:
    """The PDF from nothing and after an edit of one chapter, and the same text from LaTeX source to PDF by latexmk."""
    pdf = [*PRESS, "pdf", str(folder / "x.pdf"), "--root", str(root)]
    told: dict[str, float | None] = {
        "pdf_s": measure(pdf, 3, lambda: _forget(root)).seconds,
        "pdf_edit_s": measure(pdf, 3, lambda: _edit(root)).seconds,
    }
    if tex := shutil.which("latexmk"):
        packed = measure([*PRESS, "arxiv", str(folder / "x.tar.gz"), "--root", str(root)])
        shutil.unpack_archive(folder / "x.tar.gz", folder / "tex", filter="data")
        main = str(folder / "tex" / "main.tex")
        options = ["-pdf", "-bibtex-", "-interaction=batchmode", "-silent", "-cd", main]
        told["latex_s"] = packed.seconds + measure([tex, *options]).seconds
    return told


def targets(rows: Sequence[Row]) -> Iterator[tuple[str, bool]]:
    """Every target with what was measured, and whether it is met."""
    for found in rows:
        yield f"{found.catalogue}: {found.ratio:.2f} times the floor, at most 1.25", found.ratio <= 1.25
    for few in rows:
        for many in rows:
            if few.works * 10 == many.works:
                times = many.build_s / few.build_s
                yield f"{few.works:,} to {many.works:,} works: {times:.1f} times the time, at most 11", times <= 11
    for found in rows:
        if found.works >= 20000:
            yield f"{found.catalogue}: {found.build_mb:.0f} MB, under 2,000", found.build_mb < 2000
        if found.chapter_edit_s is not None:
            told = f"{found.catalogue}: an edited chapter shows in {found.chapter_edit_s:.2f} s, under 1"
            yield told, found.chapter_edit_s < 1
        if found.catalogue == "the book" and found.pdf_edit_s is not None:
            yield f"the PDF after an edit in {found.pdf_edit_s:.1f} s, under 5", found.pdf_edit_s < 5
        if found.catalogue == "the book" and found.latex_s and found.pdf_edit_s:
            times = found.latex_s / found.pdf_edit_s
            yield f"LaTeX takes {times:.1f} times as long as the PDF, at least 10", times >= 10


def shown(value: object) -> str:
    """A value of the table."""
    if isinstance(value, float):
        return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def main() -> int:
    """Measure the catalogues that the command line names, smallest first; 1 if a target is missed."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    names = [field.name for field in fields(Row)]
    print(f"| {' | '.join(names)} |\n|{' --- |' * len(names)}")
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(row(size, Path(folder)))
        print(f"| {' | '.join(shown(value) for value in asdict(rows[-1]).values())} |", flush=True)
        told = {"python": platform.python_version(), "cores": os.cpu_count(), "rows": [asdict(found) for found in rows]}
        out = ROOT / "build" / "bench.json"
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(told, indent=1) + "\n")
    missed = 0
    for text, met in targets(rows):
        print(f"{'met' if met else 'MISSED'}: {text}")
        missed += not met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
