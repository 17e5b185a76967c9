"""Markdown as text: escaping what comes from the data, and finding what an author wrote outside code."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

# Written as character references these mean nothing to Markdown, Jinja, HTML, mkdocs-bibtex or pandoc,
# and every one of them turns the reference back into the character.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|$@~^&\"]|^[-+:=!?]|^\(?\w+[.)](?=\s)")  # at the start, what begins a block
_FENCE = re.compile(r"^( {0,3}|[ \t]+)(`{3,}|~{3,})")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_CITATIONS = re.compile(r"\[([^\[\]]*?@[^\[\]]*?)\](?!\()")
_KEY = re.compile(r"(?<![\w.])@([\w][\w:.+-]*\w|\w)")
_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^\s()<>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_DEFINED = re.compile(
    r"^ {0,3}\[[^\[\]^@\n][^\[\]\n]*\]:[ \t]*\n?[ \t]*<?([^\s<>]+)>?[ \t]*(?:[\"'(][^\n]*)?$", re.MULTILINE
)


def escape(text: str) -> str:
    """Plain text as Markdown that shows exactly that text, on one line."""
    return _SPECIAL.sub(
        lambda m: "".join(f"&#{ord(c)};" if not c.isspace() and not c.isalnum() else c for c in m[0]),
        " ".join(text.split()),
    )


@lru_cache(maxsize=256)
def blank_code(text: str, blank: str = " ", only: str = "") -> str:
    """The text with every character of code replaced by `blank`, or only the character `only`.

    Fenced blocks and code spans keep their line breaks, so that offsets and line numbers still hold.
    """

    def blanked(code: str) -> str:
        if only:
            return code.replace(only, blank)
        return "\n".join(blank * len(line) for line in code.split("\n"))

    lines, fence = [], ""
    prose: list[str] = []
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if fence:
            lines.append(blanked(line))
            if match and match[2].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif match:
            fence = match[2]
            lines.append(_SPAN.sub(lambda m: blanked(m[0]), "".join(prose)))
            prose = []
            lines.append(blanked(line))
        else:
            prose.append(line)
    lines.append(_SPAN.sub(lambda m: blanked(m[0]), "".join(prose)))
    return "".join(lines)


@dataclass(frozen=True)
class Found:
    """Something an author wrote, with the line it begins in."""

    text: str
    line: int
    start: int = 0


# A call in a chapter; it may hold lists of dictionaries.
MACRO = re.compile(r"\{\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}\}")


def blank(match: re.Match[str]) -> str:
    """What was found with every character but the line breaks replaced by a space."""
    return re.sub(r"[^\n]", " ", match[0])


def line_of(text: str, offset: int) -> int:
    """The line, counted from one, that the character at `offset` stands in."""
    return bisect_left(_breaks(text), offset) + 1


@lru_cache(maxsize=64)
def _breaks(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


def citations(text: str) -> Iterator[Found]:
    """The citation keys in `[@key]`, `[see @a; @b]` and so on, outside code."""
    prose = blank_code(text)
    for block in _CITATIONS.finditer(prose):
        for key in _KEY.finditer(block[1]):
            start = block.start(1) + key.start(1)
            yield Found(key[1], line_of(prose, start), start)


def join_citations(text: str) -> str:
    """The text with each citation on one line, as mkdocs-bibtex does not look beyond the line's end."""
    prose = blank_code(text)
    for block in reversed(list(_CITATIONS.finditer(prose))):
        text = text[: block.start()] + re.sub(r"\s+", " ", block[0]) + text[block.end() :]
    return text


def replace_citations(text: str, link: Callable[[str], str]) -> str:
    """The text with each `[see @a, sec. 3; @b]` in parentheses, and what `link` gives in the place of each key."""
    prose = blank_code(text)
    for block in reversed(list(_CITATIONS.finditer(prose))):
        if _KEY.search(block[1]):
            shown = _KEY.sub(lambda key: link(key[1]), " ".join(block[1].split()))
            text = f"{text[: block.start()]}({shown}){text[block.end() :]}"
    return text


def links(text: str) -> Iterator[Found]:
    """The targets of links, and of those that are defined apart from their text, outside code."""
    prose = blank_code(text)
    for link in sorted([*_LINK.finditer(prose), *_DEFINED.finditer(prose)], key=lambda link: link.start(1)):
        yield Found(link[1], line_of(prose, link.start(1)), link.start(1))


def split_front_matter(text: str) -> tuple[str, str]:
    """What stands between two `---` lines at the top, with them, and the rest; their lengths add up to the text's."""
    match = re.match(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*\n", text, re.DOTALL)
    return (match[0], text[match.end() :]) if match else ("", text)


def headings(text: str) -> Iterator[Found]:
    """The ATX headings outside code, as `## Title {#id}` lines."""
    prose = blank_code(text)
    for match in re.finditer(r"^#{1,6}[ \t]+\S.*$", prose, re.MULTILINE):
        yield Found(text[match.start() : match.end()], line_of(prose, match.start()), match.start())


_MARKED = re.compile(
    r"^(?P<indent> *)"
    r"(?:(?:!!!|\?\?\?\+?)[ \t]+(?P<kind>[\w-]+)(?:[ \t]+\"(?P<title>[^\"]*)\")?"
    r"|===\+?[ \t]+\"(?P<tab>[^\"]*)\")[ \t]*$"
)


def plain_blocks(text: str) -> str:
    """Admonitions and details as quotations under their title, and tabs one after the other, for media without them."""
    code = blank_code(text).split("\n")
    lines = text.split("\n")
    written: list[str] = []
    at = 0
    while at < len(lines):
        match = _MARKED.match(lines[at]) if code[at].strip() else None
        if not match:
            written.append(lines[at])
            at += 1
            continue
        margin = len(match["indent"]) + 4
        end = at + 1
        while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" " * margin)):
            end += 1
        while end > at + 1 and not lines[end - 1].strip():
            end -= 1
        inner = plain_blocks("\n".join(line[margin:] for line in lines[at + 1 : end])).split("\n")
        title = match["tab"] if match["tab"] is not None else match["title"]
        shown = [f"**{title if title is not None else match['kind'].capitalize()}**", ""] if title != "" else []
        mark = "" if match["tab"] is not None else "> "
        written += ["", *(match["indent"] + (mark + line).rstrip() for line in [*shown, *inner]), ""]
        at = end
    return "\n".join(written)


def prefix_footnotes(text: str, prefix: str) -> str:
    """The text with its footnotes named after its page, so that those of several pages can stand in one document."""
    prose = blank_code(text)
    for match in reversed(list(re.finditer(r"\[\^([^\]\s]+)\]", prose))):
        text = f"{text[: match.start()]}[^{prefix}-{match[1]}]{text[match.end() :]}"
    return text
