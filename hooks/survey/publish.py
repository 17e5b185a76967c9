"""What the site gives to machines besides its pages: every file by its path on the site."""

from __future__ import annotations

import json
from collections.abc import Iterator

from survey import exports
from survey.check import Book
from survey.metadata import Site


def published_files(book: Book, site: Site) -> Iterator[tuple[str, str]]:
    """Path on the site and content of every file that is made from the data."""
    references = [work.reference for work in book.catalogue.works.values()]
    yield "references.ris", "".join(map(exports.ris, references))
    yield "references.json", _json([exports.csl(reference) for reference in references])
    yield "data/works.json", _json(exports.works(book.catalogue))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
