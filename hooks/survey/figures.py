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

from survey import reported
from survey.catalogue import Catalogue
from survey.models import Result

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
        "config": _config(palette),
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


def results(catalogue: Catalogue, palette: str, rows: list[Result]) -> Drawing:
    """Every reported number on one benchmark in one metric: a line each, apart by environment and by paper."""
    benchmark, metric = catalogue.benchmark(rows[0].benchmark), catalogue.taxonomy.metrics[rows[0].metric]
    lines, points, data = [], [], []
    for environment, group in reported.blocks(catalogue, rows):
        name = reported.environment_name(catalogue, environment)
        lines.append(("environment", name))
        last = ""
        for row in group:
            work = catalogue.works[row.work]
            if row.work != last:
                lines.append(("paper", f"{work.name} reports"))
                last = row.work
            system = row.system or work.name
            told = "; ".join(filter(None, (row.model, row.setting)))
            lines.append(("row", _short(f"{system}, {told}" if told else system, 62)))
            points.append(
                {
                    "line": len(lines) - 1,
                    "value": float(row.percent),
                    "what": "uncertain" if row.doubt else "baseline" if row.system else "own",
                    "name": f"{system}, {told + ', ' if told else ''}reported by {work.name}: {row.value}",
                    "href": f"papers/{work.key}.md",
                }
            )
            data.append([name, work.name, system, row.model or "not stated", row.value])
    ink = _ink(palette)
    y = {
        "field": "line",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-0.6, len(lines) - 0.4], "reverse": True, "nice": False, "zero": False},
    }
    labels = [
        {"line": line, "text": text, "kind": kind, "x": {"environment": 0, "paper": 8, "row": 16}[kind]}
        for line, (kind, text) in enumerate(lines)
    ]

    def text(kind: str, dx: int, **style: object) -> dict:
        return {
            "data": {"values": [label for label in labels if label["kind"] == kind]},
            "mark": {"type": "text", "align": "left", "fontSize": 12, "color": ink, **style},
            "encoding": {"x": {"value": 204 + dx}, "y": y, "text": {"field": "text"}},
        }

    accent = "var(--axis-data-synthesis)" if palette == "screen" else AXIS_COLOURS[0]
    kinds = {"domain": ["own", "baseline", "uncertain"]}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 190,
        "height": 17 * len(lines) + 10,
        "padding": 3,
        "layer": [
            {
                "data": {"values": points},
                "mark": {"type": "point", "size": 62, "opacity": 1, "strokeWidth": 1.6},
                "encoding": {
                    "x": {
                        "field": "value",
                        "type": "quantitative",
                        "title": metric.label + (" (lower is better)" if metric.lower_is_better else ""),
                        "scale": {"zero": False, "padding": 12},
                        "axis": {"orient": "top", "tickCount": 5, "titleFontWeight": "normal"},
                    },
                    "y": y,
                    "shape": {
                        "field": "what",
                        "type": "nominal",
                        "legend": None,
                        "scale": {**kinds, "range": ["circle", "circle", "cross"]},
                    },
                    "fill": {
                        "field": "what",
                        "type": "nominal",
                        "legend": None,
                        "scale": {**kinds, "range": [accent, "transparent", "transparent"]},
                    },
                    "stroke": {"value": accent},
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            },
            text("environment", 0, fontWeight="bold", fontSize=13),
            text("paper", 8, fontStyle="italic"),
            text("row", 18),
        ],
        "config": _config(palette),
    }
    environments = len({row[0] for row in data})
    apart = f"; {environments} environments stand apart" if environments > 1 else ""
    return Drawing(
        svg=draw(json.dumps(spec), catalogue.cache),
        caption=f"{benchmark.name}, {metric.label}: {len(rows)} numbers reported by "
        f"{len({row.work for row in rows})} papers{apart}. Filled: the paper's own system; open: what it compares with"
        + ("; cross: uncertain" if any(row.doubt for row in rows) else "")
        + ". Compare marks within one paper; across papers, models, retrievers and judges differ.",
        alternative=f"Plot of {len(rows)} reported values of {metric.label} on {benchmark.name}, by environment and paper",
        head=["Environment", "Paper", "System", "Model", "Value"],
        rows=data,
    )


