"""The book as its authors wrote it: the chapters in reading order, their numbered formulas, and the diagrams."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import yaml

from survey.figures import diagrams
from survey.kept import fingerprint
from survey.markdown import blank_code, headings, line_of, split_front_matter
from survey.problems import Problem
from survey.yaml_file import YAML, read_text

DOCS = "docs"
DIAGRAMS = f"{DOCS}/diagrams"

_FORMULA = re.compile(r"^\$\$[ \t]*\n(.*?)\n\$\$[ \t]*(?:\{#([\w-]+)\})?[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Chapter:
    """One Markdown file below docs/; `source` is its path there."""

    source: str
    text: str

    @property
    def path(self) -> str:
        return f"{DOCS}/{self.source}"

    @cached_property
    def body(self) -> str:
        """The text without front matter, on the lines it has in the file."""
        front, body = split_front_matter(self.text)
        return "\n" * front.count("\n") + body

    @cached_property
    def meta(self) -> dict:
        """The front matter; empty where there is none or it is broken."""
        front, _ = split_front_matter(self.text)
        try:
            data = yaml.load(front.strip().strip("-"), YAML) if front else None
        except yaml.YAMLError:
            return {}
        return data if isinstance(data, dict) else {}

    @cached_property
    def title(self) -> str:
        """What the front matter calls it, otherwise its first heading, otherwise its file."""
        first = next((found.text for found in headings(self.body)), "")
        heading = re.sub(r"\s*\{:?\s*#[\w-]+\s*\}\s*$", "", first.lstrip("# \t"))
        return str(self.meta.get("title") or heading or self.source.removesuffix(".md"))

    @property
    def description(self) -> str:
        """What the front matter says it is about."""
        return str(self.meta.get("description") or "")


# Front matter of a page that is not printed.
WEB_ONLY = "web_only"
_TABLE_ROWS = re.compile(r"(?:^\|.*\|[ \t]*\n)+\n?", re.MULTILINE)
_TABLE_CAPTION = re.compile(r"Table:[ \t]+(.+?)[ \t]+\{#tbl-([\w-]+)\}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Table:
    """A pipe table with a caption below it, `Table: … {#tbl-name}`, with its place in the text that it was found in."""

    name: str
    caption: str
    rows: str
    start: int
    end: int


def tables(text: str) -> Iterable[Table]:
    """The captioned tables outside code."""
    prose = blank_code(text)
    for rows in _TABLE_ROWS.finditer(prose):  # one pattern for both would try every row as the first
        if caption := _TABLE_CAPTION.match(prose, rows.end()):
            said = text[slice(*caption.span(1))]
            yield Table(caption[2], said, text[slice(*rows.span())].rstrip(), rows.start(), caption.end())


@dataclass(frozen=True)
class Formula:
    """A display formula, `$$ … $$ {#eq-name}`, with its place in the text that it was found in."""

    id: str
    latex: str
    line: int
    start: int
    end: int


def formulas(text: str) -> Iterable[Formula]:
    """The display formulas outside code; the id is empty where the author gave none."""
    prose = blank_code(text)
    for match in _FORMULA.finditer(prose):
        yield Formula(match[2] or "", match[1], line_of(prose, match.start()), match.start(), match.end())


@dataclass(frozen=True)
class Equation:
    """A numbered formula: the page below docs/ that it stands on, and its number, such as "2.3"."""

    page: str
    number: str


@dataclass(frozen=True)
class History:
    """What version control knows of the book; empty outside it.

    `commit` is the short name of the version and `date` its day; `changes` are the files by the day they changed, as
    paths below the book's folder.
    """

    commit: str = ""
    date: dt.date | None = None
    changes: Mapping[dt.date, frozenset[str]] = field(default_factory=dict)

    def last_change(self, path: str) -> dt.date | None:
        """The day a file last changed, by its path below the book's folder; none where that is not known."""
        return max((day for day, paths in self.changes.items() if path in paths), default=None)


NO_HISTORY = History()


