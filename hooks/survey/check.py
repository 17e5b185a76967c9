"""All checks of the book, in one pass: the data first, then the chapters that use it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

from survey.bibtex import read_bibtex
from survey.catalogue import BIB, Catalogue
from survey.chapters import check_chapters
from survey.manuscript import DOCS, Manuscript
from survey.numbering import Numbered
from survey.problems import Problem, SurveyError
from survey.prose import check_prose

# What a book without problems was found to be, so that the site and the press need not check it again.
CHECKED = ".cache/checked.json"


@dataclass(frozen=True)
class Book:
    """A book without problems: what it knows, what its authors wrote, and how its figures and tables are numbered."""

    catalogue: Catalogue
    manuscript: Manuscript
    numbers: Mapping[str, Numbered]  # of figures and tables, by anchor


def check(root: Path) -> tuple[Book | None, tuple[Problem, ...]]:
    """Every problem of the book in `root`, in order of place, and the book where there is none."""
    stamp = _stamp(root)
    catalogue, problems = Catalogue.read(root)
    keys = set(catalogue.works) | catalogue.broken if catalogue else set(read_bibtex(root / BIB, BIB, []))
    manuscript = Manuscript.read(root, problems)
    numbers = check_chapters(root, manuscript, catalogue, keys, problems)
    if catalogue is not None:
        check_prose(manuscript, catalogue, problems)
    if problems or catalogue is None:
        return None, SurveyError(problems).problems
    _keep(root, stamp, numbers)
    return Book(catalogue, manuscript, numbers), ()


def load(root: Path) -> Book:
    """The book in `root`, checked unless nothing has changed since it last passed.

    Raises SurveyError with every problem, if there is any.
    """
    with suppress(OSError, ValueError, KeyError, TypeError):  # a kept result that cannot be read costs time, no more
        kept = json.loads((root / CHECKED).read_text("utf-8"))
        if kept["stamp"] == _stamp(root):
            numbers = {anchor: Numbered(*told) for anchor, told in kept["numbers"].items()}
            return Book(Catalogue.load(root), Manuscript.read(root, []), numbers)
    book, problems = check(root)
    if book is None:
        raise SurveyError(problems)
    return book


def _keep(root: Path, stamp: str, numbers: Mapping[str, Numbered]) -> None:
    told = {"stamp": stamp, "numbers": {anchor: astuple(number) for anchor, number in numbers.items()}}
    with suppress(OSError):
        (root / CHECKED).parent.mkdir(exist_ok=True)
        aside = (root / CHECKED).with_suffix(f".{os.getpid()}")
        aside.write_text(json.dumps(told), "utf-8")
        aside.replace(root / CHECKED)


def _stamp(root: Path) -> str:
    """What changes with any file that the checks read, and with the checks themselves."""
    files = [root / BIB, root / "mkdocs.yml", *Path(__file__).parent.rglob("*.py")]
    files += (root / DOCS).rglob("*")
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(os.fsencode(file) + b"\0")  # of a picture or a font, only that it is there
        if file.suffix in (".md", ".yml", ".svg", ".bib", ".py") and file.is_file():
            with suppress(OSError):
                digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()
