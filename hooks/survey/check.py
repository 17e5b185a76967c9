"""All checks of the book, in one pass: the data first, then the chapters that use it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey.bibtex import read_bibtex
from survey.catalogue import BIB, Catalogue
from survey.chapters import check_chapters
from survey.kept import CACHE, fingerprint, keep, recall
from survey.manuscript import DOCS, Manuscript
from survey.numbering import Numbered
from survey.problems import Problem, SurveyError
from survey.prose import check_prose
from survey.text_file import Snapshot

# What a book without problems was found to be, so that the site and the press need not check it again.
CHECKED = "checked"


@dataclass(frozen=True)
class Book:
    """A book without problems: what it knows, what its authors wrote, how its figures and tables are numbered, and what
    its figures are drawn from.
    """

    catalogue: Catalogue
    manuscript: Manuscript
    numbers: Mapping[str, Numbered]  # of figures and tables, by anchor
    plots: tuple[str, ...]  # specifications for the plotting library


def check(root: Path) -> tuple[Book | None, tuple[Problem, ...]]:
    """Every problem of the book in `root`, in order of place, and the book where there is none."""
    before = _read(root)
    catalogue, problems = Catalogue.read(root)
    keys = set(catalogue.works) | catalogue.broken if catalogue else set(read_bibtex(root / BIB, BIB, []))
    manuscript = Manuscript.read(root, problems)
    numbers, plots = check_chapters(root, manuscript, catalogue, keys, problems)
    if catalogue is not None:
        check_prose(manuscript, catalogue, problems)
    if problems or catalogue is None:
        return None, SurveyError(problems).problems
    if _read(root) == before:  # otherwise nobody knows what has been checked
        keep(root / CACHE, CHECKED, (numbers, plots), before)
    return Book(catalogue, manuscript, numbers, plots), ()


def load(root: Path) -> Book:
    """The book in `root`, checked unless nothing has changed since it last passed.

    Raises SurveyError with every problem, if there is any.
    """
    if found := recall(root / CACHE, CHECKED, _read(root)):
        return Book(Catalogue.load(root), Manuscript.read(root, []), *found[0])
    book, problems = check(root)
    if book is None:
        raise SurveyError(problems)
    return book


def _read(root: Path) -> str:
    """What changes with any file that the checks read."""
    parts: list[str | bytes] = []
    for file in sorted([root / BIB, root / "mkdocs.yml", *(root / DOCS).rglob("*")]):
        # Of a picture or a font, only that it is there.
        told = Snapshot.of(file) if file.suffix in (".md", ".yml", ".svg", ".bib") else Snapshot(b"")
        parts += [os.fsencode(file), told.contents, told.fault]
    return fingerprint(*parts)
