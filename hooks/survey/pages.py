"""The pages that no author writes: one for each work, and one for each benchmark with reported numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import groupby

from survey import reported
from survey.catalogue import Catalogue, Work
from survey.check import Book
from survey.discussed import Section, discussed
from survey.exports import ris
from survey.figures.results import results
from survey.macros import NOT_REPORTED, no_rl
from survey.markdown import escape
from survey.medium import STYLED, Column, Screen
from survey.models import Benchmark, Fact, Paper
from survey.reported import Comparison

FRAMEWORK_PARTS = {
    "engine": "Rollout engine",
    "backend": "Training backend",
    "algorithms": "Algorithms",
    "asynchrony": "Asynchrony",
    "turns": "Multi-turn tool use",
    "environments": "Environments",
    "maintainer": "Maintained by",
}

REPORTED = (
    Column("Benchmark, metric", 14),
    Column("System", 14),
    Column("Value", 7),
    Column("Model", 14),
    Column("Environment, retrieval, setting", 22),
    Column("Where", 14),
)
BESIDE = (
    Column("Work", 14),
    Column("Value", 7),
    Column("Model", 14),
    Column("Retrieval and setting", 22),
    Column("Where", 14),
)

# Tables of numbers would make the search index several times as large and bury what readers look for.
UNSEARCHED = "{ data-search-exclude }"


def generated_pages(book: Book) -> Mapping[str, Callable[[], str]]:
    """What writes the Markdown of each generated page, by its path below docs/; it has neither macros nor citations."""
    return _pages(book.catalogue, tuple(discussed(book.catalogue, book.manuscript).items()))


@lru_cache(maxsize=1)  # an edit of a chapter seldom changes where works are discussed
def _pages(catalogue: Catalogue, places: tuple[tuple[str, tuple[Section, ...]], ...]) -> dict[str, Callable[[], str]]:
    sections, comparisons = dict(places), reported.comparisons(catalogue)
    pages = {}
    for work in catalogue.works.values():
        screen = Screen(f"papers/{work.key}.md", numbered=False)
        told = (sections.get(work.key, ()), comparisons.get(work.key, ()))
        pages[screen.source] = cache(partial(work_page, catalogue, work, *told, screen))
    for slug in catalogue.measured:
        screen = Screen(f"results/{slug}.md", numbered=False)
        pages[screen.source] = cache(partial(benchmark_page, catalogue, slug, screen))
    return pages


def work_page(
    catalogue: Catalogue,
    work: Work,
    sections: Sequence[Section],
    comparisons: Sequence[Comparison],
    screen: Screen,
) -> str:
    """What the book knows of one work, as a page; `sections` discuss it, `comparisons` hold its numbers."""
    reference, paper = work.reference, work.paper
    kind = catalogue.taxonomy.kinds[paper.kind].label
    parts = [
        _front_matter(work.name, paper.summary, 3),
        f"# {escape(work.name)}",
        f"**{escape(reference.title)}**\n{{: .work-title }}",
        *_former(paper),
        escape(", ".join(map(str, reference.authors)))
        + ".  \n"
        + ". ".join(escape(part) for part in (f"{reference.venue}", _dates(work), kind))
        + ".\n{: .work-authors }",
        escape(paper.summary),
        *_training(catalogue, paper),
        " · ".join(f"[{label}](<{address}>)" for label, address in work.links) + "\n{: .work-links }",
        *_axes(catalogue, work, screen),
        *_discussed(catalogue, work, sections, screen),
        *_facts(paper.facts, paper.read, "## Key facts"),
        *_attributes(catalogue, work),
        *_framework(paper),
        *_measures(catalogue, work, screen),
        *_results(catalogue, work, screen),
        *_beside(catalogue, work, comparisons, screen),
        *_relations(catalogue, work, screen),
        f"## Cite {UNSEARCHED}",
        _tab("BibTeX", "bibtex", reference.source),
        _tab("RIS", "text", ris(reference)),
        _tab("Text", "{.text .wrap}", STYLED.format(work.key)),
        f"In a chapter of this book it is cited as `[@{work.key}]`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def benchmark_page(catalogue: Catalogue, slug: str, screen: Screen) -> str:
    """Every number that is reported on one benchmark: a table for each metric, and a plot where there are several."""
    entry = catalogue.benchmark(slug)
    rows = catalogue.reported(benchmark=slug)
    papers = {row.work for row in rows}
    metrics = list(dict.fromkeys(row.metric for row in sorted(rows, key=lambda row: entry.metrics.index(row.metric))))
    labels = [catalogue.term(metric)[0] for metric in metrics]
    about = f"{len(rows)} numbers reported on {entry.name} by {len(papers)} papers ({', '.join(labels)}), by setting."
    parts = [
        _front_matter(f"{entry.name}: results", about, 2),
        f"# {escape(entry.name)}: reported results",
        escape(about)
        + f" How to read them, and why not from top to bottom: {screen.page('results/index.md', 'Results')}.",
        "## The benchmark",
        *_benchmark(catalogue, entry, screen),
        *_facts(entry.facts, None, "### Key facts"),
    ]

    def paper(key: str) -> str:
        work = catalogue.works[key]
        return screen.work(key, work.name) + no_rl(catalogue, work)

    for metric, label in zip(metrics, labels, strict=True):
        chosen = [row for row in rows if row.metric == metric]
        parts += [
            f"## {escape(label[0].upper() + label[1:])} {{#{metric} data-search-exclude}}",
            escape(catalogue.term(metric)[1]),
        ]
        if len(chosen) > 1:
            parts.append(screen.figure(f"{slug}-{metric}", results(catalogue, slug, metric), ""))
        parts.append(reported.tables(catalogue, screen, slug, metric, paper, chosen))
    return "\n\n".join(part for part in parts if part) + "\n"


def _front_matter(title: str, description: str, boost: int) -> str:
    front = {"title": title, "description": description[:300], "render_macros": False, "search": {"boost": boost}}
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in front.items())
    return "---\n" + "\n".join(lines) + "\n---"


def _dates(work: Work) -> str:
    public = work.reference.first_public
    first = f"First public on {public.day} {public:%B %Y}" if public else f"Published in {work.reference.year}"
    number = f", arXiv {work.reference.arxiv}" if work.reference.arxiv else ""
    return f"{first}{number}"


def _training(catalogue: Catalogue, paper: Paper) -> Iterable[str]:
    """Says so where a method does not learn by reinforcement."""
    if paper.kind == "method" and paper.learning not in (None, "online-rl", "offline-rl"):
        term = catalogue.taxonomy.learning[paper.learning]
        yield f"**No reinforcement learning:** {escape(term.label)}. {escape(term.definition)}"


def _axes(catalogue: Catalogue, work: Work, screen: Screen) -> Iterable[str]:
    if not work.paper.axes:
        return
    yield "## What it contributes"
    axes = catalogue.taxonomy.axes
    yield "\n".join(
        f"- **{screen.page(f'{axis}.md', axes[axis].label)}.** {escape(work.paper.axes[axis])}"
        for axis in axes
        if axis in work.paper.axes
    )


def _discussed(catalogue: Catalogue, work: Work, sections: Sequence[Section], screen: Screen) -> Iterable[str]:
    """The chapters and sections that say something of a work; being listed in a table is not enough."""
    yield f"## Where it is discussed {UNSEARCHED}"
    if not sections:
        axes = catalogue.taxonomy.axes
        listed = " and ".join(screen.page(f"{axis}.md", axes[axis].label) for axis in axes if axis in work.paper.axes)
        yield f"In no chapter; it is listed under {listed}." if listed else "In no chapter."
        return
    lines = []
    for source, group in groupby(sections, key=lambda section: section.source):
        found = list(group)
        # Titles are Markdown by the authors of the chapters, not data.
        parts = [f"[{part.title}]({screen.path(source)}#{part.anchor})" for part in found if part.anchor]
        chapter = f"**[{found[0].chapter}]({screen.path(source)})**"
        lines.append(f"- {chapter}: {' · '.join(parts)}" if parts else f"- {chapter}")
    yield "\n".join(lines)


def _tab(title: str, language: str, text: str) -> str:
    """Text behind a tab, from which it can be copied as it is."""
    lines = ["```" + language, *text.strip("\r\n").replace("```", "` ` `").splitlines(), "```"]
    return f'=== "{title}"\n\n' + "\n".join(f"    {line}" for line in lines)


def _facts(facts: Iterable[Fact], read: str | None, heading: str) -> Iterable[str]:
    facts = list(facts)
    if not facts:
        return
    yield heading
    if read:
        yield f"Read in: {escape(read)}. A place without another source is in that text."
    yield "\n".join(f"- {_uncertain(fact)}{escape(fact.says)} ({_place(fact)})" for fact in facts)


def _uncertain(fact: Fact) -> str:
    return f'<span class="doubt">uncertain, {escape(fact.doubt)}:</span> ' if fact.doubt else ""


def _place(fact: Fact) -> str:
    place = escape(", ".join(filter(None, (fact.where, fact.version))))
    return f"[{place}](<{fact.source}>)" if fact.source else place


def _attributes(catalogue: Catalogue, work: Work) -> Iterable[str]:
    paper = work.paper
    if paper.kind != "method":
        return
    yield "## Attributes"
    yield "What the paper or its code reports; a work is described as it is trained."
    notes = {"algorithms": paper.algorithm_note, "training_sets": paper.training_amount}
    rows = []
    for name, group in Paper.described().items():
        if name == "kind":
            continue
        if name == "families":
            models = paper.base_models
            rows.append(("Base models", NOT_REPORTED if models is None else escape(", ".join(models) or "none")))
            continue
        values = paper.values(name)
        terms = catalogue.taxonomy.group(group)
        comma = " → " if name == "stages" else ", "
        links = comma.join(f"[{escape(terms[v].label)}](../glossary.md#{v})" for v in values or ())
        note = f" ({escape(notes[name])})" if notes.get(name) else ""
        rows.append(
            (catalogue.taxonomy.attributes[name].label, NOT_REPORTED if values is None else (links or "none") + note)
        )
        if name == "environments":
            limit = paper.turn_limit
            rows.append(("Turn limit", NOT_REPORTED if limit is None else escape(limit)))
    yield _two_columns("Attribute", rows)


def _framework(paper: Paper) -> Iterable[str]:
    if paper.framework is None:
        return
    yield "## How it is built"
    told = paper.framework
    rows = [(label, escape(getattr(told, name) or "") or NOT_REPORTED) for name, label in FRAMEWORK_PARTS.items()]
    yield _two_columns("Part", rows)


def _two_columns(head: str, rows: Iterable[tuple[str, str]]) -> str:
    return f"| {head} | Value |\n| --- | --- |\n" + "\n".join(f"| {escape(name)} | {cell} |" for name, cell in rows)


def _benchmark(catalogue: Catalogue, entry: Benchmark, screen: Screen) -> Iterable[str]:
    if entry.work:
        yield f"Introduced with {screen.work(entry.work, catalogue.works[entry.work].name)}. {escape(entry.task)}"
    else:
        yield escape(entry.task)
    rows = [("Family", escape(catalogue.taxonomy.families[entry.family].label))]
    if entry.size:
        rows.append(("Size", escape(entry.size)))
    if entry.judge:
        rows.append(("Judge", escape(catalogue.taxonomy.judges[entry.judge].label)))
    if entry.live_web is not None:
        rows.append(("Needs the live web", "yes" if entry.live_web else "no"))
    if entry.issues:
        rows.append(("Known issues", escape(entry.issues)))
    yield _two_columns("Property", rows)


def _measures(catalogue: Catalogue, work: Work, screen: Screen) -> Iterable[str]:
    """The benchmarks that a work introduced, with their facts."""
    for slug, entry in catalogue.benchmarks.items():
        if entry.work == work.key:
            yield f"## Benchmark: {escape(entry.name)}"
            yield from _benchmark_of(catalogue, slug, entry, screen)


def _benchmark_of(catalogue: Catalogue, slug: str, entry: Benchmark, screen: Screen) -> Iterable[str]:
    yield escape(entry.task)
    if slug in catalogue.measured:
        yield screen.page(f"results/{slug}.md", f"Numbers reported on {entry.name}")
    yield from _facts(entry.facts, None, "### Key facts of the benchmark")


def _results(catalogue: Catalogue, work: Work, screen: Screen) -> Iterable[str]:
    rows = catalogue.reported(work=work.key)
    if not rows:
        return
    yield f"## Reported results {UNSEARCHED}"
    yield "Numbers as printed. Compare them only where environment, model and setting agree."
    measured = list(dict.fromkeys((row.benchmark, row.metric) for row in rows))
    cells, last = [], None
    for row in sorted(rows, key=lambda row: measured.index((row.benchmark, row.metric))):
        name, metric = catalogue.benchmarks[row.benchmark].name, catalogue.taxonomy.metrics[row.metric].label
        told = [catalogue.taxonomy.environments[row.environment].label if row.environment else None]
        here = screen.reference(f"results/{row.benchmark}.md", row.metric, f"{name}, {metric}")
        cells.append(
            [
                "" if last == (last := (row.benchmark, row.metric)) else here,
                escape(row.system) if row.system else f"**{escape(work.name)}**",
                escape(row.value),
                escape(row.model) if row.model else reported.UNSTATED,
                escape("; ".join(filter(None, [*told, row.retrieval, row.setting]))) or reported.UNSTATED,
                reported.where(row),
            ]
        )
    yield screen.table("reported", REPORTED, cells, f"The {len(rows)} numbers that {escape(work.name)} reports")


def _beside(catalogue: Catalogue, work: Work, comparisons: Sequence[Comparison], screen: Screen) -> Iterable[str]:
    """What other works report under the conditions of this one, as far as the survey has them."""
    if not comparisons:
        return
    yield f"### Beside other works {UNSEARCHED}"
    yield (
        "The same benchmark, metric and environment, with a model of the same size; oldest first. What a work was "
        "trained on, how it retrieves and how it is judged may still differ, so this is no ranking."
    )
    for entry in comparisons:
        cells = []
        for row in entry.rows:
            other = catalogue.works[row.work]
            name = f"**{escape(work.name)}**" if other is work else screen.work(other.key, other.name)
            cells.append(
                [
                    name + no_rl(catalogue, other),
                    escape(row.value),
                    escape(row.model or ""),
                    reported.conditions(catalogue, row, entry.environment),
                    reported.where(row),
                ]
            )
        name = catalogue.benchmark(entry.benchmark).name
        label, environment = catalogue.term(entry.metric)[0], catalogue.term(entry.environment)[0]
        page = screen.reference(f"results/{entry.benchmark}.md", entry.metric, "page of the benchmark")
        caption = f"{escape(name)}, {escape(label)}: {escape(environment)}. "
        caption += f"{entry.more} more and all baselines: {page}" if entry.more else f"With all baselines: {page}"
        yield screen.table(f"beside-{entry.benchmark}-{entry.metric}-{entry.environment}", BESIDE, cells, caption)


def _relations(catalogue: Catalogue, work: Work, screen: Screen) -> Iterable[str]:
    """Its neighbours within the survey."""
    lists = {
        "Builds on": work.paper.builds_on,
        "Compares with": work.paper.compares_with,
        "Followed by": catalogue.followers.get(work.key, ()),
    }
    if not any(lists.values()):
        return
    yield "## Relations"
    yield "Within this survey, as the works themselves say."
    yield "\n".join(
        f"- **{label}:** " + ", ".join(screen.work(key, catalogue.works[key].name) for key in keys) + "."
        for label, keys in lists.items()
        if keys
    )


def _former(paper: Paper) -> Iterable[str]:
    """Names it had before; above the first heading, so that a search by one of them finds the page itself."""
    if paper.formerly:
        yield "Also known as " + "; ".join(f"*{escape(name)}*" for name in paper.formerly) + "."
