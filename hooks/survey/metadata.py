"""What a page says of itself to machines, in its head: who wrote what, and how to cite it."""

from __future__ import annotations

from dataclasses import dataclass

from survey.check import Book


@dataclass(frozen=True)
class Site:
    """The hosted book as its settings name it; `url` ends with a slash, and is empty where the book has no address."""

    name: str
    description: str
    url: str = ""
    authors: tuple[str, ...] = ()


def head(book: Book, site: Site, source: str, address: str) -> str:
    """HTML for the head of the page made from `source` (its path below docs/), whose path on the site is `address`."""
    return ""
