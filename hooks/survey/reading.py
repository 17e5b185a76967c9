"""Aids for the reader of a page on the screen: what a work is, how long a chapter takes, and how to cite a section."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser

from survey.catalogue import Catalogue, Work

WORDS_A_MINUTE = 238  # silent reading of English non-fiction, after Brysbaert, 2019, doi:10.1016/j.jml.2019.104047
UNREAD = {"figure", "table", "svg", "math", "pre", "ul", "ol", "dl"}
CHAPTER_MINUTES = 3  # what takes less is no chapter, and tells neither its length nor its date

# What holds most elements of a page, and none of its words.
_NOT_READ = re.compile(r"<(table|svg|math)\b.*?</\1>", re.DOTALL)
_SECTION = re.compile(r"(?=<h2\b)")
_WORK = re.compile(r'<svg\b.*?</svg>|<a href="((?:\.\./)*papers/([^"/]+)/)">', re.DOTALL)
_BARE_TABLE = re.compile(r'(?<!tabindex="0">)\s<table>.*?</table>', re.DOTALL)
_HEADING = re.compile(r'<h[23] id="([^"]+)">(?:(?!</h[23]>).)*?(<a class="headerlink"[^>]*>[^<]*</a>)', re.DOTALL)


def with_aids(html: str, catalogue: Catalogue, changed: dt.date | None = None) -> str:
    """A page's HTML with cards on works and, on a chapter, its reading time, its date, and links to cite its sections.

    `changed` is the day of the chapter's last change, where it is known.
    """
    html = with_cards(html, catalogue.works)
    minutes = round(count_words(html) / WORDS_A_MINUTE)
    if minutes < CHAPTER_MINUTES:
        return html
    told = f"about {minutes} minutes"
    if changed:
        told += f' · last changed <time datetime="{changed}">{changed.day} {changed:%B %Y}</time>'
    html = html.replace("</h1>", f'</h1>\n<p class="reading-time" data-search-exclude>{told}</p>', 1)
    return _HEADING.sub(lambda found: found[0] + _cite(found[1]), html)


def _cite(anchor: str) -> str:
    """Leads to the section as its permalink does; a script makes it show a citation instead."""
    return f'<a class="cite" href="#{anchor}" title="Cite this section" data-search-exclude>cite</a>'


def with_scrolling_tables(html: str) -> str:
    """HTML whose every table scrolls by itself and takes the focus, so that the keyboard can scroll it too."""
    return _BARE_TABLE.sub(r'<div class="scroll" role="group" tabindex="0" aria-label="Table">\g<0></div>', html)


def with_cards(html: str, works: Mapping[str, Work]) -> str:
    """HTML whose links to works say on hover and focus what each is, at its first mention in a section."""
    return "".join(_cards(section, works) for section in _SECTION.split(html))


def _cards(section: str, works: Mapping[str, Work]) -> str:
    seen: set[str] = set()

    def card(link: re.Match[str]) -> str:
        address, key = link.groups()
        if key not in works or key in seen:  # a link within a drawing has a title of its own
            return link[0]
        seen.add(key)
        work = works[key]
        said = f"{work.name} ({work.reference.short_authors}, {work.reference.year}). {work.paper.summary}"
        return f'<a href="{address}" title="{escape(said)}">'

    return _WORK.sub(card, section)


def count_words(html: str) -> int:
    """The words of the running text: without tables, figures, code, formulas and lists."""
    counter = _Words()
    counter.feed(_NOT_READ.sub("", html))
    counter.close()
    return counter.words


class _Words(HTMLParser):
    """Counts words outside of what is looked at rather than read."""

    def __init__(self) -> None:
        super().__init__()
        self.words = 0
        self._within: list[str] = []  # the open elements, from the outermost one that is not read

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        unread = tag in UNREAD or ("class", "headerlink") in attrs
        if (self._within or unread) and tag not in ("br", "hr", "img", "input", "wbr"):
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.words += len(re.findall(r"\w[\w'’-]*", data))
