"""Books that are larger than this one: they are read, checked and written in time that grows with their size alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bench.rivals import as_myst
from bench.synthetic import synthetic_book
from support import ROOT
from survey import yaml_file

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


def test_a_large_file_is_read_in_parts_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_file, "PART", 3000)
    papers = (ROOT / "docs" / "data" / "papers.yml").read_text("utf-8")
    rows = yaml.safe_load((ROOT / "docs" / "data" / "results.yml").read_text("utf-8"))
    for text in (papers, yaml.safe_dump(rows)):  # entries, and one long list
        assert len(list(yaml_file._parts(text))) > 50
        assert yaml_file._plain_data(text, yaml_file.YAML) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        'a: "x\nb: y"\n',  # a quotation over two parts
        "a: {b: 1,\nc: 2}\n",
        "a: 1\nb: 2\na: 3\n",
        "a:\n- 1\n---\nb: 2\n",
        "- 1\n- 2\n",
        "a: 1\n- 2\n",
        "a:\n- 1\nb: 2\n- 3\n",
    ],
)
def test_parts_hide_no_fault(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = yaml_file.parse_yaml(text, "x.yml", told := [])
    yaml_file._parsed.cache_clear()
    monkeypatch.setattr(yaml_file, "PART", 0)
    parts = yaml_file.parse_yaml(text, "x.yml", again := [])
    assert (parts and parts.data, again) == (whole and whole.data, told)
