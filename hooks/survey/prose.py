"""What can be checked of an author's prose by machine: claims without a citation, bare numbers, unknown words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from posixpath import dirname, join, normpath

from survey.catalogue import RESULTS, Catalogue
from survey.kept import kept
from survey.manuscript import Chapter, Manuscript
from survey.markdown import MACRO, Found, blank, blank_code, citations, headings, line_of, links
from survey.problems import Problem, nearest

# Front matter of a page about the book itself, whose prose makes no claims about works.
ABOUT_THE_BOOK = "about_the_book"

# Words that praise or pad, and what to do instead.
AVOID = {
    r"novel(?:ty)?": "say what is new",
    r"state[- ]of[- ]the[- ]art": "name the system and the number",
    r"cutting[- ]edge|groundbreaking|pioneering|seminal": "say what it did first",
    r"remarkabl[ey]|notabl[ey]|strikingly|impressive(?:ly)?": "give the number and let it speak",
    r"crucial(?:ly)?|pivotal|paramount": "say what depends on it",
    r"leverag(?:e|es|ed|ing)|utili[sz](?:e|es|ed|ing|ation)": "write 'use'",
    r"delv(?:e|es|ed|ing)": "write 'look at' or nothing",
    r"landscape|realm|tapestry": "name the thing",
    r"paradigms?": "write 'approach', 'recipe' or the thing itself",
    r"holistic(?:ally)?|seamless(?:ly)?|synerg\w+": "say what is joined to what",
    r"it is worth noting|it should be noted|needless to say": "leave it out",
    r"plays? an? (?:\w+ )?role": "say what it does",
    r"in recent years": "give the year",
    r"in order to": "write 'to'",
    r"furthermore|moreover|additionally": "begin with the subject",
    r"significantly": "give the number, or the test",
}
_AVOID = {re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE): instead for pattern, instead in AVOID.items()}

# American spellings of lower-case words; a name keeps its own.
_AMERICAN = re.compile(
    r"\b(?:(?P<ise>\w{2,}[^\Wsei])iz(?P<tail>e[sdr]?|ers?|ing|ations?|able)"
    r"|(?P<our>behavi|col|fav|hon|lab|neighb|rig)or(?P<ending>\w*)"
    r"|(?P<yse>anal|paral|catal)yz(?P<rest>\w+)"
    r"|(?P<double>label|model|travel|cancel|signal)(?P<more>ed|ing|er)|(?P<other>artifact\w*|gray\w*|center(?:s|ed)?|fulfill))\b"
)
_NOT_AMERICAN = re.compile(r"(?:re)?siz\w+|prize\w*|seiz\w+|color\w*-|labor\w*ato\w+|rigor(?:ous)?\w*")
_DOUBLED = {"label": "labell", "model": "modell", "travel": "travell", "cancel": "cancell", "signal": "signall"}
_OTHER = {"artifact": "artefact", "gray": "grey", "center": "centre", "fulfill": "fulfil"}

# Acronyms that a reader of any technical text knows; all others belong into the vocabulary.
GENERAL = frozenset("AI API CPU CSV GPU HTML HTTP ID JSON LLM MIT PDF README SQL URL US UK XML".split())

_HIDDEN = re.compile(
    MACRO.pattern
    # No part of it looks beyond where the next could begin, so that the time is that of reading the text once.
    + r"|\$\$.*?\$\$|(?<![\\$])\$[^$\n]+(?:\n[^$\n]+)?\$|<[^<>\n]+>|\{:?[.#][^{}\n]*\}"
    + r"|\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s\"[^\"\]]*\")?\)",
    re.DOTALL,
)
_CITED = re.compile(r"\[[^\[\]]*@[^\[\]]*\]")
_IN_MACRO = re.compile(r"\b(?:paper|value)\(\s*[\"']([\w-]+)")
_NUMBER = re.compile(r"(?<![\w.,–-])\d+\.\d+(?![\w]|\.\d)")


def check_prose(manuscript: Manuscript, catalogue: Catalogue, problems: list[Problem]) -> None:
    """Adds what the prose of the chapters lacks, and what it should not say."""
    cache = catalogue.cache if catalogue.stamp else None
    for chapter in manuscript.chapters:
        name = f"prose/{chapter.source.replace('/', '-')}"
        alone = partial(_alone, chapter, catalogue)
        problems += kept(cache, name, alone, chapter.source, chapter.text, catalogue.stamp)
        if not chapter.meta.get(ABOUT_THE_BOOK):
            problems += _whole_pages(chapter, manuscript)
    problems += _undiscussed(manuscript, catalogue)


@lru_cache(maxsize=64)  # a preview checks again after each edit
def _alone(chapter: Chapter, catalogue: Catalogue) -> tuple[Problem, ...]:
    """What no other chapter has to do with."""
    if chapter.meta.get(ABOUT_THE_BOOK):
        return tuple(_words(chapter))
    known = _Known.of(catalogue)
    return (*_words(chapter), *_claims(chapter, known), *_acronyms(chapter, known))


@dataclass(frozen=True)
class _Known:
    """What the prose is compared with: names of methods and frameworks, acronyms, and reported numbers."""

    named: tuple[tuple[str, str], ...]
    acronyms: frozenset[str]
    numbers: tuple[tuple[str, str, str], ...]

    @classmethod
    @lru_cache(maxsize=1)
    def of(cls, catalogue: Catalogue) -> _Known:
        """What the catalogue knows."""
        taxonomy, works = catalogue.taxonomy, catalogue.works.values()
        texts = [f"{term.label} {term.definition}" for term in catalogue.vocabulary.values()]
        labelled = (*taxonomy.attributes.values(), *taxonomy.axes.values())
        texts += [f"{entry.label} {entry.definition}" for entry in labelled]
        texts += [f"{work.name} {work.reference.title}" for work in works]
        texts += [entry.name for entry in catalogue.benchmarks.values()]
        return cls(
            tuple((work.name, work.key) for work in works if work.paper.kind in ("method", "framework")),
            frozenset(part for text in texts for part in re.findall(r"[A-Z]{2,}s?\b", text)),
            tuple((row.work, row.value, row.benchmark) for row in catalogue.results),
        )

    def name_in(self, text: str) -> tuple[str, int, str] | None:
        """The first work that a text names: its name, where it stands, and the work's key."""
        for name, key in self.named:
            # Only a name that is there is worth a pattern.
            if name in text and (match := re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)):
                return name, match.start(), key
        return None

    @cached_property
    def values(self) -> Mapping[str, dict[str, str]]:
        """By work, the numbers that results.yml holds, each with its benchmark."""
        found: dict[str, dict[str, str]] = {}
        for work, value, benchmark in self.numbers:
            found.setdefault(work, {}).setdefault(value, benchmark)
        return found


