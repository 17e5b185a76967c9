"""What an author may write in a chapter: one method of Macros for each macro, all of them giving Markdown."""

from __future__ import annotations

import datetime as dt
import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TypeVar

from survey import news, reported, stats
from survey.catalogue import Catalogue, Work
from survey.draft import author, latex, people
from survey.figures import FIGURES
from survey.figures.drawing import Cell, Place
from survey.manuscript import Manuscript
from survey.markdown import escape
from survey.medium import REFERENCE, Column, Medium
from survey.models import Paper, Taxonomy, checked_id
from survey.problems import Misuse, Unknown

T = TypeVar("T")
NOT_REPORTED = '<span class="unreported">not reported</span>'
# Columns of a comparison that are not attributes with a vocabulary.
OTHER_COLUMNS = {
    "year": "First public",
    "base_models": "Base models",
    "training_amount": "Amount of data",
    "turn_limit": "Turn limit",
    "code": "Code",
}
# What of a figure's arguments is no part of its anchor.
UNNAMED = ("caption", "before", "after")
WIDE = {"base_models": 18, "algorithms": 12, "signals": 18, "tools": 14, "training_sets": 16, "training_amount": 18}


@dataclass(frozen=True)
class Macros:
    """The macros for one page in one medium.

    They raise Unknown for names that the survey does not have, and Misuse for calls that make no sense.
    """

    catalogue: Catalogue
    medium: Medium
    manuscript: Manuscript = Manuscript()  # the chapters, for what is said of them or referred to from elsewhere

    def paper(self, key: str, locator: str = "") -> str:
        """A work's short name, leading to its page, with its citation."""
        return self.medium.cited(key, self.catalogue.work(key).name, locator)

    def papers(self, axis: str = "", **filters: str) -> str:
        """The key papers of an axis, each with what it contributes to that axis.

        With filters instead of an axis, such as kind="survey", each with its summary; with neither, all works in a
        table.
        """
        if not axis and not filters:
            return self._all_works()
        items = []
        for work in self.catalogue.select(axis or None, **filters):
            links = " · ".join(f"[{label}](<{address}>)" for label, address in work.links)
            reference = work.reference
            title = reference.title + ("" if reference.title.endswith(("?", "!")) else ".")
            authors = escape(f"{reference.short_authors}, {reference.year}")
            head = f"**{self.medium.work(work.key, work.name)}** {authors}"
            items.append(
                f"-   {head}{no_rl(self.catalogue, work)}  \n"
                f"    *{escape(title)}* {escape(reference.venue)}.\n\n"
                f"    {escape(work.paper.axes[axis] if axis else work.paper.summary)}\n\n"
                f"    {links}\n"
            )
        return '<div class="papers" markdown="1">\n\n' + "\n".join(items) + "\n</div>"

    def compare(
        self,
        axis: str = "",
        columns: list[str] | tuple[str, ...] = ("learning", "algorithms"),
        caption: str = "",
        **filters: str,
    ) -> str:
        """A table of the works on an axis, or of those that the filters choose, one column for each attribute."""
        chosen = [self._column(name) for name in columns]
        works = self.catalogue.select(axis or None, **filters)
        rows = [
            [self._cited(work) + no_rl(self.catalogue, work), *(self._cell(work, name) for name in columns)]
            for work in works
        ]
        rows.append(["*Reported by*", *(f"*{self._reporting(works, name)}*" for name in columns)])
        label = f"{self.catalogue.taxonomy.axes[axis].label}: the" if axis else "The"
        text = (
            escape(caption)
            if caption
            else f"{label} {len(works)} listed work{'s' * (len(works) != 1)} compared, oldest first"
        )
        name = "-".join(["compare", *filter(None, [axis, *filters.values()])])
        return self.medium.table(name, [Column("Work", 20), *chosen], rows, text)

    def results(self, benchmark: str = "", metric: str = "") -> str:
        """Every reported number on a benchmark in a metric, with setting and source; settings stay apart.

        Without a benchmark, a table of all benchmarks and metrics that leads to their numbers.
        """
        if not benchmark and not metric:
            return self._all_results()
        rows = self.catalogue.reported(benchmark=self._benchmark(benchmark), metric=self._metric(metric))
        if not rows:
            raise Misuse(f"no result on '{benchmark}' with the metric '{metric}'")

        def paper(key: str) -> str:
            work = self.catalogue.work(key)
            return self._cited(work) + no_rl(self.catalogue, work)

        return reported.tables(self.catalogue, self.medium, benchmark, metric, paper, rows)

    def value(self, key: str, benchmark: str, **filters: str) -> str:
        """One reported number, as printed; the filters must leave exactly one row of results.yml.

        Without `system` it is the number of the work itself, not of a baseline in its tables. A filter with an empty
        text means that the row does not have that field.
        """
        row = self.catalogue.number(key, benchmark, **filters)
        where = "; ".join(filter(None, [f"{row.where}, {row.version}", row.retrieval, row.setting]))
        return f'<span class="value" title="{escape(where)}">{escape(row.value)}</span>'

    def count(self, axis: str = "", **filters: str) -> str:
        """How many works are on an axis and have the given attribute values, for example kind="method"."""
        return str(len(self.catalogue.select(axis or None, **filters)))

    def axis(self, axis: str) -> str:
        """The definition of an axis, what belongs to it, and what belongs elsewhere with links."""
        axes = self.catalogue.taxonomy.axes
        if axis not in axes:
            raise Unknown("axis", axis, axes)
        entry = axes[axis]
        lines = [
            f"**{escape(entry.label)}.** {escape(entry.definition)}",
            "",
            f"**What belongs here.** {escape(entry.includes)}",
            "",
        ]
        if entry.excludes:
            lines += ["**What belongs elsewhere.**", ""]
        for exclusion in entry.excludes:
            where = (
                f": see {self.medium.page(f'{exclusion.see}.md', axes[exclusion.see].label)}"
                if exclusion.see
                else ": not covered by an axis of its own"
            )
            lines.append(f"- {escape(exclusion.what)}{where}.")
        return "\n".join(lines)

    def benchmarks(self, family: str) -> str:
        """A table of the benchmarks of a family."""
        families = self.catalogue.taxonomy.families
        if family not in families:
            raise Unknown("family", family, families)
        chosen = [entry for entry in self.catalogue.benchmarks.values() if entry.family == family]
        rows = []
        for entry in sorted(chosen, key=lambda entry: entry.name.casefold()):
            web = {True: "yes", False: "no", None: NOT_REPORTED}[entry.live_web]
            rows.append(
                [
                    self.medium.cited(entry.work, entry.name) if entry.work else escape(entry.name),
                    escape(entry.task),
                    escape(entry.size) if entry.size else NOT_REPORTED,
                    self._labels("metrics", entry.metrics),
                    self._label("judges", entry.judge),
                    web,
                ]
            )
        columns = [
            Column("Benchmark", 18),
            Column("Task", 34),
            Column("Size", 18),
            Column("Metrics", 12),
            Column("Judge", 10),
            Column("Live web", 7),
        ]
        return self.medium.table(f"benchmarks-{family}", columns, rows, escape(families[family].label))

    def figure(self, which: str, /, name: str = "", **arguments: object) -> str:
        """A figure drawn from the catalogue, or a diagram of docs/diagrams/, with caption, text alternative and data.

        What else a figure takes is said by the function of that name in survey/figures/. `name` becomes its anchor.
        """
        if name:
            try:
                checked_id(name)
            except ValueError as error:
                raise Misuse(f"figure(): {error}") from None
        if which in self.manuscript.diagrams:
            return self.medium.figure(name or which, self.manuscript.diagrams[which], "")
        if which not in FIGURES:
            raise Unknown("figure", which, [*FIGURES, *self.manuscript.diagrams])
        draw = _checked(FIGURES[which], f'figure("{which}")')
        drawn = draw(self.catalogue, **arguments)
        told = [value for key, value in arguments.items() if isinstance(value, str) and key not in UNNAMED]
        table = self._plain_table(drawn.head, drawn.rows)
        return self.medium.figure(name or "-".join([which, *told]), drawn, table)

    def eq(self, name: str) -> str:
        """The number of a formula that ends with {#eq-name}, linked to it from any chapter."""
        equations = self.manuscript.equations
        if f"eq-{name}" not in equations:
            raise Unknown("equation", name, (known.removeprefix("eq-") for known in equations))
        found = equations[f"eq-{name}"]
        return self.medium.reference(found.page, f"eq-{name}", f"Equation {found.number}")

    def ref(self, anchor: str) -> str:
        """The number of a figure or table, linked to it from any chapter: ref("fig-timeline"), ref("tbl-works")."""
        if not anchor.startswith(("fig-", "tbl-")):
            raise Misuse(f"ref('{anchor}'): the anchor of a figure begins with fig-, that of a table with tbl-")
        return REFERENCE.format(anchor)

    def whats_new(self, latest: str = "") -> str:
        """What was added and changed, by day, newest first; only the last works added if `latest` says how many."""
        if not latest:
            return "\n\n".join(part for day in news.days(self.catalogue, self.manuscript) for part in self._day(day))
        if not latest.isdecimal():
            raise Misuse(f"whats_new(): '{latest}' is not a number of works")
        works = news.newest(self.catalogue.works.values())[: int(latest)]
        days = groupby(works, key=lambda work: work.paper.added)
        return "\n\n".join(f"**{_date(date)}**\n\n{self._added(added)}" for date, added in days)

    def _day(self, day: news.Day) -> Iterator[str]:
        yield f"## {_date(day.date)}"
        if day.chapters:
            changed = (self.medium.page(chapter.source, chapter.title) for chapter in day.chapters)
            yield f"Chapters changed: {', '.join(changed)}."
        if day.works:
            yield f"Works added: {len(day.works)}."
            yield self._added(day.works)

    def _added(self, works: Iterable[Work]) -> str:
        axes, kinds = self.catalogue.taxonomy.axes, self.catalogue.taxonomy.kinds
        lines = []
        for work in works:
            authors = escape(f"{work.reference.short_authors}, {work.reference.year}")
            on = "; ".join(axes[axis].label for axis in axes if axis in work.paper.axes)
            told = escape(": ".join(filter(None, (kinds[work.paper.kind].label, on))))
            lines.append(f"- {self.medium.work(work.key, work.name)} {authors} <small>{told}</small>")
        return '<div class="added" markdown="1">\n\n' + "\n".join(lines) + "\n\n</div>"

    def cite_survey(self) -> str:
        """The survey itself as a BibTeX entry, as far as settings and history say what it is."""
        settings, history = self.manuscript.settings, self.manuscript.history
        date = f" of {_date(history.date)}" if history.date else ""
        fields = {
            "title": f"{{{latex(settings.site_name)}}}",
            "author": people(map(author, settings.extra.authors)),
            "year": str(history.date.year) if history.date else "",
            "note": f"Living survey, version {history.commit}{date}" if history.commit else "Living survey",
            "url": settings.site_url,
        }
        lines = [f"  {name:<6} = {{{value}}}" for name, value in fields.items() if value.strip("{}")]
        return "```bibtex\n@misc{deepresearchsurvey,\n" + ",\n".join(lines) + "\n}\n```"

    def term(self, term_id: str, text: str = "") -> str:
        """A word of the vocabulary, linked to the glossary, its definition on hover and focus."""
        label, definition = self.catalogue.term(term_id)
        return self.medium.term(term_id, text or label, definition)

    def glossary(self) -> str:
        """Every axis and term of the vocabulary with its definition, by group."""
        taxonomy = self.catalogue.taxonomy
        parts = [
            _entries(
                "Axes", [self._entry(axis_id, axis.label, axis.definition) for axis_id, axis in taxonomy.axes.items()]
            )
        ]
        for group in (
            "terms",
            *(name for name in Taxonomy.model_fields if name not in ("axes", "attributes", "terms")),
        ):
            entries = [
                self._entry(term_id, term.label, term.definition) + (f" [@{term.work}]" if term.work else "")
                for term_id, term in taxonomy.group(group).items()
            ]
            parts.append(_entries(GROUP_TITLES[group], entries))
        return "\n\n".join(parts)

    def _entry(self, term_id: str, label: str, definition: str) -> str:
        return f"{self.medium.anchor(term_id, label[0].upper() + label[1:])}\n:   {escape(definition)}"

    def _all_works(self) -> str:
        works = sorted(self.catalogue.works.values(), key=lambda work: work.name.casefold())
        axes = self.catalogue.taxonomy.axes
        rows = [
            [
                self.medium.work(work.key, work.name),
                escape(f"{work.reference.short_authors}, {work.reference.year}"),
                escape(work.reference.title),
                self._label("kinds", work.paper.kind) + no_rl(self.catalogue, work),
                ", ".join(self.medium.page(f"{axis}.md", axes[axis].label) for axis in axes if axis in work.paper.axes)
                or "–",
            ]
            for work in works
        ]
        columns = [
            Column("Work", 16),
            Column("Authors", 16),
            Column("Title", 38),
            Column("Kind", 10),
            Column("Axes", 20),
        ]
        return self.medium.table("works", columns, rows, f"All {len(rows)} works of the survey")

    def _all_results(self) -> str:
        rows = []
        for family, entry in self.catalogue.taxonomy.families.items():
            for slug, benchmark in self.catalogue.benchmarks.items():
                found = self.catalogue.reported(benchmark=slug) if benchmark.family == family else []
                if not found:
                    continue
                metrics = Counter(row.metric for row in found)
                rows.append(
                    [
                        self.medium.page(f"results/{slug}.md", benchmark.name),
                        escape(entry.label),
                        escape(", ".join(f"{self.catalogue.term(name)[0]} {n}" for name, n in metrics.most_common())),
                        str(len({row.work for row in found})),
                        self._labels(
                            "environments", tuple(dict.fromkeys(r.environment for r in found if r.environment))
                        )
                        if any(row.environment for row in found)
                        else "–",
                    ]
                )
        columns = [
            Column("Benchmark", 24),
            Column("Family", 16),
            Column("Numbers by metric", 30),
            Column("Papers", 7),
            Column("Environments", 20),
        ]
        total = len(self.catalogue.results)
        return self.medium.table("all-results", columns, rows, f"The {total} reported numbers by benchmark and metric")

    def coverage(self) -> str:
        """How much of the survey is filled in: works, attributes, facts and results, as tables."""
        found = stats.coverage(self.catalogue, (chapter.body for chapter in self.manuscript.chapters))
        kinds = ", ".join(f"{escape(name.lower())} {count}" for name, count in found.kinds.items())
        undiscussed = ", ".join(self.medium.work(work.key, work.name) for work in found.undiscussed)
        axes = [[escape(name), str(count)] for name, count in found.axes.items()]
        attributes = [
            [escape(name), str(known), str(total - known)] for name, (known, total) in found.attributes.items()
        ]
        return "\n\n".join(
            [
                f"{found.works} works ({kinds}), {found.relations} relations between them. {found.facts} key facts, "
                f"{found.facts_sourced[0]} of them with place and source, {found.facts_uncertain} marked as uncertain. "
                f"{found.results} reported numbers, {found.results_sourced[0]} of them with place and version, "
                f"{found.results_uncertain} marked as uncertain.",
                self.medium.table("axes", [Column("Axis", 30), Column("Works", 8)], axes, "Works by axis"),
                self.medium.table(
                    "attributes",
                    [Column("Attribute", 26), Column("Reported", 10), Column("Not reported", 12)],
                    attributes,
                    f"How many of the {max((total for _, total in found.attributes.values()), default=0)} methods "
                    "report an attribute",
                ),
                f"Cited in no chapter so far ({len(found.undiscussed)}): {undiscussed}."
                if undiscussed
                else "Every work is cited in a chapter.",
            ]
        )

    def _plain_table(self, head: list[str], rows: list[list[Cell]]) -> str:
        def written(cell: Cell) -> str:
            if isinstance(cell, Place):
                return self.medium.anchor(cell.anchor, cell.text)
            if isinstance(cell, str):
                return escape(cell)
            return ", ".join(self.medium.page(link.page, link.text) for link in cell)

        lines = ["| " + " | ".join(map(escape, head)) + " |", "|" + " --- |" * len(head)]
        return "\n".join(lines + ["| " + " | ".join(map(written, row)) + " |" for row in rows])

    def _benchmark(self, slug: str) -> str:
        self.catalogue.benchmark(slug)
        return slug

    def _metric(self, metric: str) -> str:
        metrics = self.catalogue.taxonomy.metrics
        if metric not in metrics:
            raise Unknown("metric", metric, metrics)
        return metric

    def _column(self, name: str) -> Column:
        attributes = self.catalogue.taxonomy.attributes
        if name in OTHER_COLUMNS:
            return Column(OTHER_COLUMNS[name], WIDE.get(name, 7))
        if name not in Paper.described():
            raise Unknown("column", name, [*OTHER_COLUMNS, *Paper.described()])
        return Column(escape(attributes[name].label), WIDE.get(name, 11))

    def _cell(self, work: Work, column: str) -> str:
        if column == "year":
            return str(work.date.year)
        if column == "code":
            return f"[code](<{work.paper.links.code}>)" if work.paper.links.code else NOT_REPORTED
        if column == "base_models":
            models = work.paper.base_models
            return NOT_REPORTED if models is None else escape(", ".join(models) or "none")
        if column in OTHER_COLUMNS:
            told = getattr(work.paper, column)
            return NOT_REPORTED if told is None else escape(told)
        values = work.paper.values(column)
        if values is None:
            return NOT_REPORTED
        shown = self._labels(Paper.described()[column], values)
        return shown.replace(", ", " → ") if column == "stages" else shown

    def _reporting(self, works: list[Work], column: str) -> str:
        """How many of the works report what a column shows."""
        if column == "year":
            return str(len(works))
        known = sum(self._cell(work, column) != NOT_REPORTED for work in works)
        return f"{known} of {len(works)}"

    def _labels(self, group: str, values: tuple[str, ...]) -> str:
        terms = self.catalogue.taxonomy.group(group)
        return escape(", ".join(terms[value].label if value in terms else value for value in values) or "none")

    def _label(self, group: str, value: str | None) -> str:
        return NOT_REPORTED if value is None else self._labels(group, (value,))

    def _cited(self, work: Work) -> str:
        return self.medium.cited(work.key, work.name)


