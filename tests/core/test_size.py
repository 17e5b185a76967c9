"""Books that are larger than this one: they are read, checked and written in time that grows with their size alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.rivals import as_myst
from bench.synthetic import synthetic_book
from support import ROOT

# Checks a book, looks at its lines and writes its generated pages, without the drawings, and prints the seconds.
WORK = """
import sys, time
from pathlib import Path
from survey import check, tidy
from survey.figures import drawing
drawing.draw = lambda *arguments: "<svg></svg>"
from survey.pages import generated_pages

root, begin = Path(sys.argv[1]), time.process_time()
book, problems = check.check(root)
assert problems == () and book is not None, problems
assert not [line for path in tidy.sources(root) for line in tidy.untidy(path, (root / path).read_text("utf-8"))]
assert all(len(write()) > 500 for write in generated_pages(book).values())
print(time.process_time() - begin)
"""


def _seconds(root: Path) -> float:
    command = [sys.executable, "-c", WORK, str(root)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "hooks")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


def test_ten_times_the_works_take_at_most_eleven_times_as_long(tmp_path: Path) -> None:
    few, many = (synthetic_book(tmp_path / str(size), size) for size in (50, 500))
    assert _seconds(many) <= 11 * _seconds(few)


def test_a_synthetic_book_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = (synthetic_book(tmp_path / name, 210) for name in ("first", "second"))
    for path in ("refs.bib", "docs/data/papers.yml", "docs/data/results.yml", "docs/reward.md"):
        assert (first / path).read_text("utf-8") == (second / path).read_text("utf-8")
    assert "\n@" in (first / "refs.bib").read_text("utf-8")


def test_the_content_for_sphinx_keeps_its_citations_and_loses_what_only_the_book_reads() -> None:
    text = '---\ntitle: A\n---\n# A {#a}\n\nIt stands [@one; @two, sec. 3].\n{: .note }\n\n=== "BibTeX"\n\n    x\n'
    assert as_myst(text) == "# A\n\nIt stands {footcite:p}`one,two`.\n\n\n**BibTeX**\n\nx\n"
