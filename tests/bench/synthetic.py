"""Books of any size that look like the real one: its entries again and again, under other names, authors and days.

A catalogue of n works takes entries of the real book evenly. From the second round on each entry, its benchmarks and
its numbers get names of their own, so that a round has the attributes, facts, links and tables of the real book. The
first works keep their axes; after `LISTED` works, one in thirty is listed on an axis, as chapters grow more slowly than
a catalogue. Each listed work has a paragraph in its chapter.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import yaml

from support import ROOT, copy_book
from survey.bibtex import Reference
from survey.catalogue import BENCHMARKS, BIB, PAPERS, RESULTS, TAXONOMY, Catalogue
from survey.tidy import tidied

LISTED = 200


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):
    """Writes values that stand in several places out, as the survey's data has no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OTHERS = ("builds_on", "compares_with", "followed_by")


def synthetic_book(folder: Path, size: int) -> Path:
    """A book with `size` works in `folder`, which is given back; the same for the same size."""
    root = copy_book(folder).root
    real = Catalogue.load(ROOT)
    data = {path: yaml.load((ROOT / path).read_text("utf-8"), _LOADER) for path in (PAPERS, BENCHMARKS, RESULTS)}
    dice = random.Random(size)
    chosen = _chosen(list(real.works), size)
    new = {(key, copy): _renamed(key, copy) for key, copy in chosen}
    slugs = {
        (slug, copy): f"{slug}-{copy}" if copy else slug
        for slug, entry in data[BENCHMARKS].items()
        for copy in range(max(copy for _, copy in chosen) + 1)
        if entry.get("work") is None and copy == 0 or (entry.get("work"), copy) in new
    }
    people = [author.inverted for work in real.works.values() for author in work.reference.named_authors]
    entries, papers = [], {}
    for number, (key, copy) in enumerate(chosen):
        entries.append(_reference(real.works[key].reference, new[key, copy], copy, number, people, dice))
        papers[new[key, copy]] = _paper(data[PAPERS][key], real.works[key].reference, copy, number, new)
    rows = [
        {**row, "work": new[row["work"], copy], "benchmark": slugs[row["benchmark"], copy]}
        for copy in range(max(copy for _, copy in chosen) + 1)
        for row in data[RESULTS]["results"]
        if (row["work"], copy) in new and (row["benchmark"], copy) in slugs
    ]
    benchmarks = {name: _benchmark(data[BENCHMARKS][slug], copy, new) for (slug, copy), name in slugs.items()}
    (root / BIB).write_text(tidied(BIB, "\n".join(entries)), "utf-8")
    for path, told in ((PAPERS, papers), (BENCHMARKS, benchmarks), (RESULTS, {"results": rows})):
        (root / path).write_text(tidied(path, _yaml(told)), "utf-8")
    taxonomy = yaml.load((ROOT / TAXONOMY).read_text("utf-8"), _LOADER)
    _forget(taxonomy, set(papers))
    (root / TAXONOMY).write_text(_yaml(taxonomy), "utf-8")
    _write_chapters(root, real, papers, dice)
    return root


