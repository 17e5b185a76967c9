"""Works as COinS: spans without text that tell Zotero and others what a list of references holds.

COinS (http://www.ocoins.info/) puts into the title of a span an OpenURL ContextObject, as the key/encoded-value formats
of ANSI/NISO Z39.88-2004 write it. Besides books, journals and dissertations there is Dublin Core for everything else,
in which the kind of work is called as Zotero calls it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from survey.bibtex import Reference


@dataclass(frozen=True)
class _Format:
    """A metadata format and genre, the key of the title in it, and the keys of other fields of an entry."""

    name: str
    genre: str
    title: str
    fields: tuple[tuple[str, str], ...]


_NUMBERED = (("rft.volume", "volume"), ("rft.issue", "number"), ("rft.pages", "pages"), ("rft.issn", "issn"))
_PRINTED = (("rft.pages", "pages"), ("rft.pub", "publisher"), ("rft.isbn", "isbn"))
_FORMATS = {
    "article": _Format("journal", "article", "rft.atitle", (("rft.jtitle", "journal"), *_NUMBERED)),
    "inproceedings": _Format("book", "proceeding", "rft.atitle", (("rft.btitle", "booktitle"), *_PRINTED)),
    "incollection": _Format("book", "bookitem", "rft.atitle", (("rft.btitle", "booktitle"), *_PRINTED)),
    "techreport": _Format("book", "report", "rft.btitle", (("rft.pub", "institution"),)),
    "book": _Format("book", "book", "rft.btitle", _PRINTED),
    "phdthesis": _Format("dissertation", "", "rft.title", (("rft.inst", "school"),)),
}
_DUBLIN_CORE = _Format("dc", "", "rft.title", ())


def coins(reference: Reference) -> str:
    """An HTML span that shows nothing and says what the work is."""
    pairs = [(name, value) for name, value in context_object(reference) if value]
    told = urlencode(pairs, safe=":/,()")  # these may stand in a query as they are, which keeps the page small
    return f'<span class="Z3988" title="{escape(told)}" aria-hidden="true"></span>'


def context_object(reference: Reference) -> Iterator[tuple[str, str]]:
    """The keys and values of the work's ContextObject; a value may be empty."""
    form = _FORMATS.get(reference.entry.type, _DUBLIN_CORE)
    yield "ctx_ver", "Z39.88-2004"
    yield "rft_val_fmt", f"info:ofi/fmt:kev:mtx:{form.name}"
    if doi := reference.text("doi"):
        yield "rft_id", f"info:doi/{doi}"
    yield "rft_id", reference.url
    yield "rft.genre", form.genre
    yield form.title, reference.title
    for author in reference.named_authors:
        if form is _DUBLIN_CORE:
            yield "rft.creator", author.inverted
        else:
            yield "rft.au" if author.given else "rft.aucorp", author.inverted
    yield "rft.date", reference.published
    for key, field in form.fields:
        yield key, reference.text(field).replace("–", "-")
    if form is _DUBLIN_CORE:
        yield "rft.type", "preprint" if reference.is_preprint else "webpage"
        yield "rft.publisher", "arXiv" if reference.is_preprint else ""
