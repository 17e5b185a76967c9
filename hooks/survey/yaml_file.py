"""A YAML file read with the line of every value, so that a mistake can be pointed at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import yaml

from survey.problems import Problem

YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Place = tuple[str | int, ...]


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
        _walk(_composed(self.text), (), found, set())
        return found

    def line(self, *place: str | int) -> int:
        """The line of the value at `place`, or of the nearest value around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class Source(Protocol):
    """What can be read: a file, or how one was."""

    def read_bytes(self) -> bytes: ...


@dataclass(frozen=True)
class Snapshot:
    """A file as it was at one moment, whatever becomes of it: its contents, or why it cannot be read."""

    contents: bytes
    error: OSError | None = None

    @classmethod
    def of(cls, file: Path) -> Snapshot:
        """The file as it is now."""
        try:
            return cls(file.read_bytes())
        except OSError as error:
            return cls(b"", error)

    def read_bytes(self) -> bytes:
        if self.error:
            raise self.error
        return self.contents


def read_text(file: Source, path: str, problems: list[Problem]) -> str | None:
    """The text of a UTF-8 file; None with a problem where it is missing or not UTF-8."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        problems.append(Problem(path, 1, f"cannot be read: {error.strerror or error}"))
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.append(Problem(path, line, "is not UTF-8 text"))
        return None


def read_yaml(file: Source, path: str, problems: list[Problem]) -> YamlFile | None:
    """Read a mapping from `file`, which `path` names in messages.

    Repeated keys and anchors are problems: YAML drops the first silently, and an alias hides where a fact is written.
    Returns None, with a problem, when the file is no YAML mapping.
    """
    text = read_text(file, path, problems)
    if text is None:
        return None
    found, faults = _parsed(text, path)
    problems += faults
    return found


@lru_cache(maxsize=8)  # a preview reads the files again that have not changed
def _parsed(text: str, path: str) -> tuple[YamlFile | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    return _parse(text, path, problems), tuple(problems)


# What may be an anchor or an alias; most files have neither.
_ANCHOR = re.compile(r"(?:^|[\s,:\[{-])[&*]\S", re.MULTILINE)


class _Loader(YAML):
    """Notices mappings that lose a key in reading."""

    whole = True

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        given = len(node.value)
        found = super().construct_mapping(node, deep)
        self.whole &= len(found) == given == len(node.value)
        return found


def _parse(text: str, path: str, problems: list[Problem]) -> YamlFile | None:
    loader = None
    try:
        loader = _Loader(text)
        node, data = loader.get_single_node(), {}
        anchors = _ANCHOR.search(text)
        if node is not None and not anchors:
            data = loader.construct_document(node)
        if node is not None and (anchors or not loader.whole):  # to look at every value takes as long as to read it
            faults = _walk(node, (), {}, set())
            problems += [Problem(path, line, message) for line, message in faults]
            if any(message.startswith("anchors") for _, message in faults):
                return None
            data = loader.construct_document(node)
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
        problems.append(Problem(path, 1, "must be a mapping of keys to entries"))
        return None
    return YamlFile(path, data, text)


def _composed(text: str) -> yaml.Node:
    loader = YAML(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], seen: set[int]) -> list[tuple[int, str]]:
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if id(node) in seen:
        return [(line, "anchors and aliases are not used in the survey's data; write the value out")]
    seen.add(id(node))
    faults: list[tuple[int, str]] = []
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in keys:
                faults.append((key.start_mark.line + 1, f"duplicate key '{name}'"))
            keys.add(name)
            lines[(*place, name)] = key.start_mark.line + 1
            faults += _walk(value, (*place, name), lines, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            faults += _walk(value, (*place, index), lines, seen)
    return faults
