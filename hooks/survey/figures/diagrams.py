"""Diagrams that an author draws: SVG files in the book's colours that say in `title` and `desc` what they show."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from survey.figures.colours import PAPER
from survey.problems import Problem, nearest
from survey.text_file import read_text

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = "svg title desc g path rect circle ellipse line polyline polygon text tspan".split()
ATTRIBUTES = (
    "viewBox x y x1 y1 x2 y2 cx cy r rx ry dx dy d points width height transform fill fill-opacity fill-rule stroke "
    "stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin opacity font-size font-weight "
    "font-style text-anchor dominant-baseline class id"
).split()
_SIZE = re.compile(r"0 0 (\d+) (\d+)")


@dataclass(frozen=True)
class Diagram:
    """One drawing: `svg` without title and description, which stand as caption and alternative text around it."""

    svg: str
    caption: str
    alternative: str


def read(folder: Path, path: str, problems: list[Problem]) -> dict[str, Diagram]:
    """The diagrams of a folder by name; `path` is what the folder is called in problems."""
    found = {}
    for file in sorted(folder.glob("*.svg")):
        text = read_text(file, f"{path}/{file.name}", problems)
        if text is not None:
            found[file.stem] = _diagram(text, f"{path}/{file.name}", problems)
    return found


def _diagram(text: str, path: str, problems: list[Problem]) -> Diagram:
    if declared := re.search(r"<!(?:DOCTYPE|ENTITY)", text):
        problems.append(Problem(path, _line(text, declared[0]), f"{declared[0]}: a drawing declares nothing"))
        return Diagram("", "", "")  # known all the same, so that one mistake is not reported twice
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        problems.append(Problem(path, error.position[0], f"broken SVG: {error}"))
        return Diagram("", "", "")
    faults = [Problem(path, line, message, meant) for line, message, meant in _faults(root, text)]
    problems += faults
    told = {name: " ".join((root.findtext(f"{{{SVG}}}{name}") or "").split()) for name in ("title", "desc")}
    size = _SIZE.fullmatch(root.get("viewBox", ""))
    if faults or not size:
        return Diagram("", told["title"], told["desc"])
    try:
        return Diagram(_drawn(root, size), told["title"], told["desc"])
    except RecursionError:
        problems.append(Problem(path, 1, "nested too deeply"))
        return Diagram("", told["title"], told["desc"])


def _drawn(root: ET.Element, size: re.Match[str]) -> str:
    """What was read, and not what was written: a browser must not find more in it than the checks."""
    for parent in root.iter():
        for child in [child for child in parent if child.tag in (f"{{{SVG}}}title", f"{{{SVG}}}desc")]:
            parent.remove(child)
        for element in (parent, *parent):
            if element.tag not in (f"{{{SVG}}}text", f"{{{SVG}}}tspan"):
                element.text = None
        if parent.tag not in (f"{{{SVG}}}text", f"{{{SVG}}}tspan"):
            for child in parent:
                child.tail = None
    root.attrib = {"width": size[1], "height": size[2], "font-family": "inherit", **root.attrib}
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _faults(root: ET.Element, text: str) -> Iterator[tuple[int, str, str]]:
    """Line, message and what was meant, of everything that keeps a drawing from being read on every medium."""
    if root.tag != f"{{{SVG}}}svg" or not _SIZE.fullmatch(root.get("viewBox", "")) or root.get("width"):
        yield 1, f'must begin with <svg xmlns="{SVG}" viewBox="0 0 width height">', ""
    for name, what in (("title", "the caption"), ("desc", "the alternative text")):
        if not (root.findtext(f"{{{SVG}}}{name}") or "").strip():
            yield 1, f"lacks a <{name}>, {what}", ""
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name not in ELEMENTS:
            yield _line(text, f"<{name}"), f"<{name}> does not print; only {', '.join(ELEMENTS)} do", ""
        for attribute, value in element.attrib.items():
            if "href" in attribute or "url(" in value:
                yield _line(text, value), f"'{attribute}' may not lead out of the drawing", ""
            elif attribute not in ATTRIBUTES:
                shown = attribute.rpartition("}")[2]
                yield _line(text, shown), f"the attribute '{shown}' is not for drawings", nearest(shown, ATTRIBUTES)
            for colour in re.findall(r"var\(--([\w-]*)\)", value):
                if colour not in PAPER:
                    yield _line(text, f"--{colour}"), f"unknown colour '--{colour}'", nearest(colour, PAPER)


def _line(text: str, part: str) -> int:
    return text.count("\n", 0, max(0, text.find(part))) + 1