def _yaml(told: Any) -> str:
    return yaml.dump(told, Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def _chosen(keys: list[str], size: int) -> list[tuple[str, int]]:
    """`size` pairs of a real key and the round in which it is taken."""
    if size < len(keys):
        return [(keys[number * len(keys) // size], 0) for number in range(size)]
    return [(keys[number % len(keys)], number // len(keys)) for number in range(size)]


def _renamed(key: str, copy: int) -> str:
    return f"{key}{copy:03d}" if copy else key


def _reference(real: Reference, key: str, copy: int, number: int, people: list[str], dice: random.Random) -> str:
    fields = {name.lower(): value for name, value in real.entry.fields.items()}
    if copy:
        fields |= {"title": f"{fields['title']}, Part {copy}"}
        if "eprint" in fields:
            fields["eprint"] = _arxiv(real, number)
        if "url" in fields:
            fields["url"] = f"https://example.org/{key}"
        fields.pop("doi", None) if "url" in fields or "eprint" in fields else None
        fields.pop("note", None)
    authors = [author.inverted for author in real.authors]
    if copy and len(authors) > 1:
        authors = [dice.choice(people) for _ in authors]
    if "," not in authors[0]:
        authors[0] = f"{{{authors[0]}}}"
    role = "author" if "author" in real.entry.persons else "editor"
    lines = [f"  {role} = {{{' and '.join(authors)}}}", *(f"  {name} = {{{value}}}" for name, value in fields.items())]
    return f"@{real.entry.type}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _arxiv(real: Reference, number: int) -> str:
    return f"{real.arxiv[:2]}00.{number:05d}"  # no paper is of month 00


def _paper(told: dict[str, Any], reference: Reference, copy: int, number: int, new: dict) -> dict[str, Any]:
    paper = dict(told)
    if copy:
        paper["name"] = f"{paper['name']} {copy}"
        if own := reference.arxiv:  # facts may name the work's own paper as their source
            paper["facts"] = [
                {**fact, "source": fact["source"].replace(own, _arxiv(reference, number))} if "source" in fact else fact
                for fact in paper.get("facts", ())
            ]
    for field in _OTHERS:
        if field in paper:
            paper[field] = [new[key, copy] for key in paper[field] if (key, copy) in new]
    if number >= LISTED and (number % 30 or "axes" not in paper):
        paper.pop("axes", None)
    return paper


def _benchmark(told: dict[str, Any], copy: int, new: dict) -> dict[str, Any]:
    entry = dict(told)
    if copy:
        entry["name"] = f"{entry['name']} {copy}"
    if "work" in entry and (entry["work"], copy) in new:
        entry["work"] = new[entry["work"], copy]
    else:
        entry.pop("work", None)
    return entry


def _forget(taxonomy: Any, keys: set[str]) -> None:
    """Terms are not introduced by works that a small catalogue has not."""
    for group in taxonomy.values():
        for term in group.values():
            if isinstance(term, dict) and term.get("work") not in keys:
                term.pop("work", None)


def _write_chapters(root: Path, real: Catalogue, papers: dict[str, Any], dice: random.Random) -> None:
    for page in ("papers/index.md", "glossary.md", "bibliography.md"):
        (root / "docs" / page).write_text((ROOT / "docs" / page).read_text("utf-8"), "utf-8")
    for old in ("training.md", "reward.md"):
        (root / "docs" / old).unlink()
    (root / "docs" / "results" / "index.md").write_text(
        "---\ntitle: Results\ndescription: All numbers.\n---\n\n# Results\n\n{{ results() }}\n", "utf-8"
    )
    nav = ["  - Survey: index.md"]
    for axis, about in real.taxonomy.axes.items():
        nav.append(f"  - {about.label}: {axis}.md")
        (root / "docs" / f"{axis}.md").write_text(_chapter(axis, about.label, papers, real), "utf-8")
    nav += [
        f"  - {page.split('/')[0].split('.')[0].title()}: {page}"
        for page in ("results/index.md", "papers/index.md", "glossary.md", "bibliography.md")
    ]
    config = (root / "mkdocs.yml").read_text("utf-8")
    config = re.sub(r"(?<=\n)nav:\n(?:  .*\n)+", "nav:\n" + "\n".join(nav) + "\n", config)
    (root / "mkdocs.yml").write_text(config, "utf-8")
    (root / "docs" / "index.md").write_text(
        "---\ntitle: Survey\ndescription: A survey.\n---\n\n# Survey\n\n"
        '{{ figure("timeline") }}\n\n{{ figure("overlap") }}\n',
        "utf-8",
    )


def _chapter(axis: str, label: str, papers: dict[str, Any], real: Catalogue) -> str:
    parts = [
        f"---\ntitle: {label}\ndescription: Works on this axis.\n---\n\n# {label}",
        f'{{{{ axis("{axis}") }}}}',
        f'{{{{ papers(axis="{axis}") }}}}',
        f'{{{{ compare(axis="{axis}", columns=["learning", "algorithms", "rewards", "environments"]) }}}}',
        f'{{{{ figure("matrix", name="{axis}-matrix", axis="{axis}", rows="rewards", columns="environments", '
        'caption="Rewards by environments") }}',
    ]
    listed = [key for key, paper in papers.items() if axis in paper.get("axes", {})]
    for number, key in enumerate(listed):
        if number % 8 == 0:
            parts.append(f"## Section {number // 8 + 1}")
        said = " ".join(re.sub(r"[*_`$\[\]]", "", fact["says"]) for fact in papers[key].get("facts", [])[:4])
        said = re.sub(r"(\d)\.(\d)", r"\1 \2", said)
        parts.append(
            f'{{{{ paper("{key}") }}}} stands on this axis [@{key}, sec. 3]. One reads in it: {said} [@{key}].'
        )
    return "\n\n".join(parts) + "\n"
