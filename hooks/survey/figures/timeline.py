"""When the works of each axis became public."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

from survey.catalogue import Catalogue
from survey.figures import colours
from survey.figures.drawing import CONFIG, SCHEMA, Drawing, Link, Plot, work_page


def timeline(catalogue: Catalogue) -> Drawing:
    """Every listing of a work on an axis, by the day the work first became public.

    It begins with the first listed method: the benchmarks before it would press the others together.
    """
    begin = min((work.date for work in catalogue.select(kind="method")), default=dt.date.min)
    listed = {axis: [work for work in catalogue.select(axis) if work.date >= begin] for axis in catalogue.taxonomy.axes}
    axes = {axis: catalogue.taxonomy.axes[axis].label for axis, works in listed.items() if works}
    earlier = {work.key for axis in listed for work in catalogue.select(axis) if work.date < begin}
    points, columns = [], Counter()
    for row, axis in enumerate(axes):
        for work in listed[axis]:
            column = (axis, work.date.toordinal() // 5)
            points.append(
                {
                    "date": work.date.isoformat(),
                    "row": row - 0.2 + 0.115 * columns[column],
                    "axis": axes[axis],
                    "name": f"{work.name}. {axes[axis]}, {work.date.day} {work.date:%B %Y}",
                    "href": work_page(work.key),
                }
            )
            columns[column] += 1
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
        "scale": {"domain": list(axes.values()), "range": [colours.of_axis(axis) for axis in axes]},
    }
    spec = {
        "$schema": SCHEMA,
        "width": 640,
        "height": 80 * max(1, len(axes)),
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
        "config": CONFIG,
    }
    months = sorted({f"{work.date:%Y-%m}" for axis in axes for work in listed[axis]})
    rows = [
        [
            _month(month),
            *(
                [Link(work.name, work_page(work.key)) for work in listed[axis] if f"{work.date:%Y-%m}" == month] or "–"
                for axis in axes
            ),
        ]
        for month in months
    ]
    works = {work.key for axis in axes for work in listed[axis]}
    span = f"{_month(months[0])} to {_month(months[-1])}" if months else "no works"
    return Drawing(
        source=Plot(json.dumps(spec), catalogue.cache),
        caption=f"The {len(works)} listed works by axis and the day they first became public. A work on several axes "
        "has a mark on each; marks within a few days of each other are stacked."
        + (f" {len(earlier)} benchmarks that are older than the first method are left out." if earlier else ""),
        alternative=f"Timeline of {len(points)} listings on {len(axes)} axes, {span}",
        head=["Month", *axes.values()],
        rows=rows,
    )


def _month(month: str) -> str:
    """ "2025-03" as "March 2025"."""
    return dt.date.fromisoformat(f"{month}-01").strftime("%B %Y")
