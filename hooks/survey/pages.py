"""The pages that no author writes: one for each work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from survey.catalogue import Catalogue, Work
from survey.macros import NOT_REPORTED
from survey.markdown import escape
from survey.medium import Screen
from survey.models import Paper


def work_pages(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Path below docs/ and Markdown of the page of every work."""
    for work in catalogue.works.values():
        source = f"papers/{work.key}.md"
        yield source, work_page(catalogue, work, Screen(source))


def work_page(catalogue: Catalogue, work: Work, screen: Screen) -> str:
    """What the book knows of one work, as a page of its own. It holds neither macros nor citations."""
    reference, paper = work.reference, work.paper
    front = {"title": work.name, "description": paper.summary[:300], "render_macros": False, "search": {"boost": 3}}
    kind = catalogue.taxonomy.kinds[paper.kind].label
    parts = [
        "---\n"
        + "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in front.items())
        + "\n---",
        f"# {escape(work.name)}",
        f"**{escape(reference.title)}**",
        escape(", ".join(map(str, reference.authors)))
        + ".  \n"
        + ". ".join(escape(part) for part in (f"{reference.venue}", _dates(work), kind))
        + ".",
        escape(paper.summary),
        " · ".join(f"[{label}](<{address}>)" for label, address in work.links),
        *_axes(catalogue, work, screen),
        *_attributes(catalogue, work),
        *_results(catalogue, work, screen),
        *_former(paper),
        "## Cite",
        f"Key `{work.key}`, in a chapter `[@{work.key}]`.",
        "```bibtex\n" + reference.source.replace("```", "` ` `") + "\n```",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _dates(work: Work) -> str:
    public = work.reference.first_public
    first = f"First public on {public.day} {public:%B %Y}" if public else f"Published in {work.reference.year}"
    number = f", arXiv {work.reference.arxiv}" if work.reference.arxiv else ""
    return f"{first}{number}"


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


def _attributes(catalogue: Catalogue, work: Work) -> Iterable[str]:
    if work.paper.kind != "method":
        return
    yield "## Attributes"
    yield "What the paper or its code reports; a work is described as it is trained."
    rows = []
    for name, group in Paper.vocabularies():
        if name == "kind":
            continue
        values = work.paper.values(name)
        terms = catalogue.taxonomy.group(group)
        links = ", ".join(f"[{escape(terms[v].label)}](../glossary.md#{v})" for v in values or ())
        note = f" ({escape(work.paper.algorithm_note)})" if name == "algorithms" and work.paper.algorithm_note else ""
        shown = NOT_REPORTED if values is None else (links or "none") + note
        rows.append((catalogue.taxonomy.attributes[name].label, shown))
    models = work.paper.base_models
    rows.insert(3, ("Base models", NOT_REPORTED if models is None else escape(", ".join(models) or "none")))
    yield "| Attribute | Value |\n| --- | --- |\n" + "\n".join(f"| {escape(head)} | {cell} |" for head, cell in rows)


def _results(catalogue: Catalogue, work: Work, screen: Screen) -> Iterable[str]:
    rows = catalogue.reported(work=work.key)
    if not rows:
        return
    yield "## Reported results"
    yield "Numbers as printed. Compare them only where environment, model and setting agree."
    lines = ["| Benchmark | System | Model | Setting | Metric | Value | Where |", "|" + " --- |" * 7]
    for row in rows:
        benchmark = catalogue.benchmarks[row.benchmark]
        cells = [
            screen.work(benchmark.work, benchmark.name),
            escape(row.system or work.name),
            escape(row.model),
            escape(row.setting),
            escape(catalogue.taxonomy.metrics[row.metric].label),
            escape(row.value),
            escape(f"{row.where}, {row.version}"),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    yield "\n".join(lines)


def _former(paper: Paper) -> Iterable[str]:
    if paper.formerly:
        yield "## Also known as"
        yield "\n".join(f"- {escape(name)}" for name in paper.formerly)
