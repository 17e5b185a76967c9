"""llms.txt: what the book holds, for programs that read it, in the format of https://llmstxt.org."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from survey.check import Book
from survey.manuscript import Chapter
from survey.markdown import escape
from survey.metadata import FEED, Site
from survey.plain import without_html
from survey.prose import ABOUT_THE_BOOK

LLMS = "llms.txt"


def llms_txt(book: Book, site: Site, data: Mapping[str, str]) -> str:
    """The name of the book, its summary, and links to its chapters as Markdown and to its data.

    `data` says what each other file is, by its path on the site. What a reader with little room may skip stands last.
    """
    chapters = [found for found in map(book.manuscript.chapter, book.manuscript.ranks) if found]
    main = [chapter for chapter in chapters if not chapter.meta.get(ABOUT_THE_BOOK)]
    rest = [chapter for chapter in chapters if chapter.meta.get(ABOUT_THE_BOOK)]
    catalogue = book.catalogue
    parts = [
        f"# {escape(site.name)}",
        f"> {escape(site.description)}" if site.description else "",
        f"{len(catalogue.works)} works, {len(catalogue.results)} reported numbers with setting and source. Every claim "
        "carries its citation; what a work does not report is called not reported. Each work has a page "
        "`papers/KEY/`, by its BibTeX key.",
        _section("Chapters", (_link(site, chapter.source, *_told(chapter)) for chapter in main)),
        _section("Data", (_link(site, path, path.rpartition("/")[2], about) for path, about in data.items())),
        _section("Optional", [*(_link(site, chapter.source, *_told(chapter)) for chapter in rest), _feed(site)]),
    ]
    return without_html("\n\n".join(filter(None, parts))) + "\n"


def _told(chapter: Chapter) -> tuple[str, str]:
    return chapter.title, chapter.description


def _feed(site: Site) -> str:
    return _link(site, FEED, "Feed", "the works that were added last, as RSS")


def _section(title: str, links: Iterable[str]) -> str:
    return f"## {title}\n\n" + "\n".join(links)


def _link(site: Site, path: str, name: str, about: str) -> str:
    return f"- [{escape(name)}]({site.url}{path})" + (f": {escape(about)}" if about else "")
