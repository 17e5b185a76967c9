"""The author's desk: add works by number, from BibTeX, or from a reading list, and write the reading list out."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from freshness import stale
from registries import Registries
from survey.addition import Added, Addition
from survey.bibtex import Reference, plain, read_bibtex
from survey.catalogue import BIB, PAPERS, Catalogue
from survey.draft import Draft, clean_title, protected
from survey.files import scratch
from survey.identifiers import Identifier, identify
from survey.manuscript import read_settings
from survey.models import Url
from survey.problems import Misuse, Problem, SurveyError
from survey.reading_list import Listed, read_list, write_list
from survey.text_file import read_text


def add(root: Path, options: argparse.Namespace) -> int:
    """Add the works that were named, all or none; 1 with a message if any of them cannot be added."""
    addition = Addition(root)
    faults: list[str] = []
    drafts: list[tuple[str, Draft]] = []
    wanted: dict[Identifier, str] = {}
    for named in options.what:
        if named == "-" or named.endswith(".bib") or Path(named).is_file():
            drafts += [(named, draft) for draft in _from_bibtex(named)]
            continue
        try:
            wanted.setdefault(identify(named), named)
        except Misuse as error:
            faults.append(str(error))
    # What is here already need not be fetched.
    for one, named in list(wanted.items()):
        if known := addition.known(_bare(one)):
            faults.append(f"{named}: here already; {known}")
            del wanted[one]
    if not faults:
        for one, told in Registries().fetch(wanted).items():
            if isinstance(told, Misuse):
                faults.append(f"{wanted[one]}: {told}")
            else:
                drafts.append((wanted[one], told))
    if options.name and len(drafts) > 1:
        faults.append("--name is for one work; leave it out")
        drafts = []
    for named, draft in drafts:
        if known := addition.known(draft):
            faults.append(f"{named}: here already; {known}")
        else:
            addition.add(draft, options.axis, options.kind, dt.date.today(), options.name)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        print("nothing was added", file=sys.stderr)
        return 1
    return _finish(addition, options.dry_run)


def import_list(root: Path, options: argparse.Namespace) -> int:
    """Add what a reading list has and the book has not, and say of each line what became of it; 1 if any was unread."""
    addition = Addition(root)
    problems: list[Problem] = []
    text = read_text(Path(options.list), options.list, problems, foreign=True)
    if text is None:
        raise SurveyError(problems)
    listed = list(read_list(text, addition.axes))
    if not listed:
        raise Misuse(
            f"{options.list}: no section named as one of the axes lists a work: {', '.join(addition.axes.values())}"
        )
    told: dict[int, str] = {}
    fetched: list[Listed] = []
    for one in listed:
        if one.fault:
            told[one.line] = f"not read: {one.fault}"
        elif known := _known(addition, one):
            told[one.line] = f"here already: {known}"
        elif one.identifier is None:
            address = one.addresses[0]
            told[one.line] = f"not read: no arXiv number or DOI in {address}; add it from BibTeX"
        else:
            fetched.append(one)
    found = Registries().fetch(one.identifier for one in fetched if one.identifier)
    axes: dict[Identifier, list[str]] = {}
    for one in fetched:
        axes.setdefault(one.identifier, []).append(one.axis)
    for one in fetched:
        draft = found[one.identifier]
        if isinstance(draft, Misuse):
            told[one.line] = f"not read: {draft}"
        elif known := addition.known(draft):
            told[one.line] = f"here already: {known}"
        else:
            code = draft.code or (one.code if _is_url(one.code) else "")
            added = addition.add(
                replace(draft, code=code), list(dict.fromkeys(axes[one.identifier])), options.kind, dt.date.today()
            )
            told[one.line] = f"taken as '{added.key}' on {', '.join(added.axes)}"
    for line, message in sorted(told.items()):
        print(f"{options.list}:{line}: {message}")
    unread = sum(message.startswith("not read") for message in told.values())
    here = sum(message.startswith("here") for message in told.values())
    status = _finish(addition, options.dry_run) if addition.added else 0
    print(f"{len(addition.added)} taken, {here} here already, {unread} not read", file=sys.stderr)
    return 1 if unread else status


def readme(root: Path, options: argparse.Namespace) -> int:
    """Print the reading list as Markdown."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # whatever a terminal here is set to: it is for others
    problems: list[Problem] = []
    settings = read_settings(root, problems)
    if problems:
        raise SurveyError(problems)
    sys.stdout.write(write_list(Catalogue.load(root), settings.site_name))
    return 0


def check_freshness(root: Path, options: argparse.Namespace) -> int:
    """Print what has changed out there as `path:line: message`, each as it is found; 1 if anything has."""
    found = 0
    for problem in stale(root, options.days, dt.date.today()):
        print(problem, flush=True)
        found += 1
    print(f"{found or 'nothing'} to look at", file=sys.stderr)
    return 1 if found else 0


def _finish(addition: Addition, dry_run: bool) -> int:
    if dry_run:
        sys.stdout.write(addition.diff())
        return 0
    addition.write()
    for added in addition.added:
        print(f"added '{added.key}' to {BIB} and {PAPERS}: {added.draft.title}", file=sys.stderr)
        for problem in _left(addition, added):
            print(f"  {problem}", file=sys.stderr)
        for remark in added.draft.remarks:
            print(f"  {remark}", file=sys.stderr)
    return 0


