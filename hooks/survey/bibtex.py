"""refs.bib: what each work is. Read with pybtex, with the line of every entry and plain text for every field."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from urllib.parse import quote

from pybtex import errors
from pybtex.backends.plaintext import Backend
from pybtex.database import Entry, Person
from pybtex.database.input.bibtex import Parser, month_names
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text
from pybtex.utils import CaseInsensitiveDict

from survey.models import URL, checked_id
from survey.problems import Problem
from survey.text_file import Snapshot, read_text

# What an author-year style needs to print an entry; without it the reference would come out with a hole.
REQUIRED = {
    "article": ("journal",),
    "inproceedings": ("booktitle",),
    "incollection": ("booktitle",),
    "book": ("publisher",),
    "techreport": ("institution",),
    "phdthesis": ("school",),
}
_START = re.compile(r"^[ \t]*@(\w+)\s*[{(]\s*([^\s,{}()]*)", re.MULTILINE)
_ARXIV = re.compile(r"^\d{4}\.\d{4,5}$|^[a-z-]+(\.[A-Z]{2})?/\d{7}$")
_NOT_ENTRIES = {"comment", "string", "preamble"}
_PLAIN = Backend()
LONGEST_STRING = 300
YEAR = r"[12]\d{3}"
# Fields that no reader sees, or that hold no LaTeX.
_VERBATIM = frozenset("doi eprint file url".split())
_NOT_SHOWN = _VERBATIM | frozenset("abstract annote keywords".split())


@dataclass(frozen=True)
class Author:
    """A person or body, in plain Unicode."""

    given: str
    family: str

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """The name as lists order it: "Ada, Anna"."""
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True)
class Reference:
    """One BibTeX entry as readers see it."""

    key: str
    line: int
    source: str
    entry: Entry

    def text(self, field: str) -> str:
        """A field in plain Unicode, without LaTeX; empty where the entry has no such field."""
        return plain(self.entry.fields[field]) if field in self.entry.fields else ""

    def shown(self) -> Iterator[tuple[str, str]]:
        """The fields that a reader may see, people among them, in plain Unicode."""
        for field in self.entry.fields:
            if field.lower() not in _NOT_SHOWN:
                yield field, self.text(field)
        for role, people in self.entry.persons.items():
            yield from ((role, str(_author(person))) for person in people)

    @cached_property
    def title(self) -> str:
        return self.text("title")

    @cached_property
    def authors(self) -> tuple[Author, ...]:
        return tuple(map(_author, self.entry.persons.get("author") or self.entry.persons.get("editor") or ()))

    @cached_property
    def named_authors(self) -> tuple[Author, ...]:
        """The authors without the "and others" that shortens a list."""
        return tuple(author for author in self.authors if (author.given, author.family) != ("", "others"))

    @cached_property
    def pages(self) -> tuple[str, str]:
        """First and last page; empty where there is none."""
        first, _, last = self.text("pages").partition("–")
        return first.strip(), last.strip()

    @property
    def is_preprint(self) -> bool:
        """Whether the entry is of an arXiv paper that has appeared nowhere else."""
        return self.entry.type == "misc" and bool(self.arxiv)

    @cached_property
    def published(self) -> str:
        """When it appeared, in ISO 8601: the day if it appeared online only, otherwise the year."""
        if self.entry.type == "misc" and self.first_public and str(self.first_public.year) == self.year:
            return self.first_public.isoformat()
        return self.year

    @cached_property
    def year(self) -> str:
        return self.text("year")

    @property
    def year_number(self) -> int | None:
        """The year as a number; None where it is none."""
        return int(self.year) if re.fullmatch(YEAR, self.year, re.ASCII) else None

    @cached_property
    def first_public(self) -> dt.date | None:
        """The day the work first became public (biblatex's `origdate`), usually its first arXiv version."""
        try:
            return dt.date.fromisoformat(self.text("origdate"))
        except ValueError:
            return None

    @property
    def arxiv(self) -> str:
        return self.text("eprint") if self.text("archiveprefix").lower() == "arxiv" else ""

    @cached_property
    def venue(self) -> str:
        """Where it appeared, as short as the entry allows: the event, the journal, or arXiv."""
        short = self.text("eventtitle") or self.text("journal")
        if short:
            return short
        return "arXiv" if self.arxiv else (self.text("publisher") or "online")

    @cached_property
    def url(self) -> str:
        """The page where the work can be read: arXiv first, as it is open to all."""
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        if "doi" in self.entry.fields:
            return f"https://doi.org/{quote(self.text('doi'), safe='/:;().,_-')}"
        if "url" in self.entry.fields:
            return self.entry.fields["url"].replace("\\", "")
        found = re.search(r"\\url\{([^}]*)\}", self.entry.fields.get("howpublished", ""))
        return found[1] if found else ""

    @cached_property
    def short_authors(self) -> str:
        """The authors as a list shows them: all of up to two, otherwise the first and "et al."."""
        names = [author.family for author in self.authors]
        if len(names) > 2:
            return f"{names[0]} et al."
        return " and ".join(names)


@cache
def plain(latex: str) -> str:
    """LaTeX as plain Unicode text; what cannot be decoded stays as it is written."""
    if "\\" not in latex and "$" not in latex:  # nothing to decode but braces, ties and dashes
        text = re.sub(r"[{}]", "", latex).replace("~", " ")
        return " ".join(text.replace("---", "—").replace("--", "–").split())
    latex = re.sub(r"\$\\(\w+)\s*\^\s*\{?(\d)\}?\$", lambda m: f"\\{m[1]}$^{m[2]}$", latex)
    latex = re.sub(r"\$\^\{?(\d)\}?\$", lambda m: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(m[1])], latex)
    latex = re.sub(r"\\url\{([^}]*)\}", r"\1", latex).replace("\\tau", "τ").replace("~", " ")
    try:
        text = Text.from_latex(latex).render(_PLAIN)
    except (PybtexError, ValueError):
        text = latex
    text = text.replace("\\$", "$")  # which the decoder leaves
    return " ".join(text.replace("---", "—").replace("--", "–").split())


