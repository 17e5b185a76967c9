"""A work that is about to be added: from what a registry says of it to a complete entry of refs.bib and papers.yml."""

from __future__ import annotations

import codecs
import datetime as dt
import re
import textwrap
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from html import unescape

import latexcodec  # noqa: F401 (registers the codec)
import yaml
from pybtex.database import Person

from survey.bibtex import Reference, plain
from survey.characters import without_unseen
from survey.models import TO_WRITE, Paper

# Titles of two works are the same from this likeness on; subtitles of series differ by more.
NEAR = 0.93
_UNPRINTED = frozenset(("So", "Cc", "Cf", "Co", "Cs", "Cn"))
_VARIANTS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # they choose the picture of the sign before them
_STOP = frozenset(
    "a an and are as at by can do does for from how in is it of on or the to via what when why with".split()
)
# Letters that no decomposition takes apart.
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "ı": "i", "đ": "d", "æ": "ae", "œ": "oe"})
# What a body is called, not a person; Ai is a family name too.
_BODY = re.compile(r"^Team\b|\b(?:[Tt]eam|[Gg]roup|Consortium|Collaboration|Contributors|Authors|Labs?|Inc\.?|AI)$")
_SUFFIX = re.compile(r",? +(Jr\.?|Sr\.?|I{2,3}|IV)$")
_ACCENT = re.compile(r"\{?\\(?:[\"'`^~=.] ?|[uvHtcdbkr](?:(?=\{)| ))(?:\{\\?[A-Za-z]\}|\\?[A-Za-z])\}?")
_ORDER = (
    "title author editor booktitle journal eventtitle year month origdate volume number pages series edition publisher "
    "school institution address howpublished url doi eprint archivePrefix primaryClass note"
).split()


@dataclass(frozen=True)
class Draft:
    """A work as a registry describes it. `authors` are as in BibTeX, "Family, Given"; the rest is plain text."""

    title: str
    authors: tuple[str, ...]
    year: str
    type: str = "misc"
    published: dt.date | None = None  # when it first became public
    arxiv: str = ""
    version: int = 1  # the latest on arXiv
    doi: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)  # further fields of the BibTeX entry, as LaTeX
    code: str = ""
    remarks: tuple[str, ...] = ()  # what the author should know, such as a comment on acceptance

    @property
    def name(self) -> str:
        """What the work is called for short: what stands before the colon of its title."""
        before, colon, _ = map(str.strip, self.shown.partition(":"))
        return before if before and colon and len(before.split()) <= 4 else self.shown

    @property
    def shown(self) -> str:
        """The title as it will be read back: without LaTeX."""
        return plain(latex(self.title))