def _left(addition: Addition, added: Added) -> list[Problem]:
    found = addition.left(added)
    if added.draft.published is None:
        found.append(Problem(BIB, 1, f"give '{added.key}' an origdate, the day it first became public"))
    if not added.axes:
        found.append(
            Problem(PAPERS, found[0].line if found else 1, "on no axis: name them under 'axes' if it is listed")
        )
    return found + [Problem(f"docs/{axis}.md", 1, f"discuss [@{added.key}]") for axis in added.axes]


def _bare(one: Identifier) -> Draft:
    """A draft that is known by its number alone."""
    return Draft(
        "", (), "", arxiv=one.value if one.registry == "arXiv" else "", doi=one.value if one.registry == "DOI" else ""
    )


def _known(addition: Addition, one: Listed) -> str:
    if one.identifier and (known := addition.known(_bare(one.identifier))):
        return known
    for address in one.addresses[:1]:
        if found := addition.by_address(address):
            return f"{BIB}:{found.line}: '{found.key}' has the address {address}"
    return addition.known(Draft(one.title, (), "")) if len(one.title) > 12 else ""


def _is_url(address: str) -> bool:
    try:
        TypeAdapter(Url).validate_python(address)
    except ValidationError:
        return False
    return True


def _from_bibtex(named: str) -> list[Draft]:
    """Every entry of a BibTeX file, or of standard input for "-". Raises SurveyError if any of them is broken."""
    shown = "standard input" if named == "-" else named
    problems: list[Problem] = []
    with scratch() as folder:
        file = Path(named)
        if named == "-":
            file = folder / "stdin.bib"
            file.write_bytes(sys.stdin.buffer.read())
        found = read_bibtex(file, shown, problems)
    if not problems and not found:
        problems.append(Problem(shown, 1, "holds no BibTeX entry"))
    # What is incomplete may become whole, such as a preprint whose journal is arXiv; it is checked when it is written.
    if broken := [p for p in problems if "broken" in p.message or "duplicate" in p.message or not found]:
        raise SurveyError(broken)
    parents = {reference.text("crossref") for reference in found.values()}
    return [_from_reference(reference, found) for key, reference in found.items() if key not in parents]


def _from_reference(reference: Reference, others: Mapping[str, Reference]) -> Draft:
    fields = {name.lower(): value for name, value in reference.entry.fields.items()}
    if parent := others.get(fields.pop("crossref", "")):
        taken = {name.lower(): value for name, value in parent.entry.fields.items() if name.lower() not in _OF_ITSELF}
        fields = {"booktitle": parent.entry.fields.get("title", ""), **taken, **fields}
    for name, biblatex in (("journal", "journaltitle"), ("year", "date"), ("address", "location")):
        if told := fields.pop(biblatex, ""):
            fields.setdefault(name, told[:4] if name == "year" else told)
    number, doi = _identifiers(reference, fields)
    kind = "misc" if reference.entry.type == "online" else reference.entry.type
    if number and re.search(r"arxiv|corr", fields.get("journal", ""), re.IGNORECASE):
        kind = "misc"
        fields = {name: value for name, value in fields.items() if name not in ("journal", "volume", "number", "pages")}
    kept = {name: value for name, value in fields.items() if name not in _REPLACED}
    if number and "arxiv.org/" in fields.get("url", ""):
        del kept["url"]  # the number says it
    if category := fields.get("primaryclass") or fields.get("eprintclass"):
        kept["primaryClass"] = category
    kept["title"] = protected(fields.get("title", ""))
    persons = {role: tuple(map(str, told)) for role, told in reference.entry.persons.items() if told}
    kept |= {role: " and ".join(names) for role, names in persons.items()}
    return Draft(
        title=clean_title(reference.title),
        authors=persons.get("author") or persons.get("editor") or (),
        year=plain(fields.get("year", "")),
        type=kind,
        published=reference.first_public,
        arxiv=number,
        doi=doi,
        fields=kept,
    )


def _identifiers(reference: Reference, fields: Mapping[str, str]) -> tuple[str, str]:
    """The arXiv number and the DOI of an entry, wherever they stand in it."""
    told = [reference.text("doi")]
    if "arxiv" in (reference.text("archiveprefix") + reference.text("eprinttype")).lower():
        told.insert(0, reference.text("eprint"))
    found: dict[str, str] = {}
    for text in told:
        with suppress(Misuse):
            one = identify(text)
            found.setdefault(one.registry, one.value)
    for name in ("journal", "volume", "url", "note", "howpublished"):
        if named := _ARXIV.search(fields.get(name, "")):
            found.setdefault("arXiv", named[1] or named[2])
    return found.get("arXiv", ""), found.get("DOI", "")


_ARXIV = re.compile(r"(?i)arxiv(?:\.org/\w+/|[.:]|\s)\s*(\d{4}\.\d{4,5})|^abs/(\d{4}\.\d{4,5})$")
# What an entry does not take over from the one that its crossref names.
_OF_ITSELF = frozenset("title author url doi eprint eprinttype archiveprefix pages note".split())
_REPLACED = frozenset(
    "title author editor eprint eprinttype eprintclass archiveprefix primaryclass origdate doi".split()
    + "abstract keywords file biburl bibsource timestamp".split()
)
