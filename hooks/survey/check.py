"""All checks of the book, in one pass: the data first, then the chapters that use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey.bibtex import read_bibtex
from survey.catalogue import BIB, Catalogue
from survey.chapters import check_chapters
from survey.manuscript import Manuscript
from survey.numbering import Numbered
from survey.problems import Problem, SurveyError
from survey.prose import check_prose


@dataclass(frozen=True)
class Book:
    """A book without problems: what it knows, what its authors wrote, and how its figures and tables are numbered."""

    catalogue: Catalogue
    manuscript: Manuscript
    numbers: Mapping[str, Numbered]  # of figures and tables, by anchor


def check(root: Path) -> tuple[Book | None, tuple[Problem, ...]]:
    """Every problem of the book in `root`, in order of place, and the book where there is none."""
    catalogue, problems = Catalogue.read(root)
    keys = set(catalogue.works) | catalogue.broken if catalogue else set(read_bibtex(root / BIB, BIB, []))
    manuscript = Manuscript.read(root, problems)
    numbers = check_chapters(root, manuscript, catalogue, keys, problems)
    if catalogue is not None:
        check_prose(manuscript, catalogue, problems)
    if problems or catalogue is None:
        return None, SurveyError(problems).problems
    return Book(catalogue, manuscript, numbers), ()


def load(root: Path) -> Book:
    """The book in `root`; raises SurveyError with every problem, if there is any."""
    book, problems = check(root)
    if book is None:
        raise SurveyError(problems)
    return book
