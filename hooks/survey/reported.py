"""Reported numbers as tables: one for each environment, the rows of one paper together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from survey.catalogue import Catalogue
from survey.markdown import escape
from survey.medium import Column, Medium
from survey.models import Result

UNSTATED = '<span class="unreported">not stated</span>'
COLUMNS = (
    Column("Paper", 13),
    Column("System", 15),
    Column("Value", 7),
    Column("Model", 13),
    Column("Retrieval and setting", 15),
    Column("Where", 13),
)
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
