"""Numbers of figures and tables, by chapter, the same on the screen and on paper, and references to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey.medium import CAPTION, REFERENCE, Medium

KINDS = {"fig": "Figure", "tbl": "Table"}


@dataclass(frozen=True)
class Numbered:
    """A figure or table: the page below docs/ that it stands on, and what it is called, such as "Table 3.2"."""

    page: str
    name: str


def numbered(page: str, rank: int, expanded: str) -> Iterator[tuple[str, Numbered]]:
    """The anchor of every captioned figure and table of an expanded chapter; `rank` is the chapter's number."""
    seen: Counter[str] = Counter()
    for anchor in re.findall(CAPTION.format(r"([\w-]+)"), expanded):
        kind = anchor.partition("-")[0]
        seen[kind] += 1
        yield anchor, Numbered(page, f"{KINDS[kind]} {rank}.{seen[kind]}")


def references(expanded: str) -> list[str]:
    """The anchors of the figures and tables that an expanded chapter refers to."""
    return re.findall(REFERENCE.format(r"([\w-]+)"), expanded)


def resolve(expanded: str, page: str, numbers: Mapping[str, Numbered], medium: Medium) -> str:
    """The chapter with every caption numbered, if it has a number, and every reference linked."""

    def caption(match: re.Match[str]) -> str:
        found = numbers.get(match[1])
        return f"**{found.name}.** " if found and found.page == page else ""

    def reference(match: re.Match[str]) -> str:
        found = numbers[match[1]]
        return medium.reference(found.page, match[1], found.name)

    expanded = re.sub(REFERENCE.format(r"([\w-]+)"), reference, expanded)
    return re.sub(CAPTION.format(r"([\w-]+)"), caption, expanded)
