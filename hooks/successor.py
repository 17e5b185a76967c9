"""The book by Zensical, the successor of the theme, as an experiment.

Zensical runs neither MkDocs hooks nor mkdocs-bibtex. What they do for the site is done here before Zensical starts, in
a copy of docs/ with every macro and citation in place, and after it has ended, in the pages that it wrote.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from arithmatex import with_mathml
from history import history_of
from references import Styled, citation, number_citations, reference_list, style_references
from survey import check, metadata
from survey.address import address
from survey.catalogue import BIB
from survey.chapters import FULL_BIBLIOGRAPHY, expand
from survey.manuscript import DOCS, SETTINGS, Chapter, MkDocsYAML
from survey.markdown import blank_code, replace_citations, split_front_matter
from survey.medium import STYLED, Screen
from survey.numbering import resolve
from survey.pages import generated_pages
from survey.problems import SurveyError
from survey.publish import PDF, plain_chapters, published_files
from survey.reading import with_aids, with_cards, with_scrolling_tables

THEME = Path(__file__).parent / "theme"
# Settings of mkdocs.yml that Zensical has no use for, or that name files of the book's folder.
LEFT_OUT = ("hooks", "watch", "exclude_docs", "docs_dir", "site_dir")
# Blocks of hooks/theme/main.html that it runs: its templates call no methods of text, and it has a search of its own.
BLOCKS = ("styles", "fonts", "site_nav", "scripts")
HEADER = '{% block header %}{{ super() | replace(config.site_name ~ "\\n", both_names) }}{% endblock %}'


def build(root: Path, zensical: Path) -> None:
    """Build the book in `root` into build/zensical/site with the program `zensical`, its sources beside the site.

    Raises SurveyError for problems of the book, and CalledProcessError if Zensical fails or warns.
    """
    folder = root / "build" / "zensical"
    book = check.load(root)
    book = replace(book, manuscript=replace(book.manuscript, history=history_of(root)))
    styled = style_references([work.reference for work in book.catalogue.works.values()], root)
    settings = book.manuscript.settings
    url = f"{settings.site_url.rstrip('/')}/" if settings.site_url else ""
    site = metadata.Site(settings.site_name, settings.site_description, url, settings.extra.authors)
    pages = list(_pages(book, styled))
    files = {page.path: _relative_to_source(page) for page in pages}
    files |= {f"{DOCS}/{path}": text for path, text in published_files(book, site)}
    files |= {SETTINGS: _settings((root / SETTINGS).read_text("utf-8")), "theme/main.html": _theme()}
    files["theme/404.html"] = (THEME / "404.html").read_text("utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    for name in ("assets", "data"):
        shutil.copytree(root / DOCS / name, folder / DOCS / name, dirs_exist_ok=True)
    shutil.copy(root / BIB, folder / DOCS / BIB)
    pdf = root / "site" / PDF
    (folder / DOCS / PDF).write_bytes(pdf.read_bytes() if pdf.is_file() else b"")
    subprocess.run([zensical, "build", "--strict", "--clean", "-f", folder / SETTINGS], check=True)
    for page in pages:
        file = folder / "site" / address(page.source) / "index.html"
        file.write_text(_finished(file.read_text("utf-8"), page, book, site), "utf-8")
    for path, text in plain_chapters(book, site, {key: told.label for key, told in styled.items()}):
        (folder / "site" / path).write_text(text, "utf-8")


def _settings(text: str) -> str:
    """The configuration: that of the book without what only MkDocs runs, as JSON, which is YAML too."""
    settings = yaml.load(text, MkDocsYAML)
    search = next(plugin["search"] for plugin in settings["plugins"] if "search" in plugin)
    theme = {**settings["theme"], "custom_dir": "theme", "variant": "classic"}
    told = {**settings, "theme": theme, "plugins": [{"search": search}]}
    return json.dumps({name: value for name, value in told.items() if value and name not in LEFT_OUT})


def _theme() -> str:
    """The theme's override with those blocks that Zensical can run."""
    text = (THEME / "main.html").read_text("utf-8")
    parts = [re.search(r"{% set both_names %}.*?{% endset %}", text, re.S)[0]]
    parts += [re.search(rf"{{% block {name} %}}.*?{{% endblock %}}", text, re.S)[0] for name in BLOCKS]
    return "\n".join(['{% extends "base.html" %}', *parts, HEADER])


def _pages(book: check.Book, styled: Mapping[str, Styled]) -> Iterator[Chapter]:
    """Every page as plain Markdown for the theme: no macros, citations as links, references at the end."""
    works = book.catalogue.works
    for source, write in generated_pages(book).items():
        yield Chapter(source, re.sub(STYLED.format(r"([^\ue051]+)"), lambda key: styled[key[1]].text, write()))
    for chapter in book.manuscript.chapters:
        screen = Screen(chapter.source)
        text = expand(chapter, book.catalogue, screen, [], book.manuscript)
        text = resolve(text, chapter.source, book.numbers, screen)
        text, cited = number_citations(replace_citations(text, lambda key: citation(key, styled[key].label)))
        to_works = "../" * address(chapter.source).count("/") + "papers"
        if FULL_BIBLIOGRAPHY in blank_code(text):
            text = text.replace(FULL_BIBLIOGRAPHY, reference_list(styled, works, styled, to_works, Counter()), 1)
        if cited:
            keys = [key for key in styled if key in cited]
            text += f"\n\n## References {{#references}}\n\n{reference_list(styled, works, keys, to_works, cited)}\n"
        yield Chapter(chapter.source, split_front_matter(chapter.text)[0] + text.lstrip("\n"))


def _relative_to_source(page: Chapter) -> str:
    """The text of a page with addresses in HTML relative to its source, as Zensical reads them, not to its address."""
    text = page.text
    if not page.source.endswith("index.md"):
        for link in reversed(list(re.finditer(r'<a\b[^>]*? href="(\.\./)', blank_code(text)))):
            text = text[: link.start(1)] + text[link.end(1) :]
    return text


def _finished(html: str, page: Chapter, book: check.Book, site: metadata.Site) -> str:
    """A page that Zensical wrote, with what a hook would have added: its head, formulas, and aids for the reader."""
    day = book.manuscript.history.last_change(page.path)
    told = metadata.Page(page.source, address(page.source), page.title, page.description, day)
    before, article, rest = re.split(r"(?<=<article)(.*?)(?=</article>)", html, maxsplit=1, flags=re.S)
    article = with_mathml(article)
    chapter = book.manuscript.chapter(page.source)
    article = with_aids(article, book.catalogue, day) if chapter else with_cards(article, book.catalogue.works)
    before = before.replace("</head>", f"{metadata.head(book, site, told)}\n</head>", 1)
    return before + with_scrolling_tables(article) + rest


def main() -> int:
    """Command line: successor.py ZENSICAL builds the book around this file with that program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zensical", type=Path, help="the program")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    options = parser.parse_args()
    try:
        build(options.root.resolve(), options.zensical.absolute())
    except (SurveyError, subprocess.CalledProcessError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