def visible(chapter: Chapter) -> str:
    """The chapter's prose with code, macros, formulas, HTML and addresses blanked, every character in its place."""
    return _HIDDEN.sub(blank, blank_code(chapter.body))


def _without_citations(text: str) -> str:
    return _CITED.sub(blank, text)


def _words(chapter: Chapter) -> Iterator[Problem]:
    text = _without_citations(visible(chapter))
    for pattern, instead in _AVOID.items():
        for match in pattern.finditer(text):
            yield Problem(chapter.path, line_of(text, match.start()), f"avoid '{match[0].lower()}': {instead}")
    for match in _AMERICAN.finditer(text):
        if not _NOT_AMERICAN.match(match[0]):
            message = f"American spelling '{match[0]}'"
            yield Problem(chapter.path, line_of(text, match.start()), message, _british(match))


def _british(match: re.Match[str]) -> str:
    if match["ise"]:
        return f"{match['ise']}is{match['tail']}"
    if match["our"]:
        return f"{match['our']}our{match['ending']}"
    if match["yse"]:
        return f"{match['yse']}ys{match['rest']}"
    if match["double"]:
        return _DOUBLED[match["double"]] + match["more"]
    return re.sub("|".join(_OTHER), lambda word: _OTHER[word[0]], match["other"])


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every paragraph and list item; headings and table rows are neither."""
    for block in re.finditer(r"(?:(?!^[ \t]*$)^.*\n?)+", text, re.MULTILINE):
        first = block.start()
        items = (first + item.start() for item in re.finditer(r"^\s*(?:[-*+]|\d+\.)\s", block[0], re.MULTILINE))
        starts = sorted({first, *items})
        for start, end in zip(starts, [*starts[1:], block.end()], strict=True):
            if not re.match(r"\s*(?:#|\|)", text[start:end]):
                yield start, end


def _claims(chapter: Chapter, known: _Known) -> Iterator[Problem]:
    """A work named in a paragraph without a citation, and a number that value() would give."""
    whole, text = blank_code(chapter.body), _without_citations(visible(chapter))
    for start, end in _paragraphs(whole):
        cited = {found.text for found in citations(whole[start:end])}
        cited |= {key for macro in MACRO.findall(whole[start:end]) for key in _IN_MACRO.findall(macro)}
        shown = text[start:end]
        if not cited and (named := known.name_in(shown)):
            name, place, key = named
            message = f"names '{name}' in a paragraph without a citation; cite it, such as [@{key}, sec. 3]"
            yield Problem(chapter.path, line_of(text, start + place), message)
        for match in _NUMBER.finditer(shown):
            if len(match[0].replace(".", "").lstrip("0")) < 3:
                continue
            for key in sorted(cited):
                if benchmark := known.values.get(key, {}).get(match[0]):
                    macro = f"{{{{ value('{key}', '{benchmark}', …) }}}}"
                    message = f"the bare number {match[0]} stands in {RESULTS}; write {macro}"
                    yield Problem(chapter.path, line_of(text, start + match.start()), message)
                    break


def _acronyms(chapter: Chapter, known: _Known) -> Iterator[Problem]:
    text = _without_citations(visible(chapter))
    told: set[str] = set()
    for match in re.finditer(r"(?<![\w.+/@-])[A-Z]{2,}s?(?![\w+/@-])", text):
        word = match[0]
        if word in told or {word, word.rstrip("s"), word + "s"} & (known.acronyms | GENERAL):
            continue
        told.add(word)
        yield Problem(
            chapter.path, line_of(text, match.start()), f"the acronym '{word}' is in no entry of taxonomy.yml"
        )


def _whole_pages(chapter: Chapter, manuscript: Manuscript) -> Iterator[Problem]:
    """A cross-reference to a chapter with sections that names none of them."""
    for link in links(chapter.body):
        page, hash_, _ = link.text.partition("#")
        target = manuscript.chapter(normpath(join(dirname(chapter.source), page))) if page and not hash_ else None
        if target is None or target.meta.get(ABOUT_THE_BOOK):
            continue
        if sum(heading.text.startswith("## ") for heading in headings(target.body)) > 3:
            message = f"link to a section of {target.path}, such as {page}#…, not to the page"
            yield Problem(chapter.path, link.line, message)


def _undiscussed(manuscript: Manuscript, catalogue: Catalogue) -> Iterator[Problem]:
    """A work that is listed on an axis whose chapter does not cite it."""
    for axis in catalogue.taxonomy.axes:
        chapter = manuscript.chapter(f"{axis}.md")
        if chapter is None:
            continue
        named = mentioned([chapter.body])
        named |= {nearest(key, catalogue.works) for key in named - catalogue.works.keys()}  # told already as misspelt
        for work in catalogue.select(axis):
            if work.key not in named:
                message = f"'{work.key}' is listed on '{axis}', but the chapter does not discuss it"
                yield Problem(chapter.path, 1, message)


def mentioned(texts: Iterable[str]) -> set[str]:
    """The keys that the texts cite, `[@key]`, or name in a macro, `{{ paper("key") }}` or `{{ value("key", …) }}`."""
    return set().union(*map(_mentioned, texts))


@lru_cache(maxsize=128)
def _mentioned(text: str) -> frozenset[str]:
    return frozenset(key.text for key in mentions(text))


def mentions(text: str) -> Iterator[Found]:
    """Every place of a text that cites a work or names it in a macro: citations first, then macros."""
    yield from citations(text)
    for macro in MACRO.finditer(text):
        for key in _IN_MACRO.finditer(macro[0]):
            start = macro.start() + key.start(1)
            yield Found(key[1], line_of(text, start), start)