def lineage(catalogue: Catalogue, palette: str) -> Drawing:
    """Which listed method builds on which earlier one: a line for each work, in the order of their first days."""
    methods = catalogue.select(kind="method")
    keys = {work.key for work in methods}
    edges = [(earlier, work.key) for work in methods for earlier in work.paper.builds_on if earlier in keys]
    edges += [(work.key, later) for work in methods for later in work.paper.followed_by if later in keys]
    edges = [(a, b) for a, b in edges if catalogue.works[a].date <= catalogue.works[b].date]
    shown = [work for work in methods if any(work.key in edge for edge in edges)]
    line = {work.key: number for number, work in enumerate(shown)}
    sources = [key for key in line if any(earlier == key for earlier, _ in edges)]
    cycle = [f"var(--axis-{axis})" for axis in catalogue.taxonomy.axes] if palette == "screen" else AXIS_COLOURS
    colour = {key: cycle[number % len(cycle)] for number, key in enumerate(sources)}
    day = {work.key: work.date.isoformat() for work in shown}
    paths = []
    for number, (earlier, later) in enumerate(edges):
        points = ((day[earlier], line[earlier]), (day[earlier], line[later]), (day[later], line[later]))
        paths += [
            {"edge": number, "order": order, "date": date, "line": y, "colour": colour[earlier]}
            for order, (date, y) in enumerate(points)
        ]
    ink = _ink(palette)
    y = {
        "field": "line",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-0.8, len(shown) - 0.2], "reverse": True, "nice": False, "zero": False},
    }
    x = {
        "field": "date",
        "type": "temporal",
        "timeUnit": "utcyearmonthdate",
        "title": None,
        "scale": {"type": "utc"},
        "axis": {"format": "%b %Y", "tickCount": "month", "orient": "top", "grid": False},
    }
    nodes = [
        {
            "date": day[work.key],
            "line": line[work.key],
            "text": work.name,
            "name": f"{work.name}, {work.date:%d %B %Y}",
            "href": f"papers/{work.key}.md",
            "colour": colour.get(work.key, "#777777"),
        }
        for work in shown
    ]
    own = {"field": "colour", "type": "nominal", "scale": None}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 560,
        "height": max(40, 15 * len(shown)),
        "padding": 3,
        "layer": [
            {
                "data": {"values": paths},
                "mark": {"type": "line", "interpolate": "linear", "strokeWidth": 1, "opacity": 0.55},
                "encoding": {
                    "x": x,
                    "y": y,
                    "detail": {"field": "edge"},
                    "order": {"field": "order"},
                    "stroke": own,
                },
            },
            {
                "data": {"values": nodes},
                "mark": {"type": "point", "filled": True, "size": 48, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": own,
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            },
            {
                "data": {"values": nodes},
                "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 11, "color": ink},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
        ],
        "config": _config(palette),
    }
    name = {key: work.name for key, work in catalogue.works.items()}
    after = {key: [name[b] for a, b in edges if a == key] for key in line}
    before = {key: [name[a] for a, b in edges if b == key] for key in line}
    return Drawing(
        svg=draw(json.dumps(spec), catalogue.cache),
        caption=f"Lineage of {len(shown)} methods: {len(edges)} links from a work to an earlier one that it says it "
        "builds on or follows. Each work stands on a line of its own at the day it first became public; a link runs "
        "down from the earlier work and across to the later one. Foundations such as GRPO or DeepSeek-R1 are left out, "
        "as nearly all works build on them.",
        alternative=f"Lineage of {len(shown)} methods with {len(edges)} links, in the order of their first public days",
        head=["Work", "Builds on", "Followed by"],
        rows=[[name[k], ", ".join(before[k]) or "–", ", ".join(after[k]) or "–"] for k in line],
    )


def _short(text: str, length: int) -> str:
    """The text, cut at a word where it is too long for a label."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + " …"


def _ink(palette: str) -> str:
    return "currentColor" if palette == "screen" else "#222222"


def _config(palette: str) -> dict:
    """How every figure looks in a medium."""
    ink = _ink(palette)
    rule = "var(--rule)" if palette == "screen" else "#dddddd"
    return {
        "background": None,
        "view": {"stroke": None},
        "font": "inherit" if palette == "screen" else "Libertinus Serif",
        "axis": {
            "labelColor": ink,
            "labelFontSize": 12,
            "titleColor": ink,
            "titleFontSize": 12,
            "domainColor": ink,
            "tickColor": ink,
            "gridColor": rule,
        },
    }


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


# The figures of the whole catalogue; `results` is drawn for a benchmark and a metric.
FIGURES: dict[str, Callable[[Catalogue, str], Drawing]] = {"timeline": timeline, "lineage": lineage}