def with_capitals(references: Iterable[Reference]) -> str:
    """The references as BibTeX whose titles are braced as a whole.

    Citation processors put English titles into sentence case; braced, a title keeps the capitals it is written with.
    """
    parts = []
    for reference in references:
        fields = [
            f"  {name} = {{{{{_no_commands(value)}}}}}"
            if name.lower() in ("title", "booktitle", "journal")
            else f"  {name} = {{{value if name.lower() in _VERBATIM else _no_commands(value)}}}"
            for name, value in reference.entry.fields.items()
        ]
        fields += [
            f"  {role} = {{{_no_commands(' and '.join(map(str, people)))}}}"
            for role, people in reference.entry.persons.items()
        ]
        parts.append(f"@{reference.entry.type}{{{reference.key},\n" + ",\n".join(fields) + "\n}\n")
    return "\n".join(parts)


def _no_commands(text: str) -> str:
    """A field whose signs are only signs: to LaTeX, what follows "%" would be a comment, and "#1" an argument."""
    text = re.sub(r"(?<!\\)([%#&])", r"\\\1", text)
    dollars = r"(?<!\\)\$"
    return re.sub(dollars, r"\\$", text) if len(re.findall(dollars, text)) % 2 else text


def _author(person: Person) -> Author:
    given = " ".join([*person.first_names, *person.middle_names])
    family = " ".join([*person.prelast_names, *person.last_names, *person.lineage_names])
    return Author(plain(given), plain(family))


def read_bibtex(file: Path | Snapshot, path: str, problems: list[Problem]) -> dict[str, Reference]:
    """All entries of `file` by key, in the order of the file; what is broken or incomplete becomes a problem."""
    text = read_text(file, path, problems)
    if text is None:
        return {}
    found, faults = _parsed(text, path)
    problems += faults
    return dict(found)


@lru_cache(maxsize=4)  # a preview reads the file again when another has changed
def _parsed(text: str, path: str) -> tuple[dict[str, Reference], tuple[Problem, ...]]:
    problems: list[Problem] = []
    return _parse(text, path, problems), tuple(problems)


