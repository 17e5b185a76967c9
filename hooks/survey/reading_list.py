"""The flat reading list in Markdown, as "awesome lists" are written: read to be imported, and written from the data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey.catalogue import Catalogue, Work
from survey.identifiers import Identifier, identify
from survey.markdown import blank_code
from survey.problems import Misuse

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
_BULLET = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(.*)$")
_LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)"
)
_BROKEN = re.compile(r"\[[^\]]*\]\([^)]*$|\[[^\]]*$|\]\(\s*\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]|]+")
_CODE = re.compile(r"code|github|repo", re.IGNORECASE)


@dataclass(frozen=True)
class Listed:
    """One work of a list: what it links to, or why it cannot be told (`fault`)."""

    line: int
    title: str
    axis: str
    section: str
    identifier: Identifier | None = None
    addresses: tuple[str, ...] = ()
    code: str = ""
    fault: str = ""


def read_list(text: str, axes: Mapping[str, str]) -> Iterator[Listed]:
    """Every work of a list in bullets or tables, by line. `axes` gives the label of each axis.

    A section belongs to the axis that its heading, or a heading above it, names. Bullets without a link are prose,
    unless they try to be one; links within the page are no works, nor are those of a bullet below that of a work.
    """
    headings: list[tuple[int, str, str]] = []  # level, text, axis
    above: Listed | None = None  # the work whose bullet a nested one belongs to
    shown = _COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), blank_code(text))
    for number, line in enumerate(shown.splitlines(), 1):
        if heading := _HEADING.match(line):
            level = len(heading[1])
            headings = [above for above in headings if above[0] < level]
            headings.append((level, heading[2], axis_of(heading[2], axes)))
            continue
        bullet, row = _BULLET.match(line), line.strip().startswith("|")
        if not bullet and not row:
            continue
        section = headings[-1][1] if headings else ""
        axis = next((axis for _, _, axis in reversed(headings) if axis), "")
        told = bullet[1] if bullet else line
        found = [(label, address) for label, address in _LINK.findall(told) if not address.startswith("#")]
        if not axis or not found and (row or "](#" in told or not re.search(r"\[|https?:", told)):
            continue
        listed = _listed(number, told, found or [("", a) for a in _ADDRESS.findall(told)], axis, section)
        nested = bullet and line[0].isspace()
        if nested and above and not listed.identifier and not listed.fault:
            continue
        if not nested:
            above = listed if bullet and listed.identifier else None
        yield listed


def _listed(line: int, told: str, found: list[tuple[str, str]], axis: str, section: str) -> Listed:
    title = re.sub(r"[*_`]", "", found[0][0] or _ADDRESS.sub("", told) if found else told).strip(" <>")
    bold = re.search(r"\*\*([^*\[\]]{4,})\*\*", told)
    if bold and _CODE.fullmatch(title) or title.lower() in ("paper", "pdf", "arxiv", "link"):
        title = re.sub(r"[*_`]|\[.*", "", bold[1] if bold else told).strip(" |.-–—:")
    if _BROKEN.search(_LINK.sub("", told)) or any(not address for _, address in found):
        return Listed(line, title, axis, section, fault="malformed link; write [title](https://…)")
    if not found:
        return Listed(line, title, axis, section, fault="no link")
    addresses = tuple(address for _, address in found)
    code = next((address for label, address in found[1:] if _CODE.search(label) and address.startswith("https://")), "")
    for address in addresses:
        try:
            return Listed(line, title, axis, section, identify(address), addresses, code)
        except Misuse:
            continue
    return Listed(line, title, axis, section, None, addresses, code)


def axis_of(heading: str, axes: Mapping[str, str]) -> str:
    """The axis whose name shares most words with a heading, at least two thirds of them; or the empty string."""
    words = _words(heading)
    shared = {axis: len(_words(label) & words) / len(_words(label)) for axis, label in axes.items() if _words(label)}
    best = max(shared, key=shared.__getitem__, default="")
    return best if best and shared[best] >= 2 / 3 else ""


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]+", text.lower())} - {"and", "or", "the", "of"}


def write_list(catalogue: Catalogue, title: str) -> str:
    """The reading list: each axis with its definition and its works, newest last, with links to paper and code."""
    parts = [f"# {title}"]
    for axis, entry in catalogue.taxonomy.axes.items():
        works = catalogue.select(axis)
        parts += [f"## {entry.label}", entry.definition, "\n".join(map(_bullet, works)) or "None yet."]
    return "\n\n".join(parts) + "\n"


def _bullet(work: Work) -> str:
    shown = re.sub(r"([\[\]\\*_`])", r"\\\1", work.reference.title)
    number = work.reference.arxiv
    address = f"https://arxiv.org/pdf/{number}" if number else work.reference.url
    code = work.paper.links.code
    return f"- [{shown}]({address})." + (f" [Codes]({code})" if code else "")