def no_rl(catalogue: Catalogue, work: Work) -> str:
    """Says so where a listed work uses no reinforcement learning; empty for the others."""
    if work.paper.learning in (None, "online-rl", "offline-rl"):
        return ""
    label = catalogue.taxonomy.learning[work.paper.learning].label
    return f' <span class="no-rl">no RL: {escape(label)}</span>'


def _date(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


GROUP_TITLES = {
    "terms": "Concepts",
    "kinds": "Kinds of work",
    "learning": "Learning",
    "algorithms": "Algorithms",
    "models": "Model families",
    "cold_starts": "Cold starts",
    "stages": "Training stages",
    "training_sets": "Training data",
    "maskings": "Tool tokens in the loss",
    "rewards": "Reward granularity",
    "signals": "Reward signals",
    "judges": "Judges",
    "tools": "Tools",
    "environments": "Environments",
    "modalities": "Modalities",
    "topologies": "Topologies",
    "licences": "Code licences",
    "releases": "Releases",
    "families": "Benchmark families",
    "metrics": "Metrics",
}


def _entries(title: str, entries: list[str]) -> str:
    return f"## {title}\n\n" + "\n\n".join(entries)


def names() -> list[str]:
    """The names of all macros."""
    return [name for name, _ in inspect.getmembers(Macros, inspect.isfunction) if not name.startswith("_")]


def bind(macros: Callable[[], Macros], name: str) -> Callable[..., str]:
    """The macro `name` of whatever page is being rendered, its arguments checked before it runs.

    Raises Unknown for an argument that the macro does not take.
    """
    method = getattr(Macros, name)

    def macro(*args: object, **kwargs: object) -> str:
        for value in (*args, *kwargs.values()):
            if not isinstance(value, (str, list, tuple)):
                raise Misuse(f"{name}(): {value!r} is not text; put it in quotes")
        return _checked(method, f"{name}()")(macros(), *args, **kwargs)

    macro.__name__ = name
    macro.__doc__ = getattr(Macros, name).__doc__
    return macro


_signature = cache(inspect.signature)


def _checked(function: Callable[..., T], shown: str) -> Callable[..., T]:
    """The function, its arguments checked before it runs; its first one is not the author's.

    Raises Unknown for an argument that it does not take, and Misuse for one that is missing.
    """
    signature = _signature(function)

    def call(first: object, /, *args: object, **kwargs: object) -> T:
        try:
            signature.bind(first, *args, **kwargs)
        except TypeError as error:
            known = [p.name for p in signature.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD][1:]
            for wrong in kwargs.keys() - set(known):
                raise Unknown(f"{shown} argument", wrong, known) from None
            raise Misuse(f"{shown}: {error}; it takes {', '.join(known) or 'nothing'}") from None
        return function(first, *args, **kwargs)

    return call
