"""What is mechanical about the source files, and mended by machine: line ends, spaces, alignment, order of entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from pybtex.database.input.bibtex import Parser
from pybtex.exceptions import PybtexError

from survey.catalogue import BENCHMARKS, BIB, PAPERS, RESULTS, TAXONOMY
from survey.insertion import BIB_START, YAML_START
from survey.manuscript import DOCS
from survey.markdown import blank_code
from survey.problems import Problem
from survey.yaml_file import YAML

_SORTED = {BIB: BIB_START, PAPERS: YAML_START, BENCHMARKS: YAML_START}
_FIELD = re.compile(r"^[ \t]+([A-Za-z]+)[ \t]*=[ \t]*(?=[\"{\w])")
_MENDS = "; `survey check --fix` mends it"


def sources(root: Path) -> Iterator[str]:
    """The files that authors edit, by their path in the book."""
    yield from (path for path in (BIB, PAPERS, BENCHMARKS, RESULTS, TAXONOMY) if (root / path).is_file())
    yield from (
        f"{DOCS}/{file.relative_to(root / DOCS).as_posix()}"
        for file in sorted((root / DOCS).rglob("*.md"))
        if file.is_file()
    )


def tidied(path: str, text: str) -> str:
    """The text as it should be: nothing that an author means is changed.

    Data that cannot be read, or would be read as something else, such as a block of text whose spaces count, stays as
    it is.
    """
    mended = _mended(path, text)
    return text if mended != text and _read(path, mended) != _read(path, text) else mended


def _read(path: str, text: str) -> object:
    """What a data file says; each time something else where it says nothing."""
    try:
        if path.endswith(".yml"):
            return yaml.load(text, YAML)
        if path == BIB:
            read = Parser().parse_string(text)
            return dict(read.entries), read.preamble
    except (yaml.YAMLError, PybtexError, ValueError, RecursionError):
        return object()
    return None  # a chapter, whose lines are mended one by one


def _mended(path: str, text: str) -> str:
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    prose = blank_code(text, "x").split("\n") if path.endswith(".md") else lines
    text = "\n".join(_line(line, seen, path) for line, seen in zip(lines, prose, strict=True)).rstrip("\n") + "\n"
    if path == BIB:
        text = _aligned(text)
    if start := _SORTED.get(path):
        text = _in_order(text, start)
    return text


def untidy(path: str, text: str) -> Iterator[Problem]:
    """Every line that `tidied` would change."""
    mended = tidied(path, text)
    if mended == text:
        return
    if "\r\n" in text:
        yield Problem(path, text[: text.index("\r\n")].count("\n") + 1, f"a line ends with a carriage return{_MENDS}")
        return
    start = _SORTED.get(path)
    keys = [(match[1], text.count("\n", 0, match.start()) + 1) for match in start.finditer(text)] if start else []
    for (before, _), (key, line) in zip(keys, keys[1:], strict=False):
        if key < before:
            yield Problem(path, line, f"'{key}' comes before '{before}'{_MENDS}")
            return
    old, new = text.split("\n"), mended.split("\n")
    for number, line in enumerate(old[: len(new)], 1):
        if line != new[number - 1]:
            what = "spaces at the end" if line.rstrip() == new[number - 1].rstrip() else "fields are not aligned"
            yield Problem(path, number, f"{what}{_MENDS}")
    if text.rstrip("\n") == mended.rstrip("\n"):
        yield Problem(path, len(new) - 1, f"the file must end with one line break{_MENDS}")


def _line(line: str, seen: str, path: str) -> str:
    bare = line.rstrip(" \t")
    if path.endswith(".md"):
        if seen != line:  # code, in which spaces may be meant
            return line
        return bare + "  " if line.endswith("  ") and bare else bare  # two spaces break the line
    return bare


def _aligned(text: str) -> str:
    lines, block = [], []
    for line in text.split("\n"):
        if _FIELD.match(line):
            block.append(line)
            continue
        lines += _align(block) + [line]
        block = []
    return "\n".join(lines + _align(block))


def _align(block: list[str]) -> list[str]:
    width = max((len(_FIELD.match(line)[1]) for line in block), default=0)
    return [_FIELD.sub(lambda m: f"  {m[1]:<{width}} = ", line) for line in block]


def _in_order(text: str, start: re.Pattern[str]) -> str:
    """The entries by key, each with the comment lines directly above it."""
    places = []
    for match in start.finditer(text):
        place = match.start()
        while (above := text.rfind("\n", 0, max(0, place - 1)) + 1) > 0 and text[above] in "#%":
            place = above
        places.append((place, match[1]))
    keys = [key for _, key in places]
    if keys == sorted(keys):
        return text
    ends = [place for place, _ in places[1:]] + [len(text)]
    entries = [(key, text[place:end].strip("\n")) for (place, key), end in zip(places, ends, strict=True)]
    head = text[: places[0][0]]
    return head + "\n\n".join(entry for _, entry in sorted(entries, key=lambda one: one[0])) + "\n"
