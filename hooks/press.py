"""Print: the chapters in reading order become one document, which pandoc turns into Typst and Typst into a PDF."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from posixpath import dirname, join, normpath

import pypandoc
import typst
import yaml

from survey import check
from survey.bibtex import with_capitals
from survey.chapters import FULL_BIBLIOGRAPHY, expand, heading_anchors
from survey.manuscript import Chapter, read_settings, reading_order
from survey.markdown import blank_code, headings, links, split_front_matter
from survey.medium import Print, page_anchor
from survey.numbering import resolve
from survey.problems import Problem, SurveyError

TEMPLATES = Path(__file__).parent / "templates"


def book_markdown(book: check.Book, order: list[str], drawings: dict[str, str], site_url: str) -> str:
    """The whole book as one pandoc document; `drawings` receives the figures by file name.

    Raises SurveyError if a macro fails on paper.
    """
    problems: list[Problem] = []
    parts = []
    for chapter in filter(None, map(book.manuscript.chapter, order)):
        medium = Print(chapter.source, drawings=drawings)
        text = expand(chapter, book.catalogue, medium, problems, book.manuscript)
        text = resolve(text, chapter.source, book.numbers, medium)
        parts.append(printed(chapter, split_front_matter(text)[1], site_url))
    if problems:
        raise SurveyError(problems)
    return "\n\n".join(parts)


def printed(chapter: Chapter, text: str, site_url: str) -> str:
    """An expanded chapter as part of the book: headings with anchors of their own, links within the document."""
    prefix = page_anchor(chapter.source)
    edits: list[tuple[int, int, str]] = []
    known = iter(heading_anchors(text))
    for number, heading in enumerate(headings(text)):
        title = re.sub(r"\s*\{:?\s*#[\w-]+\s*\}\s*$", "", heading.text)
        slug = next(known)
        anchor = prefix if number == 0 else f"{prefix}--{slug}"
        edits.append((heading.start, heading.start + len(heading.text), f"{title} {{#{anchor}}}"))
    for link in links(text):
        edits.append((link.start, link.start + len(link.text), _address(chapter.source, link.text, site_url)))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    if FULL_BIBLIOGRAPHY in blank_code(text):
        text = text.replace(FULL_BIBLIOGRAPHY, "::: {#refs}\n:::", 1)
    return text.strip()


def _address(source: str, target: str, site_url: str) -> str:
    """Where a link of the site leads in the book; files that are not in it are linked on the hosted site."""
    if "://" in target or target.startswith("mailto:"):
        return target
    path, _, fragment = target.partition("#")
    page = normpath(join(dirname(source), path)) if path else source
    if work := re.fullmatch(r"papers/([^/]+)\.md", page):
        return f"#{page_anchor(page)}" if work[1] == "index" else f"#ref-{work[1]}"
    if re.fullmatch(r"results/[^/]+\.md", page):  # the tables of all numbers are too long for paper
        return f"{site_url.rstrip('/')}/{page.removesuffix('.md')}/" if site_url else "#results"
    if page.endswith(".md"):
        return f"#{page_anchor(page)}--{fragment}" if fragment else f"#{page_anchor(page)}"
    return f"{site_url.rstrip('/')}/{page}" if site_url else f"#{page_anchor(source)}"


def commit_of(root: Path) -> tuple[str, datetime]:
    """The short commit and its date; SOURCE_DATE_EPOCH comes first, and outside git the date is the epoch."""
    shown = subprocess.run(["git", "-C", str(root), "log", "-1", "--format=%h %ct"], capture_output=True, text=True)
    name, _, stamp = shown.stdout.strip().partition(" ") if shown.returncode == 0 else ("", "", "")
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or stamp or 0)
    return name, datetime.fromtimestamp(seconds, UTC)


def make_pdf(root: Path, out: Path) -> None:
    """Write the whole book in `root` as a PDF to `out`.

    Raises SurveyError for problems of the book, and RuntimeError with the tool's message if pandoc or Typst fails.
    """
    book = check.load(root)
    config = root / "mkdocs.yml"
    settings = read_settings(config)
    drawings: dict[str, str] = {}
    order = reading_order(config)[1:]  # the front page is the site's; the title page stands in its place
    text = book_markdown(book, order, drawings, settings["site_url"] or "")
    commit, date = commit_of(root)
    metadata = {
        "title": settings["site_name"],
        "abstract": settings["site_description"],
        "date": f"{date.day} {date:%B %Y}",
        "version": commit,
        "link-citations": True,
        "nocite": "@*",
        "lang": "en-GB",
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "author": settings.get("extra", {}).get("authors", []),
        "site": settings["site_url"] or "",
    }
    front = "---\n" + yaml.safe_dump(metadata, allow_unicode=True) + "---\n\n"
    with tempfile.TemporaryDirectory() as folder:
        for name, svg in drawings.items():
            Path(folder, name).write_text(svg, "utf-8")
        bibliography = Path(folder, "refs.bib")
        bibliography.write_text(with_capitals(work.reference for work in book.catalogue.works.values()), "utf-8")
        source = pypandoc.convert_text(
            front + text,
            to="typst",
            format="markdown-tex_math_single_backslash+autolink_bare_uris",
            extra_args=[
                "--standalone",
                "--template",
                str(TEMPLATES / "book.typ"),
                "--citeproc",
                "--wrap=none",
                "--bibliography",
                str(bibliography),
                "--csl",
                str(TEMPLATES / "author-year.csl"),
                "--lua-filter",
                str(TEMPLATES / "print.lua"),
                "--fail-if-warnings",
            ],
        )
        file = Path(folder, "book.typ")
        file.write_text(source, "utf-8")
        if keep := os.environ.get("SURVEY_KEEP_TYPST"):
            Path(keep).write_text(source, "utf-8")
        pdf = typst.compile(str(file))
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    aside.write_bytes(pdf)
    aside.replace(out)


def main() -> int:
    """Command line: press.py OUT writes the PDF of the book around this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    options = parser.parse_args()
    try:
        make_pdf(options.root, options.out)
    except (SurveyError, RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
