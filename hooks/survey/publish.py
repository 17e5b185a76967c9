"""What the site gives to machines besides its pages: every file by its path on the site."""

from __future__ import annotations

from collections.abc import Iterator

from survey.check import Book
from survey.metadata import Site


def published_files(book: Book, site: Site) -> Iterator[tuple[str, str]]:
    """Path on the site and content of every file that is made from the data."""
    yield from ()
