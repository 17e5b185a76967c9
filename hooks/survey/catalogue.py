"""The catalogue: refs.bib and the data files, joined and checked in one pass, then never changed."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from survey.bibtex import Reference, read_bibtex
from survey.kept import CACHE, fingerprint, kept
from survey.models import Benchmark, Fact, Links, Model, Paper, Result, Taxonomy, Term, checked_id, model_family
from survey.problems import Misuse, Problem, SurveyError, Unknown, nearest
from survey.text_file import Snapshot
from survey.validation import validated
from survey.yaml_file import YamlFile, read_yaml

BIB = "refs.bib"
PAPERS = "docs/data/papers.yml"
BENCHMARKS = "docs/data/benchmarks.yml"
RESULTS = "docs/data/results.yml"
TAXONOMY = "docs/data/taxonomy.yml"
FILES = (BIB, PAPERS, BENCHMARKS, RESULTS, TAXONOMY)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Work:
    """One work: what it is (from refs.bib) and what the survey says of it (from papers.yml)."""

    reference: Reference
    paper: Paper

    @property
    def key(self) -> str:
        return self.reference.key

    @property
    def name(self) -> str:
        return self.paper.name

    @cached_property
    def date(self) -> dt.date:
        """When it first became public; the first of January where only the year is known."""
        return self.reference.first_public or dt.date(self.reference.year_number or 1000, 1, 1)

    @property
    def links(self) -> Iterator[tuple[str, str]]:
        """Label and address of every link, the paper first."""
        yield "Paper", self.reference.url
        for name in Links.model_fields:
            if address := getattr(self.paper.links, name):
                yield "Weights" if name == "models" else name.capitalize(), address


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All works, benchmarks, results and terms. `broken` holds keys whose entries have errors of their own."""

    taxonomy: Taxonomy
    works: Mapping[str, Work]
    benchmarks: Mapping[str, Benchmark]
    results: tuple[Result, ...]
    broken: frozenset[str] = field(default=frozenset())
    cache: Path | None = None  # where what is slow to make, such as a drawing, may be kept
    stamp: str = ""  # the same for the same data

    @classmethod
    def load(cls, root: Path) -> Catalogue:
        """The catalogue of the book in `root`.

        Raises SurveyError with every problem of the data, if there is any.
        """
        catalogue, problems = cls.read(root)
        if problems or catalogue is None:
            raise SurveyError(problems)
        return catalogue

    @classmethod
    def read(cls, root: Path) -> tuple[Catalogue | None, list[Problem]]:
        """What can be read of the catalogue, and every problem; None when a file of it cannot be read at all.

        Files that have not changed since the last call are not read again, nor checked again if an earlier run did.
        """
        catalogue, problems = cls._read(root, tuple(_stamp(root / path) for path in FILES))
        return catalogue, list(problems)

    @classmethod
    @lru_cache(maxsize=2)
    def _read(cls, root: Path, stamps: tuple) -> tuple[Catalogue | None, list[Problem]]:
        files = {path: Snapshot.of(root / path) for path in FILES}
        stamp = fingerprint(str(root), *(part for f in files.values() for part in (f.contents, f.fault)))
        return kept(root / CACHE, "catalogue", lambda: cls._joined(root, files, stamp), stamp)

    @classmethod
    def _joined(cls, root: Path, files: Mapping[str, Snapshot], stamp: str) -> tuple[Catalogue | None, list[Problem]]:
        problems: list[Problem] = []
        references = read_bibtex(files[BIB], BIB, problems)
        papers_file, benchmarks_file, results_file, taxonomy_file = (
            read_yaml(files[path], path, problems) for path in (PAPERS, BENCHMARKS, RESULTS, TAXONOMY)
        )
        taxonomy = validated(Taxonomy, taxonomy_file.data, taxonomy_file, (), problems) if taxonomy_file else None
        papers = _entries(Paper, papers_file, problems)
        benchmarks = _entries(Benchmark, benchmarks_file, problems)
        results = _results(results_file, problems)
        if taxonomy is None:
            return None, problems
        checks = _Checks(taxonomy, problems)
        checks.taxonomy(taxonomy_file, references)
        checks.papers(papers, papers_file, references)
        # An entry with errors of its own is known all the same, so that one mistake is not reported twice.
        keys = set(map(str, papers_file.data)) if papers_file else None
        slugs = set(map(str, benchmarks_file.data)) if benchmarks_file else None
        checks.benchmarks(benchmarks, benchmarks_file, keys, references)
        checks.results(results, results_file, keys, benchmarks, slugs, references)
        works = {key: Work(references[key], papers[key]) for key in sorted(references.keys() & papers.keys())}
        named = set(references) | set(papers_file.data if papers_file else ())
        named |= set(benchmarks_file.data) if benchmarks_file else set()
        whole = all((papers_file, benchmarks_file, results_file))
        broken = frozenset(map(str, named)) - set(works) - set(benchmarks)
        return (
            cls(taxonomy, works, benchmarks, tuple(results.values()), broken, root / CACHE, stamp) if whole else None
        ), problems

    def work(self, key: str) -> Work:
        """The work with this BibTeX key; raises Unknown with the nearest key."""
        try:
            return self.works[key]
        except (KeyError, TypeError):
            raise Unknown("citation key", key, self.works) from None

    def benchmark(self, slug: str) -> Benchmark:
        """The benchmark with this id; raises Unknown with the nearest id."""
        try:
            return self.benchmarks[slug]
        except (KeyError, TypeError):
            raise Unknown("benchmark", slug, self.benchmarks) from None

    def term(self, term_id: str) -> tuple[str, str]:
        """Label and definition of an axis or term; raises Unknown with the nearest id."""
        axes = self.taxonomy.axes
        if term_id in axes:
            return axes[term_id].label, axes[term_id].definition
        if term_id in self.vocabulary:
            term = self.vocabulary[term_id]
            return term.label, term.definition
        raise Unknown("term", term_id, [*axes, *self.vocabulary])

    @cached_property
    def vocabulary(self) -> dict[str, Term]:
        """Every term of every group by id, in the order of taxonomy.yml."""
        groups = (name for name in Taxonomy.model_fields if name not in ("axes", "attributes"))
        return {term_id: term for name in groups for term_id, term in self.taxonomy.group(name).items()}

    def select(self, axis: str | None = None, **attributes: str) -> list[Work]:
        """The works on an axis that have all the given attribute values, oldest first.

        Raises Unknown for an axis, attribute or value that the survey does not have.
        """
        if axis is not None and axis not in self.taxonomy.axes:
            raise Unknown("axis", axis, self.taxonomy.axes)
        groups = Paper.described()
        for name, value in attributes.items():
            if name not in groups:
                raise Unknown("argument", name, ["axis", *groups])
            if value not in self.taxonomy.group(groups[name]):
                raise Unknown(name, value, self.taxonomy.group(groups[name]))
        found = [
            work
            for work in self.works.values()
            if (axis is None or axis in work.paper.axes)
            and all(value in (work.paper.values(name) or ()) for name, value in attributes.items())
        ]
        return sorted(found, key=lambda work: (work.date, work.key))

    @cached_property
    def followers(self) -> dict[str, tuple[str, ...]]:
        """The works that build on or follow each work, by its key, oldest first."""
        found: dict[str, set[str]] = defaultdict(set)
        for key, work in self.works.items():
            for earlier in work.paper.builds_on:
                found[earlier].add(key)
            found[key].update(work.paper.followed_by)
        return {key: tuple(sorted(keys, key=lambda k: (self.works[k].date, k))) for key, keys in found.items() if keys}

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """The benchmarks for which results are reported."""
        found = {row.benchmark for row in self.results}
        return tuple(slug for slug in self.benchmarks if slug in found)

    @cached_property
    def _rows(self) -> dict[tuple[str, str], list[Result]]:
        found: dict[tuple[str, str], list[Result]] = defaultdict(list)
        for row in self.results:
            found["work", row.work].append(row)
            found["benchmark", row.benchmark].append(row)
        return found

    def reported(self, **filters: str | None) -> list[Result]:
        """The results whose fields equal all filters, in the order of results.yml; None means without that field."""
        first = next(((name, filters[name]) for name in ("work", "benchmark") if name in filters), None)
        rows = self._rows.get(first, []) if first else self.results
        return [row for row in rows if all(getattr(row, name) == value for name, value in filters.items())]

    def number(self, work: str, benchmark: str, **filters: str) -> Result:
        """The one row of results.yml that the filters leave.

        Without `system` it is the work's own number, not that of a baseline in its tables; an empty text means that the
        row does not have that field. Raises Unknown for a name that the survey does not have, and Misuse if the
        filters leave no row or several.
        """
        self.work(work)
        self.benchmark(benchmark)
        allowed = [name for name in Result.model_fields if name not in ("work", "benchmark", "value")]
        for name in filters:
            if name not in allowed:
                raise Unknown("argument", name, allowed)
        told = {name: value or None for name, value in filters.items()}
        rows = self.reported(work=work, benchmark=benchmark, **{"system": None, **told})
        if len(rows) != 1:
            near = rows or self.reported(work=work, benchmark=benchmark)
            choices = "; ".join(map(_told, near[:6])) or "none reported"
            raise Misuse(
                f"{len(rows) or 'no'} results fit value('{work}', '{benchmark}', …), one must; there are: {choices}"
            )
        return rows[0]


