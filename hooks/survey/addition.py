"""Works being added: refs.bib and papers.yml as they are, and as they will be, both or neither."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

from survey.bibtex import Reference, read_bibtex
from survey.catalogue import BIB, PAPERS, TAXONOMY
from survey.draft import Draft, bibtex, citation_key, distinct_name, same_work, stub
from survey.files import alone, replace, scratch
from survey.insertion import BIB_START, YAML_START, insert
from survey.models import TO_WRITE
from survey.problems import Misuse, Problem, SurveyError, Unknown
from survey.yaml_file import read_yaml


@dataclass(frozen=True)
class Added:
    """An entry that was added, with what its author should know."""

    key: str
    draft: Draft
    axes: tuple[str, ...]


class Addition:
    """The works that are being added to the book in `root`.

    Raises SurveyError if what is there cannot be read: a broken file is not written to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        problems: list[Problem] = []
        self._references = read_bibtex(root / BIB, BIB, problems)
        papers, taxonomy = (read_yaml(root / path, path, problems) for path in (PAPERS, TAXONOMY))
        if problems or papers is None or taxonomy is None:
            raise SurveyError(problems)
        self.axes: dict[str, str] = {
            axis: str(entry.get("label", axis)) for axis, entry in (taxonomy.data.get("axes") or {}).items()
        }
        self._kinds = list(taxonomy.data.get("kinds") or {})
        self._names = {str((entry or {}).get("name", "")).casefold() for entry in papers.data.values()}
        self._keys = set(self._references) | set(papers.data)
        # Bytes, not text: what is not added stays as it is, down to the ends of lines.
        self._before = {path: (root / path).read_bytes().decode("utf-8") for path in (BIB, PAPERS)}
        self._after = dict(self._before)
        self._papers = papers.data
        self._new: list[Reference] = []
        self.added: list[Added] = []

    def known(self, draft: Draft) -> str:
        """Where the book has this work already and how it is known; empty if it has not, or in refs.bib alone."""
        if (found := same_work(draft, self._references.values())) and found[0].key in self._papers:
            return f"{BIB}:{found[0].line}: '{found[0].key}' has {found[1]}"
        if found := same_work(draft, self._new):
            return f"added just before as '{found[0].key}'"
        return ""

    def by_address(self, address: str) -> Reference | None:
        """The work with this address in refs.bib."""
        plain = _plain_address(address)
        return next((r for r in self._references.values() if plain in map(_plain_address, _addresses(r))), None)

    def add(self, draft: Draft, axes: Sequence[str], kind: str, today: dt.date, name: str = "") -> Added:
        """Add a work on these axes; what refs.bib says of it already stays.

        Raises Unknown for an axis or kind that the survey does not have, and Misuse for a name that another work has.
        """
        for axis in axes:
            if axis not in self.axes:
                raise Unknown("axis", axis, self.axes)
        if kind not in self._kinds:
            raise Unknown("kind", kind, self._kinds)
        if name.casefold() in self._names:
            raise Misuse(f"another work is named '{name}' already")
        shown = name or distinct_name(draft, self._names)
        if half := same_work(draft, self._references.values()):
            # Typed by hand, or from an addition that was killed between its two files.
            key = half[0].key
            self._new.append(half[0])
        else:
            key = citation_key(draft, self._keys)
            entry = bibtex(draft, key)
            self._after[BIB] = insert(self._after[BIB], BIB_START, key, entry)
            self._new.append(_as_reference(key, entry))
        written = stub(draft, key, axes, kind, shown, today)
        self._after[PAPERS] = insert(self._after[PAPERS], YAML_START, key, written)
        self._keys.add(key)
        self._names.add(shown.casefold())
        self.added.append(Added(key, draft, tuple(axes)))
        return self.added[-1]

    def diff(self) -> str:
        """What `write` would change. Raises SurveyError where it would."""
        with scratch() as folder:
            aside = {path: folder / Path(path).name for path in self._changed()}
            for path, file in aside.items():
                file.write_bytes(self._after[path].encode("utf-8"))
            self._read_back(aside)
        return "".join(
            line
            for path in self._before
            for line in unified_diff(
                self._before[path].splitlines(keepends=True), self._after[path].splitlines(keepends=True), path, path
            )
        )

    def left(self, added: Added) -> list[Problem]:
        """What an author has to write in the entry, line by line."""
        lines = self._after[PAPERS].splitlines()
        first = next(n for n, line in enumerate(lines) if line.startswith(f"{added.key}:"))
        found, axis = [], False
        for number, line in enumerate(lines[first + 1 :], first + 2):
            if line and not line[0].isspace():
                break
            axis = line.startswith("    ") if line.strip() else axis
            if line.endswith(TO_WRITE):
                name = line.strip().partition(":")[0]
                what = f"what it contributes to '{name}'" if axis else f"its {name}"
                found.append(Problem(PAPERS, number, f"write {what}"))
            elif "To be read for" in line:
                found.append(Problem(PAPERS, number, "fill in the attributes; one that is left out means not reported"))
        return found

    def write(self) -> None:
        """Put both files in place. Raises SurveyError, and leaves both as they were, if one would not be read back."""
        contents = {self.root / path: self._after[path].encode("utf-8") for path in self._changed()}
        # Another addition waits; a build, which takes longer, locks another folder.
        with alone((self.root / PAPERS).parent):
            replace(contents, self._approve)

    def _approve(self, aside: Mapping[Path, Path]) -> None:
        self._read_back({path: aside[self.root / path] for path in self._changed()})
        for path in self._changed():
            if (self.root / path).read_bytes().decode("utf-8") != self._before[path]:
                raise SurveyError([Problem(path, 1, "was changed by someone else meanwhile; run the command again")])

    def _changed(self) -> list[str]:
        return [path for path, text in self._after.items() if text != self._before[path]]

    def _read_back(self, aside: Mapping[str, Path]) -> None:
        problems: list[Problem] = []
        if BIB in aside:
            found = read_bibtex(aside[BIB], BIB, problems)
            new = {added.key for added in self.added}
            lost = [
                key for key, reference in self._references.items() if found.get(key, reference).entry != reference.entry
            ]
            lost += [key for key in {*self._references, *new} if key not in found]
            if lost and not problems:
                problems.append(Problem(BIB, 1, f"the new entry would change {', '.join(sorted(lost))}"))
        if PAPERS in aside:
            papers = read_yaml(aside[PAPERS], PAPERS, problems)
            if papers and {key: papers.data.get(key) for key in self._papers} != self._papers:
                problems.append(Problem(PAPERS, 1, "the new entry would change another"))
        if problems:
            raise SurveyError(problems)


def _as_reference(key: str, entry: str) -> Reference:
    """The entry as it will be read back. Raises SurveyError if it would not be."""
    try:
        return Reference(key, 0, entry, parse_string(entry, "bibtex").entries[key])
    except (PybtexError, KeyError) as error:
        raise SurveyError([Problem(BIB, 1, f"the new entry '{key}' would be broken: {error}")]) from None


def _addresses(reference: Reference) -> list[str]:
    told = [
        reference.url,
        reference.text("url"),
        *re.findall(r"\\url\{([^}]*)\}", reference.entry.fields.get("howpublished", "")),
    ]
    return [address for address in told if address]


def _plain_address(address: str) -> str:
    return re.sub(r"^https?://(www\.)?|/$|[?#].*$", "", address.strip()).lower()