def _parse(text: str, path: str, problems: list[Problem]) -> dict[str, Reference]:
    breaks = [match.start() for match in re.finditer("\n", text)]
    starts = [
        (match.start(), match[2], bisect(breaks, match.start()) + 1)
        for match in _START.finditer(text)
        if match[1].lower() not in _NOT_ENTRIES
    ]
    lines: dict[str, int] = {}
    sources: dict[str, str] = {}
    firsts: dict[str, int] = {}
    for number, (start, key, line) in enumerate(starts):
        first = firsts.setdefault(key.lower(), line)  # BibTeX takes "A" and "a" for one
        if first != line:
            problems.append(Problem(path, line, f"duplicate key '{key}', first used in line {first}"))
            continue
        end = starts[number + 1][0] if number + 1 < len(starts) else len(text)
        lines[key], sources[key] = line, text[start:end].strip()
    parser = _Parser()
    with errors.capture() as faults:
        try:
            parser.parse_string(text)
        except (PybtexError, RecursionError) as error:
            faults.append(error)
    torn = set()
    for fault in faults:
        if "repeated bibliography entry" in str(fault):
            continue
        named = re.search(r"entry with key (\S+) has", str(fault))
        key = named[1] if named else ""
        line = getattr(fault, "lineno", None) or lines.get(key, 1)
        key = key or next((key for key, start in reversed(lines.items()) if start < line), "")
        torn.add(key)
        problems.append(Problem(path, line, f"broken BibTeX in '{key}': {_tidy(str(fault))}"))
    references = {}
    for key, entry in parser.data.entries.items():
        references[key] = Reference(key, lines.get(key, 1), sources.get(key, ""), entry)
        if key not in torn:
            problems += _incomplete(references[key], path)
    _repeated_numbers(references, path, problems)
    return references


class _Strings(CaseInsensitiveDict):
    """What @string names. None is long, so that a few of them, each made of the one before, do not fill the memory."""

    def __setitem__(self, name: str, value: str) -> None:
        if len(value) > LONGEST_STRING:
            raise PybtexError(f"@string '{name}' is longer than {LONGEST_STRING} letters")
        super().__setitem__(name, value)


class _Parser(Parser):
    def __init__(self) -> None:
        super().__init__()
        self.macros = _Strings(month_names)


def _tidy(message: str) -> str:
    return re.sub(r"^syntax error in line \d+: ", "", message)


def _incomplete(reference: Reference, path: str) -> list[Problem]:
    entry, found = reference.entry, []

    def fault(message: str, field: str = "") -> None:
        found.append(Problem(path, _field_line(reference, field), f"'{reference.key}': {message}"))

    try:
        checked_id(reference.key)
    except ValueError as error:
        fault(str(error))
    if not reference.authors:
        fault("has no author or editor")
    elif not all(map(str, reference.authors)):
        fault("has an author without a name", "author")
    for field in ("title", "year", *REQUIRED.get(entry.type, ())):
        if not entry.fields.get(field, "").strip():
            fault(f"@{entry.type} has no {field}, which the citation style needs")
    if reference.text("year") and reference.year_number is None:
        fault(f"'{reference.year}' is not a year", "year")
    for field, text in reference.shown():
        if command := re.search(r"\\[A-Za-z]+", re.sub(r"\$[^$]*\$", "", text)):
            fault(f"'{command[0]}' in '{field}' is no letter that can be shown; write what it stands for", field)
    if reference.text("eprint") and not _ARXIV.match(reference.text("eprint")) and reference.arxiv:
        fault(f"'{reference.arxiv}' is not an arXiv number", "eprint")
    for field in ("url", "doi", "journal", "note", "howpublished"):
        other = re.search(r"(?i)arxiv(?:\.org/\w+/|[.:])\s*(\d{4}\.\d{4,5})", entry.fields.get(field, ""))
        if other and reference.arxiv and other[1] != reference.arxiv:
            fault(f"{field} names arXiv {other[1]}, eprint {reference.arxiv}", field)
    if "origdate" in entry.fields and reference.first_public is None:
        fault(f"origdate '{reference.text('origdate')}' is not a day such as 2025-03-12", "origdate")
    if not reference.url:
        fault("has no link: give eprint with archivePrefix, doi or url")
    elif not re.fullmatch(URL, reference.url):
        fault(f"malformed URL '{reference.url}'; write https://…", "url")
    return found


def _field_line(reference: Reference, field: str) -> int:
    match = re.search(rf"^\s*{field}\s*=", reference.source, re.MULTILINE | re.IGNORECASE) if field else None
    return reference.line + (reference.source.count("\n", 0, match.end()) if match else 0)


def _repeated_numbers(references: dict[str, Reference], path: str, problems: list[Problem]) -> None:
    owners: dict[str, str] = {}
    for key, reference in references.items():
        number = reference.arxiv
        if number and number in owners:
            line = _field_line(reference, "eprint")
            problems.append(Problem(path, line, f"'{key}' has the arXiv number {number} of '{owners[number]}'"))
        elif number:
            owners[number] = key
