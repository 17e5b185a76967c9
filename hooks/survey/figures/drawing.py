"""What all figures share: a Vega-Lite specification becomes an SVG in the colours of the book."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from survey.figures import colours

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# Vega resolves relative links against this address; it is taken out again.
_BASE = "https://vega.github.io/vega-datasets/"
# How every figure looks. Its colours are names, which the stylesheet knows on the screen and colours.py on paper.
ACCENT = "var(--axis-data-synthesis)"
CONFIG = {
    "background": None,
    "view": {"stroke": None},
    "font": "inherit",
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


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG, with what stands in for it where it cannot be seen."""

    svg: str
    caption: str
    alternative: str
    head: list[str]
    rows: list[list[str]]


@lru_cache(maxsize=32)
def draw(specification: str, cache: Path | None = None) -> str:
    """A Vega-Lite specification as SVG, every linked mark with a title that shows on hover.

    Kept in `cache` under the hash of the specification, as starting the plotting library takes a while.
    """
    kept = cache / f"{hashlib.sha256(specification.encode()).hexdigest()}.svg" if cache else None
    if kept and kept.is_file():
        return kept.read_text("utf-8")
    import vl_convert

    svg = vl_convert.vegalite_to_svg(specification, vl_version="5.20").replace(_BASE, "")
    svg = re.sub(
        r'(<a )xlink:href="([^"]*)\.md">(<path aria-label="([^"]*)")', r'\1href="\2/"><title>\4</title>\3', svg
    )
    if kept:
        with suppress(OSError):  # a folder that cannot be written costs time, nothing else
            kept.parent.mkdir(exist_ok=True)
            aside = kept.with_suffix(f".{os.getpid()}")
            aside.write_text(svg, "utf-8")
            aside.replace(kept)
    return svg


def short(text: str, length: int) -> str:
    """The text, cut at a word where it is too long for a label."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"


def down(count: int, above: float) -> dict:
    """The y channel of a drawing with one line of text for each mark, `line` counted from the top."""
    scale = {"domain": [-above, count - 1 + above], "reverse": True, "nice": False, "zero": False}
    return {"field": "line", "type": "quantitative", "axis": None, "scale": scale}
