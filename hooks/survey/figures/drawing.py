"""What all figures share: a Vega-Lite specification becomes an SVG in the colours of the book."""

from __future__ import annotations

import multiprocessing
import re
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from survey.address import address
from survey.figures import colours
from survey.kept import fingerprint, kept
from survey.processes import end_with_parent

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# Vega resolves relative links against this address; it is taken out again.
_BASE = "https://vega.github.io/vega-datasets/"
FONTS = Path(__file__).parents[2] / "templates" / "fonts"
# How every figure looks. Its colours are names, which the stylesheet knows on the screen and colours.py on paper.
ACCENT = "var(--axis-data-synthesis)"
CONFIG = {
    "background": None,
    "view": {"stroke": None},
    "font": "Source Serif 4",
    # What is no link says nothing to assistive technology: the table below the drawing says it better.
    "text": {"aria": False},
    "line": {"aria": False},
    "axis": {
        "labelColor": colours.INK,
        "labelFontSize": 12,
        "titleColor": colours.INK,
        "titleFontSize": 12,
        "domainColor": colours.INK,
        "tickColor": colours.INK,
        "gridColor": colours.RULE,
    },
}
# How the page of all works calls the lack of a value, in the query of its address.
NOT_REPORTED, NONE = "not-reported", "none"


@dataclass(frozen=True)
class Link:
    """Text that leads to a page; `page` is a path below docs/, perhaps with a query."""

    text: str
    page: str


@dataclass(frozen=True)
class Place:
    """Text that a mark leads to."""

    text: str
    anchor: str


# A cell of the table that stands beside a drawing: text, or links in a row.
Cell = str | Place | Sequence[Link]


class Plot(NamedTuple):
    """What the plotting library draws: a Vega-Lite specification, and the folder in which its SVG is kept."""

    specification: str
    cache: Path | None = None


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG or as what it is drawn from, with what stands in for it where it cannot be seen."""

    source: str | Plot
    caption: str
    alternative: str
    head: list[str]
    rows: list[list[Cell]]

    @property
    def svg(self) -> str:
        """The figure, drawn when it is asked for."""
        return self.source if isinstance(self.source, str) else draw(*self.source)


def work_page(key: str) -> str:
    """The path below docs/ of the page of a work."""
    return f"papers/{key}.md"


def selection(chosen: Iterable[tuple[str, str]]) -> str | None:
    """The page of all works, narrowed down to those that have every value; None where it cannot say that.

    `chosen` holds "axis" or the name of an attribute, each with an id of taxonomy.yml, NOT_REPORTED or NONE. Two values
    of one attribute would give the works that have either.
    """
    pairs = list(dict.fromkeys(chosen))
    return f"papers/index.md?{urlencode(pairs)}" if len(dict(pairs)) == len(pairs) else None


@lru_cache(maxsize=32)
def draw(specification: str, cache: Path | None = None) -> str:
    """A Vega-Lite specification as SVG: every mark with an `href` is a link, its `description` the link's title.

    Kept in `cache`, as starting the plotting library takes a while.
    """
    if ahead := _ahead.pop(specification, None):
        with suppress(BrokenExecutor):  # then it is drawn here
            return ahead.result()
    return kept(cache, _name(specification), lambda: _drawn(specification), specification, program=_tools())


def _drawn(specification: str) -> str:
    import vl_convert

    # Otherwise the size of a drawing would be that of a typeface that this machine happens to have.
    vl_convert.register_font_directory(str(FONTS))
    return _tidy(vl_convert.vegalite_to_svg(specification, vl_version="5.20"))


_ahead: dict[str, Future[str]] = {}
HOOKS = str(Path(__file__).parents[2])
# Fewer are drawn before another process has begun.
FEW = 4


def draw_ahead(specifications: Iterable[str], cache: Path) -> None:
    """Begins to draw, in another process, what is not kept; `draw` waits for it.

    The plotting library holds Python's lock, so that a thread would not do.
    """
    new = [found for found in specifications if not (cache / _name(found)).is_file()]
    if len(new) >= FEW:
        if HOOKS not in sys.path:  # where MkDocs has loaded this from, which the other process does not know
            sys.path.append(HOOKS)
        with suppress(OSError, ImportError):  # where there is no shared memory, they are drawn here
            pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), end_with_parent)
            _ahead.update((found, pool.submit(draw, found, cache)) for found in new)
            pool.shutdown(wait=False)


@lru_cache(maxsize=1)
def _tools() -> bytes:
    return Path(__file__).read_bytes() + version("vl-convert-python").encode()


def _name(specification: str) -> str:
    return f"drawings/{fingerprint(specification, _tools())}"


def _tidy(svg: str) -> str:
    """Vega's SVG with links as a page has them, without what only Vega needs."""
    svg = re.sub(r'<path class="(?:back|fore)ground"[^>]*/>', "", svg)
    svg = re.sub(r' (?:class|role|aria-roledescription|pointer-events)="[^"]*"| opacity="1"', "", svg)
    svg = re.sub(r'(<(?!g )\w+ [^>]*?) aria-hidden="true"', r"\1", svg)  # it stands on the group
    svg = re.sub(r'<text [^>]*(?<= )opacity="0"[^>]*>[^<]*</text>', "", svg)  # labels for which there was no room
    # What is no mark lets the pointer through to the mark below it, such as the number on a cell.
    svg = svg.replace('<g aria-hidden="true"', '<g aria-hidden="true" pointer-events="none"')
    svg = svg.replace(
        "<svg ", '<svg role="none" ', 1
    )  # no picture but a group of links, which its place on the page names
    svg = svg.replace(f'font-family="{CONFIG["font"]}"', 'font-family="inherit"')  # which the page has
    svg = svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    svg = re.sub(r'<a xlink:href="([^"]*)"[^>]*><path aria-label="([^"]*)"', _link, svg)
    svg = re.sub(r' aria-label="[^"]*"', "", svg)
    return re.sub(r'(?<= d=")[^"]*|(?<= transform=")[^"]*', lambda found: _rounded(found[0]), svg)


def _link(found: re.Match[str]) -> str:
    return f'<a href="{address(found[1].removeprefix(_BASE))}"><title>{found[2]}</title><path'


def _rounded(numbers: str) -> str:
    """A path without the decimals that no screen shows."""
    return re.sub(r"-?\d+\.\d+(?:e-?\d+)?", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), numbers)


def short(text: str, length: int) -> str:
    """The text, cut at a word where it is too long for a label."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"


def wrapped(text: str, length: int) -> list[str]:
    """A label in lines of about `length` letters, so that a drawing fits a phone."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > length:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def works(count: int) -> str:
    """ "1 work", "2 works"."""
    return f"{count} work{'s' * (count != 1)}"


def down(count: int, above: float) -> dict:
    """The y channel of a drawing with one line of text for each mark, `line` counted from the top."""
    scale = {"domain": [-above, count - 1 + above], "reverse": True, "nice": False, "zero": False}
    return {"field": "line", "type": "quantitative", "axis": None, "scale": scale}
