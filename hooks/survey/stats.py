"""How much of the survey is filled in: works by axis and kind, attributes, facts and results, works without a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey.catalogue import Catalogue, Work
from survey.models import Paper
from survey.prose import mentioned

OTHER_ATTRIBUTES = {"base_models": "Base models", "training_amount": "Amount of data", "turn_limit": "Turn limit"}


@dataclass(frozen=True)
class Coverage:
    """Numbers about the whole catalogue. A share is a pair: how many, of how many."""

    works: int
    kinds: dict[str, int]
    axes: dict[str, int]
    attributes: dict[str, tuple[int, int]]
    facts: int
    facts_uncertain: int
    facts_sourced: tuple[int, int]
    without_facts: int
    results: int
    results_uncertain: int
    results_sourced: tuple[int, int]
    relations: int
    undiscussed: tuple[Work, ...]


def coverage(catalogue: Catalogue, texts: Iterable[str]) -> Coverage:
    """The coverage of the catalogue. `texts` are the chapters, in which a work is discussed if they cite it."""
    taxonomy, works = catalogue.taxonomy, list(catalogue.works.values())
    methods = [work.paper for work in works if work.paper.kind == "method"]
    names = {name: taxonomy.attributes[name].label for name in Paper.described() if name not in ("kind", "licence")}
    names = {**names, **OTHER_ATTRIBUTES, "licence": taxonomy.attributes["licence"].label}
    facts = [(fact, work.paper.read) for work in works for fact in work.paper.facts]
    facts += [(fact, None) for benchmark in catalogue.benchmarks.values() for fact in benchmark.facts]
    named = mentioned(texts)
    return Coverage(
        works=len(works),
        kinds={kind.label: sum(w.paper.kind == key for w in works) for key, kind in taxonomy.kinds.items()},
        axes={axis.label: sum(key in w.paper.axes for w in works) for key, axis in taxonomy.axes.items()},
        attributes={
            label: (sum(getattr(paper, name) is not None for paper in methods), len(methods))
            for name, label in names.items()
        },
        facts=len(facts),
        facts_uncertain=sum(fact.doubt is not None for fact, _ in facts),
        facts_sourced=(
            sum(bool(fact.where and (fact.source or fact.version or read)) for fact, read in facts),
            len(facts),
        ),
        without_facts=sum(not work.paper.facts for work in works if work.paper.kind != "benchmark"),
        results=len(catalogue.results),
        results_uncertain=sum(row.doubt is not None for row in catalogue.results),
        results_sourced=(sum(bool(row.where and row.version) for row in catalogue.results), len(catalogue.results)),
        relations=sum(len(w.paper.builds_on) + len(w.paper.compares_with) + len(w.paper.followed_by) for w in works),
        undiscussed=tuple(
            sorted(
                (work for work in works if work.key not in named), key=lambda work: (work.paper.kind, work.name.lower())
            )
        ),
    )


def report(found: Coverage) -> str:
    """The coverage as lines for a terminal."""
    lines = [f"{found.works} works", *_counts(found.kinds), "by axis", *_counts(found.axes)]
    lines += ["attributes of methods that are reported"]
    lines += [f"  {name:<26}{_share(share)}" for name, share in found.attributes.items()]
    lines += [
        f"{found.facts} key facts, {_share(found.facts_sourced)} with a source, {found.facts_uncertain} uncertain; "
        f"{found.without_facts} works besides benchmarks have none",
        f"{found.results} results, {_share(found.results_sourced)} with a source, {found.results_uncertain} uncertain",
        f"{found.relations} relations",
        f"{len(found.undiscussed)} works not yet discussed in a chapter",
    ]
    return "\n".join(lines + [f"  {work.key:<28}{work.paper.kind:<12}{work.name}" for work in found.undiscussed])


def next_steps(catalogue: Catalogue) -> list[str]:
    """What would fill most gaps, the largest first: a key, and what its entry lacks."""
    gaps: list[tuple[int, str]] = []
    for key, work in catalogue.works.items():
        paper = work.paper
        lacks = [name for name in Paper.described() if name not in ("kind", "families") and paper.values(name) is None]
        told = []
        if paper.kind == "method":
            if not paper.facts:
                told.append((4, "key facts"))
            if not catalogue.reported(work=key):
                told.append((3, "results"))
            if len(lacks) > 3:
                told.append((len(lacks) // 2, f"{len(lacks)} attributes ({', '.join(lacks[:4])}, …)"))
        elif paper.kind == "benchmark" and not any(b.facts for b in catalogue.benchmarks.values() if b.work == key):
            told.append((3, "key facts of the benchmark"))
        if told:
            gaps.append((sum(weight for weight, _ in told), f"{key:<28}{'; '.join(what for _, what in told)}"))
    return [line for _, line in sorted(gaps, key=lambda gap: (-gap[0], gap[1]))]


def _counts(counts: dict[str, int]) -> list[str]:
    return [f"  {name:<36}{count:>5}" for name, count in counts.items()]


def _share(share: tuple[int, int]) -> str:
    return f"{share[0]} of {share[1]} ({round(100 * share[0] / share[1]) if share[1] else 0} %)"
