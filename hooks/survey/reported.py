"""Reported numbers as tables: one for each environment, the rows of one paper together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from survey.catalogue import Catalogue
from survey.markdown import escape
from survey.medium import Column, Medium
from survey.models import Result, model_size

UNSTATED = '<span class="unreported">not stated</span>'
COLUMNS = (
    Column("Paper", 13),
    Column("System", 15),
    Column("Value", 7),
    Column("Model", 13),
    Column("Retrieval and setting", 15),
    Column("Where", 13),
)
MOST_OTHERS = 8
NO_ENVIRONMENT = "no tools, or environment not stated"


def blocks(catalogue: Catalogue, rows: Iterable[Result]) -> list[tuple[str | None, list[Result]]]:
    """The rows by environment, in the order of taxonomy.yml; within one, by paper, oldest first, its own system first.

    A baseline without an environment of its own stands with the system that it is compared with.
    """
    rows = list(rows)
    order: list[str | None] = [*catalogue.taxonomy.environments, None]
    home: dict[str, str | None] = {}
    for row in sorted(rows, key=lambda row: order.index(row.environment)):
        home.setdefault(row.work, row.environment)

    def place(row: Result) -> str | None:
        return row.environment or home[row.work]

    def rank(row: Result) -> tuple:
        work = catalogue.works[row.work]
        return (order.index(place(row)), work.date, work.key)

    rows.sort(key=rank)  # stable: within one paper the order of results.yml, where a baseline follows its system
    return [(environment, list(group)) for environment, group in groupby(rows, key=place)]


def environment_name(catalogue: Catalogue, environment: str | None) -> str:
    """What a block of rows is called."""
    return catalogue.taxonomy.environments[environment].label if environment else NO_ENVIRONMENT


def tables(
    catalogue: Catalogue, medium: Medium, benchmark: str, metric: str, paper: Callable[[str], str], rows: list[Result]
) -> str:
    """One table for each environment. `paper` writes the name of the paper that reports a block of rows."""
    parts = []
    name = escape(catalogue.benchmark(benchmark).name)
    label = escape(catalogue.term(metric)[0])
    for environment, group in blocks(catalogue, rows):
        cells, last = [], ""
        for row in group:
            cells.append(
                [
                    paper(row.work) if row.work != last else "",
                    escape(row.system) if row.system else f"**{escape(catalogue.works[row.work].name)}**",
                    escape(row.value),
                    escape(row.model) if row.model else UNSTATED,
                    conditions(catalogue, row, environment),
                    where(row),
                ]
            )
            last = row.work
        shown = f"{name}, {label}: {escape(environment_name(catalogue, environment))}. Numbers as printed"
        parts.append(medium.table(f"results-{benchmark}-{metric}-{environment or 'none'}", COLUMNS, cells, shown))
    return "\n\n".join(parts)


@dataclass(frozen=True)
class Comparison:
    """What a work and others report on one benchmark in one metric and environment with models of the same size.

    The rows are in the order of the benchmark's page; `more` says how many others are only there.
    """

    benchmark: str
    metric: str
    environment: str
    rows: list[Result]
    more: int


def comparisons(catalogue: Catalogue, key: str) -> Iterator[Comparison]:
    """Every comparison of a work with others, in the order of results.yml; baselines in a work's tables have no part.

    At most MOST_OTHERS rows of others are kept, those with the same model before the rest.
    """
    own = [row for row in catalogue.reported(work=key) if not row.system]
    for benchmark, metric in dict.fromkeys((row.benchmark, row.metric) for row in own):
        for environment, group in blocks(catalogue, catalogue.reported(benchmark=benchmark, metric=metric)):
            mine = [row for row in group if row.work == key and not row.system]
            sizes, models = {model_size(row.model) for row in mine} - {""}, {row.model for row in mine}
            others = [row for row in group if row.work != key and not row.system and model_size(row.model) in sizes]
            if environment and others:
                near = sorted(others, key=lambda row: row.model not in models)[:MOST_OTHERS]
                rows = [row for row in group if row in near or (row in mine and model_size(row.model) in sizes)]
                yield Comparison(benchmark, metric, environment, rows, len(others) - len(near))


def conditions(catalogue: Catalogue, row: Result, environment: str | None) -> str:
    """What a comparison has to know of a row besides the block it stands in."""
    told = [row.retrieval, row.setting]
    if row.environment != environment:
        told.insert(0, "environment not stated")
    return escape("; ".join(filter(None, told))) or UNSTATED


def where(row: Result) -> str:
    """Where the number stands, in which version, and whether there is reason to doubt it."""
    place = f"{row.where}, {row.version}"
    shown = f"[{escape(place)}](<{row.source}>)" if row.source else escape(place)
    return shown + (f' <span class="doubt">uncertain: {escape(row.doubt)}</span>' if row.doubt else "")
