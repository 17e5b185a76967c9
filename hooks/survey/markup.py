"""The HTML that a chapter may hold: what every medium shows, and nothing that runs or loads something in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from survey.markdown import MACRO, blank, blank_code
from survey.mathml import mathml
from survey.problems import Misuse

ELEMENTS = frozenset("abbr br div em kbd small span strong sub sup".split())
ATTRIBUTES = frozenset("alt class data-search-exclude height id lang markdown title width".split())
SCHEMES = ("https", "http", "mailto")  # the check of links tells of the second

# What follows a text in brackets, or its name: up to 300 letters, that many links are no long work.
_TARGET = re.compile(r"\]\(([^)]{0,300})|^ {0,3}\[[^\[\]@\n]*\]:\s*(\S{0,300})", re.MULTILINE)
# No more than the site takes for a formula, as what stands in one is not read for HTML.
_FORMULA = re.compile(
    r"^[ \t]*\$\$(?:[^$\n]|\n(?![ \t]*\n))*\$\$|(?<![\\$])\$(?![\s$])[^$\n]+(?:\n[^$\n]+)?(?<!\s)\$", re.MULTILINE
)
_BEGINS = re.compile(r"<(?=[A-Za-z/!?])")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)((?:\s+[A-Za-z-]+(?:=\"[^\"<>]*\")?)*)\s*/?>")
_ADDRESS = re.compile(r"<(?:https://[^\s<>]+|[\w.+-]+@[\w.-]+)>")
_IN_FORMULA = re.compile(r"<[/!?]?[A-Za-z]{2,}[A-Za-z0-9-]*(?=[\s/>])|<[A-Za-z]\s+[\w-]+\s*=|<[!?]")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\(\s*<?([^\s()<>]+)")


def faults(body: str) -> Iterator[tuple[int, str]]:
    """Where a chapter holds HTML that it may not, and what is wrong with it."""
    text = MACRO.sub(blank, blank_code(body))
    prose = _FORMULA.sub(blank, text)
    for formula in _FORMULA.finditer(text):
        try:
            mathml(formula[0].strip(" \t$"), "inline")
        except Misuse as error:
            yield formula.start(), str(error)
        if found := _IN_FORMULA.search(formula[0]):
            yield formula.start() + found.start(), f"'{found[0]}' would be read as HTML; write \\lt in formulas"
    for begin in _BEGINS.finditer(prose):
        if _ADDRESS.match(prose, begin.start()):
            continue
        tag = _TAG.match(prose, begin.start())
        if not tag:
            yield begin.start(), "'<' would be read as HTML; write &lt;"
        elif tag[1] not in ELEMENTS:
            yield begin.start(), f"the element <{tag[1]}> is not for chapters; only {', '.join(sorted(ELEMENTS))} are"
        else:
            for name in re.findall(r"\s([A-Za-z-]+)", re.sub(r"\"[^\"]*\"", "", tag[2])):
                if name not in ATTRIBUTES:
                    yield begin.start(), f"the attribute '{name}' of <{tag[1]}> is not for chapters"
    for target in _TARGET.finditer(prose):
        address = re.sub(r"[\t\n]", "", unescape(target[1] or target[2])).strip(" <")  # as a browser reads it
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
        if scheme and scheme[1].lower() not in SCHEMES:
            yield target.start(), f"malformed URL '{address[:60]}'; write https://host/path"
    for line in re.finditer(r"\{[^\n]*", prose):
        for name in re.finditer(r"([^\s={}\"'#:]+)[\s\"']*=", line[0]):
            if name[1].lower() not in ATTRIBUTES:
                yield line.start() + name.start(), f"the attribute '{name[1]}' is not for chapters"
    for image in _IMAGE.finditer(prose):
        if re.match(r"[A-Za-z][\w+.-]*:|//", image[1]):
            yield image.start(), f"the picture '{image[1]}' is loaded from elsewhere; put it into docs/"