def _told(row: Result) -> str:
    named = ("metric", "model", "system", "setting", "environment", "retrieval")
    return ", ".join(f'{name}="{getattr(row, name)}"' for name in named if getattr(row, name))


def _stamp(file: Path) -> tuple[int, int]:
    """What changes when the file does."""
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)


def _entries(model: type[M], file: YamlFile | None, problems: list[Problem]) -> dict[str, M]:
    """Every valid entry of a file that maps keys to entries."""
    found = {}
    for key, data in (file.data if file else {}).items():
        if entry := validated(model, data, file, (key,), problems):
            found[str(key)] = entry
    return found


def _results(file: YamlFile | None, problems: list[Problem]) -> dict[int, Result]:
    """The valid rows of results.yml by their position."""
    if file is None:
        return {}
    rows = file.data.get("results")
    if set(file.data) != {"results"} or not isinstance(rows, list):
        problems.append(Problem(file.path, 1, "must hold one list named 'results'"))
        return {}
    found = {}
    for index, data in enumerate(rows):
        if row := validated(Result, data, file, ("results", index), problems):
            found[index] = row
    return found


@dataclass(frozen=True)
class _Checks:
    """What no single entry can know: that names are known, distinct, and agree between the files."""

    known: Taxonomy
    problems: list[Problem]

    def _fault(self, file: YamlFile, place: tuple, message: str, meant: str = "") -> None:
        shown = "" if place[0] == "results" else f"{place[0]}: "
        self.problems.append(Problem(file.path, file.line(*place), f"{shown}{message}", meant))

    def _terms(self, entry: Model, file: YamlFile, place: tuple) -> None:
        for name, group in type(entry).vocabularies():
            for value in entry.values(name) or ():
                choices = self.known.group(group)
                if value not in choices:
                    index = entry.values(name).index(value)
                    self._fault(
                        file, (*place, name, index), f"unknown value '{value}' of '{name}'", nearest(value, choices)
                    )

    def _distinct(self, names: Iterable[tuple[str, str]], file: YamlFile) -> None:
        owners: dict[str, str] = {}
        for key, name in names:
            other = owners.setdefault(name.casefold(), key)
            if other != key:
                self._fault(file, (key, "name"), f"has the name '{name}' of '{other}'; make them distinct")

    def taxonomy(self, file: YamlFile, references: Mapping[str, Reference]) -> None:
        owners: dict[str, str] = {}
        for group in Taxonomy.model_fields:
            if group == "attributes":
                continue
            for term_id, term in self.known.group(group).items():
                if owners.setdefault(term_id, group) != group:
                    self._fault(file, (group, term_id), f"duplicate id '{term_id}', also in {owners[term_id]}")
                work = getattr(term, "work", None)
                if work is not None and work not in references:
                    self._fault(
                        file, (group, term_id, "work"), f"unknown citation key '{work}'", nearest(work, references)
                    )
        for axis_id, axis in self.known.axes.items():
            for index, exclusion in enumerate(axis.excludes):
                if exclusion.see is not None and exclusion.see not in self.known.axes:
                    self._fault(
                        file,
                        ("axes", axis_id, "excludes", index, "see"),
                        f"unknown axis '{exclusion.see}'",
                        nearest(exclusion.see, self.known.axes),
                    )
        for name in Paper.described():
            if name not in self.known.attributes:
                self._fault(file, ("attributes",), f"lacks a label for '{name}'")

    def papers(self, papers: Mapping[str, Paper], file: YamlFile | None, references: Mapping[str, Reference]) -> None:
        if file is None:
            return
        for key in file.data:
            if key not in references:
                self._fault(file, (key,), f"'{key}' is not in {BIB}", nearest(str(key), references))
        for key, reference in references.items():
            if key not in file.data:
                message = f"'{key}' is not in {PAPERS}"
                self.problems.append(Problem(BIB, reference.line, message, nearest(key, file.data)))
        for key, paper in papers.items():
            self._terms(paper, file, (key,))
            for axis in paper.axes:
                if axis not in self.known.axes:
                    self._fault(file, (key, "axes", axis), f"unknown axis '{axis}'", nearest(axis, self.known.axes))
            for index, model in enumerate(paper.base_models or ()):
                family = model_family(model)
                if family not in self.known.models:
                    message = f"base model '{model}' is of the unknown family '{family}'"
                    self._fault(file, (key, "base_models", index), message, nearest(family, self.known.models))
            self._facts(paper.facts, file, (key,), references.get(key), paper.read)
            self._relations(key, paper, papers, file)
        self._distinct(((key, paper.name) for key, paper in papers.items()), file)

    def _facts(
        self, facts: Iterable[Fact], file: YamlFile, place: tuple, reference: Reference | None, read: str | None
    ) -> None:
        for index, fact in enumerate(facts):
            here = (*place, "facts", index)
            if fact.source is None and fact.version is None and read is None:
                message = (
                    "a fact needs a source: say with 'read' which version of the paper was read, or give a 'source'"
                )
                self._fault(file, here, message)
            self._second_hand(fact, file, here, reference)

    def _second_hand(self, entry: Fact | Result, file: YamlFile, place: tuple, reference: Reference | None) -> None:
        """What stands in another paper than the work's own has to say so in its version."""
        found = re.search(r"arxiv\.org/\w+/(\d{4}\.\d{4,5})", entry.source or "")
        own = reference.arxiv if reference is not None else ""
        if found and found[1] != own and found[1] not in (entry.version or ""):
            known = f"{BIB} has {own}" if own else f"{BIB} has no arXiv number"
            message = f"the source is arXiv {found[1]}, {known}; mend it, or name the other paper in 'version'"
            self._fault(file, (*place, "source"), message)

    def _relations(self, key: str, paper: Paper, papers: Mapping[str, Paper], file: YamlFile) -> None:
        for name in ("builds_on", "compares_with", "followed_by"):
            listed = getattr(paper, name)
            for index, other in enumerate(listed):
                here = (key, name, index)
                if other == key:
                    self._fault(file, here, f"'{name}' names the work itself")
                elif other not in file.data:
                    self._fault(file, here, f"unknown citation key '{other}' in '{name}'", nearest(other, file.data))
                elif other in listed[:index]:
                    self._fault(file, here, f"'{other}' stands twice in '{name}'")
                elif name == "followed_by" and other in papers and key in papers[other].builds_on:
                    self._fault(file, here, f"'{other}' already says that it builds on '{key}'; leave it out here")

    def benchmarks(
        self,
        entries: Mapping[str, Benchmark],
        file: YamlFile | None,
        keys: set[str] | None,
        references: Mapping[str, Reference],
    ) -> None:
        for slug, entry in entries.items():
            try:
                checked_id(slug)
            except ValueError as error:
                self._fault(file, (slug,), str(error))
            self._terms(entry, file, (slug,))
            if keys is not None and entry.work is not None and entry.work not in keys:
                self._fault(file, (slug, "work"), f"unknown citation key '{entry.work}'", nearest(entry.work, keys))
            self._facts(entry.facts, file, (slug,), references.get(entry.work or ""), None)
        if file is not None:
            self._distinct(((slug, entry.name) for slug, entry in entries.items()), file)

    def results(
        self,
        rows: Mapping[int, Result],
        file: YamlFile | None,
        keys: set[str] | None,
        benchmarks: Mapping[str, Benchmark],
        slugs: set[str] | None,
        references: Mapping[str, Reference],
    ) -> None:
        seen: dict[tuple, tuple[int, Result]] = {}
        for index, row in rows.items():
            place = ("results", index)
            self._terms(row, file, place)
            if keys is not None and row.work not in keys:
                self._fault(file, (*place, "work"), f"unknown citation key '{row.work}'", nearest(row.work, keys))
            if slugs is not None and row.benchmark not in slugs:
                self._fault(
                    file, (*place, "benchmark"), f"unknown benchmark '{row.benchmark}'", nearest(row.benchmark, slugs)
                )
            self._metric(row, file, place, benchmarks)
            self._second_hand(row, file, place, references.get(row.work))
            first, other = seen.setdefault(row.conditions, (index, row))
            if other is not row:
                line = file.line("results", first)
                what = (
                    f"repeats line {line}" if other.value == row.value else f"contradicts {other.value} in line {line}"
                )
                self._fault(file, place, f"{row.value} of '{row.work}' on '{row.benchmark}' {what}")

    def _metric(self, row: Result, file: YamlFile, place: tuple, benchmarks: Mapping[str, Benchmark]) -> None:
        metric = self.known.metrics.get(row.metric)
        if metric is None:
            return
        benchmark = benchmarks.get(row.benchmark)
        if benchmark is not None and row.metric not in benchmark.metrics:
            message = f"'{row.benchmark}' is not measured in '{row.metric}', only in {', '.join(benchmark.metrics)}"
            self._fault(file, (*place, "metric"), message, nearest(row.metric, benchmark.metrics))
        if metric.range and not metric.range[0] <= row.percent <= metric.range[1]:
            unit = " of 1" if row.unit == "fraction" else ""
            self._fault(file, (*place, "value"), f"{row.value}{unit} is outside the range of '{row.metric}'")
