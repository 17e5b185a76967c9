"""What a page says of itself to machines, in its head: what it is about, how to cite it, where it is as plain text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from survey.bibtex import Author, Reference
from survey.check import Book

FEED = "feed.xml"
PREVIEW = "assets/preview.png"

# The field of an entry that names what the work appeared in, by the kind of entry, and the tag that says it.
CONTAINERS = {
    "article": ("journal", "citation_journal_title"),
    "inproceedings": ("booktitle", "citation_conference_title"),
    "incollection": ("booktitle", "citation_inbook_title"),
    "techreport": ("institution", "citation_technical_report_institution"),
    "phdthesis": ("school", "citation_dissertation_institution"),
}
SCHEMA_TYPES = {"book": "Book", "techreport": "Report", "phdthesis": "Thesis", "misc": "CreativeWork"}


@dataclass(frozen=True)
class Site:
    """The hosted book as its settings name it; `url` ends with a slash, and is empty where the book has no address."""

    name: str
    description: str
    url: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page of the site: its path below docs/, its path on the site, what it calls itself, when it changed."""

    source: str
    address: str
    title: str
    description: str = ""
    modified: dt.date | None = None

    def path(self, file: str) -> str:
        """The address of a file of the site, as a link from this page writes it."""
        return "../" * self.address.count("/") + file


def head(book: Book, site: Site, page: Page) -> str:
    """HTML for the head of a page. What must be absolute is left out where the site has no address."""
    chapter = book.manuscript.chapter(page.source)
    work = book.catalogue.works.get(page.source.removeprefix("papers/").removesuffix(".md"))
    is_work = work is not None and page.source == f"papers/{work.key}.md"
    front = page.source == "index.md"
    lines = [_alternate("application/rss+xml", page.path(FEED), "Added works")]
    if page.source in book.manuscript.ranks:
        lines.append(_alternate("text/markdown", page.path(page.source), "This page as plain Markdown"))
    lines += _open_graph(site, page, front)
    if is_work:
        lines += [_meta("name", name, value) for name, value in citation_tags(work.reference)]
        lines.append(_json_ld(_scholarly(work.reference, f"{site.url}{page.address}" if site.url else "")))
    elif chapter is not None:
        lines.append(_json_ld(_book(site) if front else _chapter(book, site, page)))
    return "\n".join(lines)


def citation_tags(reference: Reference) -> Iterator[tuple[str, str]]:
    """Name and content of the tags by which a page is about one work.

    They are the tags of Google Scholar (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing), which
    Zotero reads too. Zotero takes for an article what names neither journal nor conference, unless DC.type says what it
    is; and for the work's address that of the page, unless citation_public_url says where the work is.
    """
    entry = reference.entry.type
    yield "citation_title", reference.title
    for author in reference.named_authors:
        yield "citation_author", author.inverted
    yield "citation_publication_date", reference.published.replace("-", "/")
    if reference.first_public and reference.first_public.isoformat() != reference.published:
        yield "citation_online_date", f"{reference.first_public:%Y/%m/%d}"
    field, tag = CONTAINERS.get(entry, ("", ""))
    if tag:
        yield tag, reference.text(field)
    else:
        yield "DC.type", "preprint" if reference.is_preprint else "book" if entry == "book" else "webpage"
    first, last = reference.pages
    told = {
        "citation_volume": reference.text("volume"),
        "citation_issue": reference.text("number"),
        "citation_firstpage": first,
        "citation_lastpage": last,
        "citation_publisher": "arXiv" if reference.is_preprint else reference.text("publisher"),
        "citation_isbn": reference.text("isbn") if entry == "book" else "",
        "citation_issn": reference.text("issn"),
        "citation_doi": reference.text("doi"),
        "citation_arxiv_id": reference.arxiv,
        "citation_pdf_url": f"https://arxiv.org/pdf/{reference.arxiv}" if reference.arxiv else "",
        "citation_public_url": reference.url,
        "citation_abstract_html_url": reference.url,
    }
    yield from ((name, value) for name, value in told.items() if value)


def _open_graph(site: Site, page: Page, front: bool) -> Iterator[str]:
    """The Open Graph protocol (https://ogp.me/)."""
    told = {
        "og:type": "website" if front else "article",
        "og:title": site.name if front else page.title,
        "og:description": page.description or site.description,
        "og:site_name": site.name,
        "og:url": site.url and f"{site.url}{page.address}",
        "og:image": site.url and f"{site.url}{PREVIEW}",
    }
    yield from (_meta("property", name, value) for name, value in told.items() if value)


def _scholarly(reference: Reference, address: str) -> dict[str, Any]:
    """A work as schema.org describes it (https://schema.org/ScholarlyArticle); `address` is that of its page here."""
    entry, doi = reference.entry.type, reference.text("doi")
    appeared = {"article": ("Periodical", "journal"), "inproceedings": ("Book", "booktitle")}.get(entry)
    return {
        "@type": "ScholarlyArticle" if reference.is_preprint else SCHEMA_TYPES.get(entry, "ScholarlyArticle"),
        "name": reference.title,
        "author": [_person(author) for author in reference.named_authors],
        "datePublished": reference.published,
        "isPartOf": {"@type": appeared[0], "name": reference.text(appeared[1])} if appeared else None,
        "identifier": [f"doi:{doi}"] * bool(doi) + [f"arXiv:{reference.arxiv}"] * bool(reference.arxiv),
        "url": reference.url,
        "mainEntityOfPage": address,
    }


def _person(author: Author) -> dict[str, str]:
    if not author.given:
        return {"@type": "Organization", "name": author.family}
    return {"@type": "Person", "name": str(author), "givenName": author.given, "familyName": author.family}


def _book(site: Site) -> dict[str, Any]:
    return {
        "@type": "Book",
        "name": site.name,
        "description": site.description,
        "author": [{"@type": "Person", "name": name} for name in site.authors],
        "inLanguage": "en-GB",
        "url": site.url,
    }


def _chapter(book: Book, site: Site, page: Page) -> dict[str, Any]:
    """A page of the book as schema.org describes it (https://schema.org/Chapter)."""
    whole = _book(site)
    return {
        "@type": "Chapter",
        "name": page.title,
        "description": page.description,
        "position": book.manuscript.ranks.get(page.source),
        "author": whole["author"],
        "dateModified": page.modified and page.modified.isoformat(),
        "inLanguage": "en-GB",
        "url": site.url and f"{site.url}{page.address}",
        "isPartOf": {name: whole[name] for name in ("@type", "name", "url") if whole[name]},
    }


def _json_ld(said: dict[str, Any]) -> str:
    """A block of JSON-LD (https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents) that no data ends."""
    told = {"@context": "https://schema.org", **{name: value for name, value in said.items() if value}}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _meta(kind: str, name: str, value: str) -> str:
    return f'<meta {kind}="{name}" content="{escape(value)}">'


def _alternate(media: str, address: str, title: str) -> str:
    # The space keeps the theme, which looks for exactly "alternate", from asking for a sitemap beside each address.
    return f'<link rel="alternate " type="{media}" href="{escape(address)}" title="{title}">'
