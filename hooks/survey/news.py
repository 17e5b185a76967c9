"""What is new in the book, by day: works that were added, and chapters that changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from survey.catalogue import Catalogue, Work
from survey.manuscript import Chapter, Manuscript
from survey.prose import ABOUT_THE_BOOK


@dataclass
class Day:
    """One day of the book: the works added, the newest first, and the chapters that changed."""

    date: dt.date
    works: list[Work] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)


def days(catalogue: Catalogue, manuscript: Manuscript) -> list[Day]:
    """The days on which something was added or changed, newest first.

    Works come from `added` in papers.yml, chapters from the history of the manuscript; where that is empty, only works
    are told.
    """
    found: dict[dt.date, Day] = {}
    for work in newest(catalogue.works.values()):
        found.setdefault(work.paper.added, Day(work.paper.added)).works.append(work)
    for date, paths in manuscript.history.changes.items():
        changed = [chapter for chapter in manuscript.chapters if chapter.path in paths and _told(chapter, manuscript)]
        if changed:
            found.setdefault(date, Day(date)).chapters = changed
    return sorted(found.values(), key=lambda day: day.date, reverse=True)


def newest(works: Iterable[Work]) -> list[Work]:
    """The works that were added last first; of one day, those on an axis first, and what became public last."""
    return sorted(works, key=lambda work: (work.paper.added, bool(work.paper.axes), work.date, work.key), reverse=True)


def _told(chapter: Chapter, manuscript: Manuscript) -> bool:
    return chapter.source in manuscript.ranks and not chapter.meta.get(ABOUT_THE_BOOK)
