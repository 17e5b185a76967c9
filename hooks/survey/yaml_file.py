"""A YAML file read with the line of every value, so that a mistake can be pointed at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from survey.characters import unseen
from survey.problems import Problem
from survey.text_file import Snapshot, read_text

TEXT = "tag:yaml.org,2002:str"


class YAML(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads plain data, says where a value stands that is none, and notices keys that are no text or given twice."""

    whole = True

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        """The mapping of a node."""
        texts = all(key.tag == TEXT for key, _ in node.value)  # before a merge takes its key away
        found = super().construct_mapping(node, deep)
        self.whole &= texts and len(found) == len(node.value)
        return found

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """The value of a node. Raises YAMLError for what is not what its tag or its form says, such as a 13th month."""
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from None
        except (LookupError, AttributeError, TypeError):
            kind = node.tag.rpartition(":")[2]
            raise yaml.constructor.ConstructorError(None, None, f"no {kind}", node.start_mark) from None


Place = tuple[str | int, ...]
DEEPEST = 32  # the data has about six levels


@dataclass(frozen=True)
class YamlFile:
    """The values of a file, and where each of them stands."""

    path: str
    data: dict[str, Any]
    text: str = field(repr=False)

    @cached_property
    def lines(self) -> dict[Place, int]:
        """The line of every value. Found when it is asked for, as only a file with problems needs it."""
        found: dict[Place, int] = {}
        if (node := _composed(self.text)) is not None:
            _walk(node, (), found, set())
        return found

    def line(self, *place: str | int) -> int:
        """The line of the value at `place`, or of the nearest value around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_yaml(file: Path | Snapshot, path: str, problems: list[Problem]) -> YamlFile | None:
    """Read a mapping from `file`, which `path` names in messages.

    Repeated keys and anchors are problems: YAML drops the first silently, and an alias hides where a fact is written.
    Returns None, with a problem, when the file is no YAML mapping.
    """
    text = read_text(file, path, problems)
    return None if text is None else parse_yaml(text, path, problems)


def parse_yaml(text: str, path: str, problems: list[Problem], loader: type = YAML) -> YamlFile | None:
    """The same for a text that is read already, with the loader of its dialect."""
    found, faults = (_parsed if len(text) <= KEPT else _parsed.__wrapped__)(text, path, loader)
    problems += faults
    return found


KEPT = 2_000_000  # letters; what is longer takes more room than the time to read it again is worth


@lru_cache(maxsize=64)  # a preview reads the files again that have not changed
def _parsed(text: str, path: str, loader: type) -> tuple[YamlFile | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    return _parse(text, path, problems, loader), tuple(problems)


# What may be an anchor or an alias; most files have neither.
_ANCHOR = re.compile(r"(?:^|[\s,:\[{])[&*]\S", re.MULTILINE)


def _parse(text: str, path: str, problems: list[Problem], dialect: type) -> YamlFile | None:
    data = _plain_data(text, dialect)
    return YamlFile(path, data, text) if data is not None else _parse_closely(text, path, problems, dialect)


# Where an entry begins, and what makes a text more than one mapping of entries.
_ENTRY = re.compile(r"^(?=[^\s#])", re.MULTILINE)
_DOCUMENT = re.compile(r"^(?:---|\.\.\.|%)", re.MULTILINE)
PART = 200_000  # letters; what the reader makes of a text takes thirty times the room of the text


def _plain_data(text: str, dialect: type) -> dict | None:
    """What a text holds; None if there may be anything to tell of it, as to look for that takes as long as to read."""
    if _ANCHOR.search(text):
        return None
    whole: dict = {}
    for part in _parts(text):
        found = _plain_part(part, dialect)
        if isinstance(found, dict) and whole.keys().isdisjoint(found):
            whole |= found
        elif isinstance(found, list) and whole and isinstance(begun := whole[next(reversed(whole))], list):
            begun += found
        else:
            return None
    return whole


def _parts(text: str) -> Iterator[str]:
    """A text in parts that begin with an entry, or an item of the list that the last entry is.

    A part that a quotation spans is no YAML, and so no plain data.
    """
    begin = 0
    for entry in _ENTRY.finditer(text) if len(text) > PART and not _DOCUMENT.search(text) else ():
        if entry.start() - begin > PART:
            yield text[begin : entry.start()]
            begin = entry.start()
    yield text[begin:]


def _plain_part(text: str, dialect: type) -> dict | list | None:
    loader = None
    try:
        loader = dialect(text)
        data = loader.get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    finally:
        if loader is not None:
            loader.dispose()
    return data if isinstance(data, (dict, list)) and loader.whole and _is_plain(data, escapes="\\" in text) else None


def _is_plain(data: object, escapes: bool) -> bool:
    """Whether nothing is deep, and no escape has put a sign there that nobody sees."""
    level = [data]
    for _ in range(DEEPEST + 1):
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                below += value.values()
                if escapes:
                    below += value
            elif isinstance(value, list):
                below += value
            elif escapes and isinstance(value, str) and any(True for _ in unseen(value)):
                return False
        level = below
    return not level


def _parse_closely(text: str, path: str, problems: list[Problem], dialect: type) -> YamlFile | None:
    loader = None
    try:
        loader = dialect(text)
        node = loader.get_single_node()
        faults = _walk(node, (), {}, set()) if node is not None else []
        problems += [Problem(path, line, message) for line, message in faults]
        if any(message.startswith("anchors") for _, message in faults):
            return None
        data = loader.construct_document(node) if node is not None else {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        problems.append(Problem(path, mark.line + 1 if mark else 1, f"broken YAML: {what}"))
        return None
    except (ValueError, RecursionError) as error:
        problems.append(Problem(path, 1, f"broken YAML: {error}"))
        return None
    finally:
        if loader is not None:
            loader.dispose()
    if not isinstance(data, dict):
        problems.append(Problem(path, node.start_mark.line + 1, "must be a mapping of keys to entries"))
        return None
    return YamlFile(path, data, text)


def _composed(text: str) -> yaml.Node | None:
    loader = YAML(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], seen: set[int]) -> list[tuple[int, str]]:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if len(place) > DEEPEST:
        raise yaml.constructor.ConstructorError(None, None, "nested too deeply", node.start_mark)
    if id(node) in seen:
        return [(line, "anchors and aliases are not used in the survey's data; write the value out")]
    seen.add(id(node))
    faults: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if key.tag != TEXT:
                faults.append((key.start_mark.line + 1, f"the key '{name}' is no text; put it in quotes"))
            if name in keys:
                faults.append((key.start_mark.line + 1, f"duplicate key '{name}'"))
            keys.add(name)
            lines[(*place, name)] = key.start_mark.line + 1
            faults += [(key.start_mark.line + 1, message) for _, message in unseen(name)]
            faults += _walk(value, (*place, name), lines, seen)
    elif isinstance(node, yaml.ScalarNode):
        faults += [(line, message) for _, message in unseen(node.value)]
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            faults += _walk(value, (*place, index), lines, seen)
    return faults
