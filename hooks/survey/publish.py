"""What the site gives to machines besides its pages: every file by its path on the site."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from survey import exports
from survey.catalogue import BIB
from survey.check import Book
from survey.feed import feed
from survey.llms import LLMS, llms_txt
from survey.metadata import FEED, Site
from survey.plain import plain_chapter
from survey.schemas import data, schemas

DATA = "data"
SCHEMAS = f"{DATA}/schema"
PDF = "survey.pdf"
RIS = "references.ris"
CSL = "references.json"
WORKS = f"{DATA}/works.json"


def published_files(book: Book, site: Site) -> Iterator[tuple[str, str]]:
    """Path on the site and content of every file that is made from the data."""
    told = {
        PDF: "all chapters as one PDF",
        BIB: "what each work is, in BibTeX",
        RIS: "the same in RIS",
        CSL: "the same in CSL-JSON",
        WORKS: "every work in short, with what a list of works shows",
    }
    described = schemas(book.catalogue, site.url and f"{site.url}{SCHEMAS}/")
    for name, held in data(book.catalogue).items():
        path, schema = f"{DATA}/{name}.json", f"{SCHEMAS}/{name}.schema.json"
        told[path] = described[name]["description"]
        told[schema] = f"JSON Schema of {name}.json and {name}.yml"
        yield path, _json(held)
        yield schema, _json(described[name], indent=1)
    references = [work.reference for work in book.catalogue.works.values()]
    yield RIS, "".join(map(exports.ris, references))
    yield CSL, _json([exports.csl(reference) for reference in references])
    yield WORKS, _json(exports.works(book.catalogue))
    yield FEED, feed(book.catalogue, site)
    yield LLMS, llms_txt(book, site, told)


def plain_chapters(book: Book, site: Site, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Path on the site and Markdown of every chapter; `labels` says how each work is cited."""
    for source in book.manuscript.ranks:
        if chapter := book.manuscript.chapter(source):
            yield source, plain_chapter(book, chapter, labels, site.url)


def _json(value: Any, indent: int | None = None) -> str:
    separators = None if indent else (",", ":")
    return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators) + "\n"
