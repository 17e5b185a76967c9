"""A chapter as plain Markdown, for readers without a browser: no macros, no HTML, and its references at its end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from posixpath import dirname, join, normpath

from survey.address import address
from survey.bibtex import Reference
from survey.chapters import FULL_BIBLIOGRAPHY, expand
from survey.check import Book
from survey.manuscript import Chapter
from survey.markdown import blank_code, escape, links, plain_blocks, replace_citations
from survey.medium import Plain
from survey.numbering import resolve

_MATH = re.compile(r"(?<![\\$])(\$\$?)(?!\s)[^$]+?\1|(?<![\\$])\$\$[^$]+\$\$")
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>", re.DOTALL)
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]*[#.][\w-]+[^{}\n]*\}[ \t]*$", re.MULTILINE)
_DEFINITION = re.compile(r"^(?![ \t>|#-])(\S.*)\n:[ \t]+(?=\S)", re.MULTILINE)
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]\w*);")
# What means something to CommonMark or to GitHub's dialect of it; a backslash takes the meaning away.
_SPECIAL = "\\`*_{}[]<>#|$@~&+-.)"


def plain_chapter(book: Book, chapter: Chapter, labels: Mapping[str, str], url: str = "") -> str:
    """A chapter in the Markdown of CommonMark, with the tables, footnotes and formulas of GitHub's dialect.

    `labels` says how each work is cited, in the order of the list of references. Links lead to the pages of the site at
    `url`, which ends with a slash; without it they are relative to the place of the chapter on the site.
    """
    medium = Plain(chapter.source)
    text = expand(chapter, book.catalogue, medium, [], book.manuscript)
    text = plain_blocks(resolve(text, chapter.source, book.numbers, medium))
    for found in reversed(list(links(text))):
        address = _target(chapter.source, found.text, url)
        text = text[: found.start] + address + text[found.start + len(found.text) :]
    cited: set[str] = set()

    def link(key: str) -> str:
        cited.add(key)
        return f"[{escape(labels[key])}]({_address(chapter.source, f'papers/{key}.md', url)})"

    def listed(keys: set[str]) -> str:
        works = book.catalogue.works
        return "\n".join(f"- {link(key)}. {_entry(works[key].reference)}" for key in labels if key in keys)

    text = replace_citations(text, link)
    if FULL_BIBLIOGRAPHY in blank_code(text):
        text = text.replace(FULL_BIBLIOGRAPHY, listed(set(labels)), 1)
    elif cited:
        text += f"\n\n## References\n\n{listed(cited)}\n"
    return _outside_code_and_formulas(text, without_html).strip() + "\n"


def _target(source: str, target: str, url: str) -> str:
    """Where a link of a chapter leads on the site; links to elsewhere stay as they are."""
    if "://" in target or target.startswith("mailto:"):
        return target
    path, mark, fragment = target.partition("#")
    return _address(source, normpath(join(dirname(source), path)) if path else source, url) + mark + fragment


def _address(source: str, file: str, url: str) -> str:
    """The address of a file below docs/ as the Markdown of the chapter `source` writes it."""
    return f"{url}{address(file)}" if url else f"{'../' * source.count('/')}{address(file)}" or "./"


def _entry(reference: Reference) -> str:
    authors = ", ".join(map(str, reference.named_authors))
    others = " and others" if reference.named_authors != reference.authors else ""
    venue = reference.venue if reference.year in reference.venue else f"{reference.venue}, {reference.year}"
    return f"{escape(authors)}{others}. *{escape(reference.title)}*. {escape(venue)}. <{reference.url}>"


def _outside_code_and_formulas(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` made to what stands between code and formulas."""
    kept = blank_code(text, "\0")
    kept = _MATH.sub(lambda math: "\0" * len(math[0]), kept)
    pieces = re.finditer(r"\0+(?:\n\0+)*|[^\0]+", kept)
    return "".join(
        text[piece.start() : piece.end()] if piece[0][0] == "\0" else change(text[piece.start() : piece.end()])
        for piece in pieces
    )


def without_html(prose: str) -> str:
    """Markdown without tags and attributes, its character references as the characters that they stand for."""
    prose = _DEFINITION.sub(r"- **\1:** ", _ATTRIBUTES.sub("", _TAG.sub(_space, prose)))
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", _REFERENCE.sub(_character, prose))


def _space(tag: re.Match[str]) -> str:
    return " " if tag[0].lower().startswith("<br") else ""


def _character(reference: re.Match[str]) -> str:
    shown = unescape(reference[0])
    follows = reference.string[reference.end() : reference.end() + 1]
    means = shown in _SPECIAL and (shown != "&" or re.match(r"[#\w]", follows))
    return f"\\{shown}" if means else shown
