"""The book as its authors wrote it: the chapters in reading order, their numbered formulas, and the diagrams."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import yaml

from survey.figures import diagrams
from survey.kept import fingerprint
from survey.markdown import blank_code, escape, headings, line_of, split_front_matter
from survey.models import Settings
from survey.problems import Problem
from survey.text_file import read_text
from survey.validation import validated
from survey.yaml_file import YAML, YamlFile, parse_yaml

SETTINGS = "mkdocs.yml"
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
        found = self.front_matter([])
        return found.data if found else {}

    def front_matter(self, problems: list[Problem]) -> YamlFile | None:
        """The front matter with the lines it has in the file; None where there is none, or with a problem."""
        front, _ = split_front_matter(self.text)
        # The line of dashes counts as an empty one.
        return parse_yaml("\n" + "\n".join(front.splitlines()[1:-1]), self.path, problems) if front else None

    @cached_property
    def title(self) -> str:
        """What the front matter calls it, otherwise its first heading, otherwise its file."""
        return str(self.meta.get("title") or self._heading or self.source.removesuffix(".md"))

    @property
    def shown_title(self) -> str:
        """The same as Markdown, which a heading is and front matter is not."""
        return escape(self.title) if self.meta.get("title") or not self._heading else self._heading

    @cached_property
    def _heading(self) -> str:
        first = next((found.text for found in headings(self.body)), "")
        return re.sub(r"\s*\{:?\s*#[\w-]+\s*\}\s*$", "", first.lstrip("# \t"))

    @property
    def description(self) -> str:
        """What the front matter says it is about."""
        return str(self.meta.get("description") or "")


# Front matter of a page that is not printed.
WEB_ONLY = "web_only"
_CAPTION = re.compile(r"^Table:[ \t](.*)\{#tbl-([\w-]+)\}[ \t]*$", re.MULTILINE)


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
    for found in _CAPTION.finditer(prose):
        end = found.start() - (prose[max(0, found.start() - 2) : found.start()] == "\n\n")
        start = _first_row(prose, end)
        if start < end:
            caption = text[slice(*found.span(1))].strip()
            yield Table(found[2], caption, text[start:end].rstrip(), start, found.end())


def _first_row(text: str, end: int) -> int:
    """Where the rows of a table begin that ends at `end`; there, if none does."""
    while end:
        start = text.rfind("\n", 0, end - 1) + 1
        row = text[start:end].rstrip()
        if not row.endswith("|") or not row.startswith("|") or len(row) < 2:
            break
        end = start
    return end


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


NO_SETTINGS = Settings()


@dataclass(frozen=True, eq=False)
class Manuscript:
    """All chapters, in reading order first, with what can be referred to from any of them."""

    chapters: tuple[Chapter, ...] = ()
    ranks: Mapping[str, int] = field(default_factory=dict)  # the number of each chapter; the front page is 0
    equations: Mapping[str, Equation] = field(default_factory=dict)
    diagrams: Mapping[str, diagrams.Diagram] = field(default_factory=dict)
    settings: Settings = NO_SETTINGS
    history: History = NO_HISTORY

    @classmethod
    def read(cls, root: Path, problems: list[Problem], history: History = NO_HISTORY) -> Manuscript:
        """The manuscript of the book in `root`; what is wrong with its formulas and diagrams is added to `problems`."""
        settings = read_settings(root, problems)
        chapters = _chapters(root, problems)
        web_only = {chapter.source for chapter in chapters if chapter.meta.get(WEB_ONLY)}
        order = [page for page in _pages(settings.nav) if page not in web_only]
        rank = {source: number for number, source in enumerate(order)}
        _captions(chapters, problems)
        chapters.sort(key=lambda chapter: (rank.get(chapter.source, len(rank)), chapter.source))
        return cls(
            tuple(chapters),
            rank,
            _equations(chapters, rank, problems),
            diagrams.read(root / DIAGRAMS, DIAGRAMS, problems),
            settings,
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
        if any(part.startswith(".") for part in source.split("/")):  # as MkDocs does; an editor's lock, for one
            continue
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


class MkDocsYAML(YAML):
    """YAML with the tags of MkDocs; `!ENV` gives the first variable that is set, otherwise the default."""


def _environment(loader: YAML, node: yaml.Node) -> object:
    told = loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else [node.value]
    *names, default = told if len(told) > 1 else [*told, None]
    return next((os.environ[name] for name in map(str, names) if name in os.environ), default)


MkDocsYAML.add_constructor("!ENV", _environment)
MkDocsYAML.add_multi_constructor("", lambda loader, suffix, node: None)


def read_settings(root: Path, problems: list[Problem]) -> Settings:
    """What mkdocs.yml says to the book in `root`; what is wrong with it is a problem, and is left out."""
    if not os.path.lexists(root / SETTINGS):
        return NO_SETTINGS
    text = read_text(root / SETTINGS, SETTINGS, problems)
    file = parse_yaml(text, SETTINGS, problems, MkDocsYAML) if text is not None else None
    if file is None:
        return NO_SETTINGS
    for title in _titles(file.data.get("nav")):
        if "{{" in title or "{%" in title:
            problems.append(Problem(SETTINGS, file.line("nav"), f"the title '{title}' would be read as a macro"))
    found = validated(Settings, _without_gaps(file.data), file, (), problems)
    return found or Settings.model_construct(nav=file.data.get("nav"))


def _without_gaps(told: Mapping) -> dict:
    """What is not left empty, as MkDocs takes it."""
    return {
        name: _without_gaps(held) if isinstance(held, dict) else held for name, held in told.items() if held is not None
    }


def reading_order(config: Path) -> list[str]:
    """The chapters in the order of the navigation in mkdocs.yml, by their path below docs/; not what is for the web."""
    return list(Manuscript.read(config.parent, []).ranks)


def _pages(nav: object) -> Iterator[str]:
    """The chapters in the order of a navigation, by their path below docs/."""
    for item in nav if isinstance(nav, list) else ():
        for value in item.values() if isinstance(item, dict) else (item,):
            if isinstance(value, list):
                yield from _pages(value)
            elif isinstance(value, str) and value.endswith(".md"):
                yield value


def _titles(nav: object) -> Iterator[str]:
    for item in nav if isinstance(nav, list) else ():
        for title, value in item.items() if isinstance(item, dict) else ():
            yield str(title)
            yield from _titles(value)