def clean_title(text: str) -> str:
    """A title without markup, line breaks, pictographs, and characters that cannot be seen."""
    bare = re.sub(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>", "", unescape(text))
    shown = "".join(c for c in bare if c.isspace() or unicodedata.category(c) not in _UNPRINTED and c not in _VARIANTS)
    return re.sub(r" +(?=[:,;])", "", " ".join(shown.split())).rstrip(".")


def author(name: str) -> str:
    """A person's name as BibTeX sorts it, "Family, Given"; a body stands in braces.

    The parts are told apart as BibTeX does ("First von Last").
    """
    name = " ".join(name.replace("{", "").replace("}", "").split())
    if _BODY.search(name) and "," not in name:
        return f"{{{name}}}"
    suffix = _SUFFIX.search(name)
    person = Person(name[: suffix.start()] if suffix else name)
    family = " ".join([*person.prelast_names, *person.last_names])
    given = " ".join([*person.first_names, *person.middle_names])
    return ", ".join(filter(None, (family, suffix[1] if suffix else " ".join(person.lineage_names), given)))


def people(names: Iterable[str]) -> str:
    """Names, each as `author` writes it, as one field of BibTeX."""
    return " and ".join(f"{{{latex(name[1:-1])}}}" if name.startswith("{") else latex(name) for name in names)


def latex(text: str) -> str:
    """Plain text as LaTeX: accents as commands, special characters escaped, formulas kept."""
    parts = re.split(r"(\$[^$]+\$)", without_unseen(text))
    written = []
    for number, part in enumerate(parts):
        if number % 2:
            written.append(part)
            continue
        part = _ACCENT.sub(lambda m: plain(m[0]), part)
        part = re.sub(r"\\[a-zA-Z]+\s*\{([^{}]*)\}", r"\1", part)  # \emph{…} and the like
        part = re.sub(r"[\\{}^~]", " ", part).replace("$", r"\$")
        part = re.sub(r"(?<!\\)([&%#_])", r"\\\1", part)
        written.append(re.sub(r"[^\x00-\x7f]", _accented, part))
    return " ".join("".join(written).split())


def _accented(match: re.Match[str]) -> str:
    """A letter as LaTeX writes it, or as it is where that would not be read back as the same letter."""
    try:
        written = f"{{{codecs.encode(match[0], 'ulatex')}}}"
    except (UnicodeError, ValueError):
        return match[0]
    return written if plain(written) == match[0] else match[0]


def protected(title: str) -> str:
    """A LaTeX title with braces around words whose capitals a citation style must not lower."""

    def word(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("\\"):
            return text
        kept = any(c.isupper() for c in text[1:]) or (text[0].isupper() and any(c.isdigit() for c in text))
        return f"{{{text}}}" if kept else text

    parts = re.split(r"(\$[^$]+\$|\{[^{}]*\})", title)
    return "".join(
        part if number % 2 else re.sub(r"\\[A-Za-z]+|[A-Za-z0-9](?:[\w.+-]*[\w+])?", word, part)
        for number, part in enumerate(parts)
    )


def citation_key(draft: Draft, taken: Container[str]) -> str:
    """The key of a new work in the style of the others: family name of the first author, year, short name."""
    first = draft.authors[0] if draft.authors else ""
    person = Person(first)
    family = _ascii(" ".join(person.last_names)) or "anon"
    words = [word for word in re.findall(r"[\w+-]+", plain(draft.name)) if word.lower() not in _STOP]
    short = next(
        filter(None, ("".join(_ascii(w) for w in words) if draft.name != draft.shown else "", *map(_ascii, words))), ""
    )
    key = f"{family}{_ascii(draft.year)[:4]}{short[:24]}"
    if key not in taken:
        return key
    return next(f"{key}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz" if f"{key}{letter}" not in taken)


def _ascii(text: str) -> str:
    bare = unicodedata.normalize("NFKD", plain(text).translate(_LETTERS))
    return re.sub(r"[^a-z0-9]", "", bare.lower())


def bibtex(draft: Draft, key: str) -> str:
    """The entry of refs.bib, its fields in one order and aligned."""
    fields = {"title": protected(latex(draft.title)), "year": draft.year, **draft.fields}
    if not {"author", "editor"} & fields.keys():
        fields["author"] = people(draft.authors)
    if draft.published:
        fields["origdate"] = draft.published.isoformat()
    if draft.doi:
        fields["doi"] = draft.doi
    if draft.arxiv:
        fields |= {"eprint": draft.arxiv, "archivePrefix": "arXiv"}
    ordered = sorted(fields, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    width = max(map(len, ordered))
    lines = [f"  {name:<{width}} = {{{fields[name]}}}" for name in ordered]
    return f"@{draft.type}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def stub(draft: Draft, key: str, axes: Sequence[str], kind: str, name: str, today: dt.date) -> str:
    """The entry of papers.yml with what is known; what has to be written is marked, and the checks ask for it."""
    data: dict = {"name": name, "kind": kind, "added": today, "summary": TO_WRITE}
    if axes:
        data["axes"] = dict.fromkeys(axes, TO_WRITE)
    if draft.code:
        data["links"] = {"code": draft.code}
    written = yaml.safe_dump({key: data}, sort_keys=False, allow_unicode=True, width=118)
    if kind != "method":
        return written
    attributes = ", ".join(name for name in Paper.described() if name not in ("kind", "families", "released"))
    comment = textwrap.fill(f"To be read for: {attributes}.", 100, initial_indent="  # ", subsequent_indent="  # ")
    return f"{written}{comment}\n"


def same_work(draft: Draft, known: Iterable[Reference]) -> tuple[Reference, str] | None:
    """The entry that the draft would repeat, and by what it is known: arXiv number, DOI or a nearly equal title.

    Titles that differ in a number are of two works, such as the reports on two versions of a model.
    """
    title = _letters(draft.title)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(title)
    for reference in known:
        if draft.arxiv and reference.arxiv == draft.arxiv:
            return reference, f"arXiv {draft.arxiv}"
        if draft.doi and reference.text("doi").lower() == draft.doi.lower():
            return reference, f"DOI {draft.doi}"
        if not title or _numbers(draft.title) != _numbers(reference.title):
            continue
        matcher.set_seq1(_letters(reference.title))
        if matcher.real_quick_ratio() > NEAR and matcher.quick_ratio() > NEAR and matcher.ratio() > NEAR:
            return reference, f"the title '{reference.title}'"
    return None


def _letters(title: str) -> str:
    """A title as it is compared: without accents, case and punctuation, in whatever script."""
    bare = unicodedata.normalize("NFKD", plain(title).translate(_LETTERS))
    return "".join(c for c in bare.lower() if c.isalnum())


def _numbers(title: str) -> list[str]:
    return re.findall(r"\d+|\b(?:ii|iii|iv|v)\b", unicodedata.normalize("NFKD", plain(title)).lower())


def distinct_name(draft: Draft, names: Container[str]) -> str:
    """The work's short name, with its first author's family name where another work has that name already."""
    if draft.name.casefold() not in names:
        return draft.name
    family = " ".join(Person(draft.authors[0]).last_names) if draft.authors else draft.year
    return f"{draft.name} ({plain(family)})"


def with_venue(draft: Draft, published: Draft) -> Draft:
    """A preprint with the venue it was published in, under which it is cited; it keeps the day it became public."""
    return replace(
        draft,
        type=published.type,
        year=published.year,
        doi=published.doi,
        fields={**draft.fields, **published.fields},
        published=draft.published or published.published,
    )