@dataclass(frozen=True, eq=False)
class Manuscript:
    """All chapters, in reading order first, with what can be referred to from any of them."""

    chapters: tuple[Chapter, ...] = ()
    ranks: Mapping[str, int] = field(default_factory=dict)  # the number of each chapter; the front page is 0
    equations: Mapping[str, Equation] = field(default_factory=dict)
    diagrams: Mapping[str, diagrams.Diagram] = field(default_factory=dict)
    settings: Mapping = field(default_factory=dict)  # what mkdocs.yml says
    history: History = NO_HISTORY

    @classmethod
    def read(cls, root: Path, problems: list[Problem], history: History = NO_HISTORY) -> Manuscript:
        """The manuscript of the book in `root`; what is wrong with its formulas and diagrams is added to `problems`."""
        config = root / "mkdocs.yml"
        order = reading_order(config) if config.is_file() else []
        rank = {source: number for number, source in enumerate(order)}
        chapters = _chapters(root, problems)
        _captions(chapters, problems)
        chapters.sort(key=lambda chapter: (rank.get(chapter.source, len(rank)), chapter.source))
        return cls(
            tuple(chapters),
            rank,
            _equations(chapters, rank, problems),
            diagrams.read(root / DIAGRAMS, DIAGRAMS, problems),
            read_settings(config) if config.is_file() else {},
            history,
        )

    @cached_property
    def shared(self) -> str:
        """The same as long as what one chapter shows of the others is: what they are numbered, and the diagrams."""
        return fingerprint(*(repr(sorted(known.items())) for known in (self.ranks, self.equations, self.diagrams)))

    def chapter(self, source: str) -> Chapter | None:
        """The chapter with this path below docs/."""
        return next((chapter for chapter in self.chapters if chapter.source == source), None)


def _chapters(root: Path, problems: list[Problem]) -> list[Chapter]:
    found = []
    for file in sorted((root / DOCS).rglob("*.md")):
        source = file.relative_to(root / DOCS).as_posix()
        text = read_text(file, f"{DOCS}/{source}", problems)
        if text is not None:
            found.append(_chapter(source, text.replace("\r\n", "\n")))
    return found


@lru_cache(maxsize=128)
def _chapter(source: str, text: str) -> Chapter:
    """The same chapter for the same text, so that what it knows of itself is found once."""
    return Chapter(source, text)


def _captions(chapters: list[Chapter], problems: list[Problem]) -> None:
    """A caption with no table above it would stand in the text as it is written."""
    for chapter in chapters:
        prose, known = blank_code(chapter.body), {table.name for table in tables(chapter.body)}
        for match in re.finditer(r"^[ \t]*Table:.*\{#tbl-([\w-]+)\}", prose, re.MULTILINE):
            if match[1] not in known:
                message = f"the caption 'tbl-{match[1]}' has no table above it"
                problems.append(Problem(chapter.path, line_of(prose, match.start()), message))


def _equations(chapters: list[Chapter], rank: Mapping[str, int], problems: list[Problem]) -> dict[str, Equation]:
    """Every named formula, numbered by chapter as the printed book numbers its chapters, from the second page on."""
    found: dict[str, Equation] = {}
    for chapter in chapters:
        for number, formula in enumerate(formulas(chapter.body), 1):
            if not formula.id.startswith("eq-"):
                message = "a display formula needs a name; end it with $$ {#eq-name}"
                problems.append(Problem(chapter.path, formula.line, message))
            elif formula.id in found:
                message = f"duplicate formula '{formula.id}', also in {DOCS}/{found[formula.id].page}"
                problems.append(Problem(chapter.path, formula.line, message))
            else:
                found[formula.id] = Equation(chapter.source, f"{rank.get(chapter.source, 0)}.{number}")
    return found


def read_settings(config: Path) -> dict:
    """What mkdocs.yml says, past the tags that only MkDocs understands; `!ENV` gives the environment's value."""

    class Loader(YAML):
        """YAML with MkDocs's own tags."""

    Loader.add_constructor("!ENV", lambda loader, node: os.environ.get(node.value[0].value))
    Loader.add_multi_constructor("", lambda loader, suffix, node: None)
    return yaml.load(config.read_text("utf-8"), Loader) or {}


def reading_order(config: Path) -> list[str]:
    """The chapters in the order of the navigation in mkdocs.yml, by their path below docs/; not what is for the web."""
    nav = read_settings(config).get("nav", [])

    def pages(items: Iterable) -> Iterable[str]:
        for item in items:
            for value in item.values() if isinstance(item, dict) else (item,):
                yield from pages(value) if isinstance(value, list) else (value,)

    return [page for page in pages(nav) if page.endswith(".md") and not _web_only(config.parent / DOCS / page)]


def _web_only(file: Path) -> bool:
    return file.is_file() and bool(Chapter(file.name, file.read_text("utf-8", "replace")).meta.get(WEB_ONLY))
