"""Where the chapters discuss a work: the sections that cite it or name it, each with an anchor to lead to."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from survey.catalogue import Catalogue
from survey.chapters import expand, heading_anchors
from survey.manuscript import Chapter, Manuscript
from survey.markdown import headings
from survey.medium import Sketch
from survey.prose import ABOUT_THE_BOOK, mentions


@dataclass(frozen=True)
class Section:
    """A part of a chapter from one heading to the next, with the chapter's title and its own as Markdown.

    The part above the first section has neither title nor anchor.
    """

    source: str
    chapter: str
    title: str = ""
    anchor: str = ""


def discussed(catalogue: Catalogue, manuscript: Manuscript) -> dict[str, tuple[Section, ...]]:
    """The sections that discuss each work, by its key, in reading order; pages about the book itself do not count.

    A work that only stands in a list or table that a macro makes of the data is not discussed there.
    """
    found: dict[str, dict[Section, None]] = {}
    for chapter in manuscript.chapters:
        if chapter.meta.get(ABOUT_THE_BOOK):
            continue
        named = sorted(mentions(chapter.body), key=lambda mention: mention.start)
        if not named:
            continue
        starts, sections = _sections(chapter, catalogue, manuscript)
        for mention in named:
            section = sections[bisect_right(starts, mention.start)]
            found.setdefault(mention.text, {})[section] = None
    return {key: tuple(sections) for key, sections in found.items()}


def _sections(chapter: Chapter, catalogue: Catalogue, manuscript: Manuscript) -> tuple[list[int], list[Section]]:
    """Where the sections of a chapter begin, and the sections, with the part above the first of them in front."""
    heads = list(headings(chapter.body))
    alone = Chapter(chapter.source, "\n\n".join(head.text for head in heads))
    expanded = expand(alone, catalogue, Sketch(chapter.source), [], manuscript)
    titles = [re.sub(r"^#+\s+|\s*\{:?[^{}]*\}\s*$", "", head.text) for head in headings(expanded)]
    sections = [Section(chapter.source, chapter.shown_title)]
    for head, title, anchor in zip(heads, titles, heading_anchors(expanded), strict=True):
        sections.append(
            sections[0] if head.text.startswith("# ") else Section(chapter.source, chapter.shown_title, title, anchor)
        )
    return [head.start for head in heads], sections
