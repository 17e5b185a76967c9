"""Figures drawn from the catalogue: one Vega-Lite specification each, for screen and paper."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from survey.catalogue import Catalogue

# Okabe and Ito's colours, which the colour-blind can tell apart; on the screen the stylesheet holds them, by scheme.
AXIS_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#AA4499", "#8A6D00", "#56606B")
# Vega resolves relative links against this address; it is taken out again.
_BASE = "https://vega.github.io/vega-datasets/"


@dataclass(frozen=True)
class Drawing:
    """A figure as SVG, with what stands in for it where it cannot be seen."""

    svg: str
    caption: str
    alternative: str
    head: list[str]
    rows: list[list[str]]


def timeline(catalogue: Catalogue, palette: str) -> Drawing:
    """Every listing of a work on an axis, by the day the work first became public."""
    axes = {axis: entry.label for axis, entry in catalogue.taxonomy.axes.items() if catalogue.select(axis)}
    points, columns = [], Counter()
    for row, axis in enumerate(axes):
        for work in catalogue.select(axis):
            column = (axis, work.date.toordinal() // 5)
            points.append(
                {
                    "date": work.date.isoformat(),
                    "row": row - 0.18 + 0.145 * columns[column],
                    "axis": axes[axis],
                    "name": f"{work.name}, {work.date:%d %B %Y}",
                    "href": f"papers/{work.key}.md",
                }
            )
            columns[column] += 1
    ink = "currentColor" if palette == "screen" else "#222222"
    rule = "var(--rule)" if palette == "screen" else "#dddddd"
    colours = [
        f"var(--axis-{axis})" if palette == "screen" else AXIS_COLOURS[i % len(AXIS_COLOURS)]
        for i, axis in enumerate(axes)
    ]
    y = {
        "type": "quantitative",
        "title": None,
        "axis": None,
        "scale": {"domain": [-0.5, max(0.5, len(axes) - 0.5)], "reverse": True, "nice": False},
    }
    colour = {
        "field": "axis",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(axes.values()), "range": colours},
    }
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 640,
        "height": 66 * max(1, len(axes)),
        "padding": 3,
        "layer": [
            {
                "data": {"values": points},
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {
                    "x": {
                        "field": "date",
                        "type": "temporal",
                        "timeUnit": "utcyearmonthdate",
                        "title": None,
                        "scale": {"type": "utc"},
                        "axis": {"format": "%b %Y", "tickCount": "month"},
                    },
                    "y": {"field": "row", **y},
                    "color": colour,
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            },
            {
                "data": {"values": [{"row": row - 0.4, "axis": label} for row, label in enumerate(axes.values())]},
                "mark": {"type": "text", "align": "left", "fontSize": 13, "fontWeight": "bold"},
                "encoding": {"x": {"value": 4}, "y": {"field": "row", **y}, "text": {"field": "axis"}, "color": colour},
            },
        ],
        "config": {
            "background": None,
            "view": {"stroke": None},
            "font": "inherit" if palette == "screen" else "Libertinus Serif",
            "axis": {"labelColor": ink, "labelFontSize": 12, "domainColor": ink, "tickColor": ink, "gridColor": rule},
        },
    }
    months = sorted({work.date.strftime("%Y-%m") for axis in axes for work in catalogue.select(axis)})
    counts = Counter((axis, work.date.strftime("%Y-%m")) for axis in axes for work in catalogue.select(axis))
    rows = [[month_name(month), *(str(counts[axis, month] or "–") for axis in axes)] for month in months]
    works = {work.key for axis in axes for work in catalogue.select(axis)}
    span = f"{month_name(months[0])} to {month_name(months[-1])}" if months else "no works"
    return Drawing(
        svg=draw(json.dumps(spec), catalogue.cache),
        caption=f"The {len(works)} listed works by axis and the day they first became public. A work on several axes "
        "has a mark on each; marks within a few days of each other are stacked.",
        alternative=f"Timeline of {sum(counts.values())} listings on {len(axes)} axes, {span}",
        head=["Month", *axes.values()],
        rows=rows,
    )


def month_name(month: str) -> str:
    """ "2025-03" as "March 2025"."""
    return dt.date.fromisoformat(f"{month}-01").strftime("%B %Y")


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


FIGURES: dict[str, Callable[[Catalogue, str], Drawing]] = {"timeline": timeline}
