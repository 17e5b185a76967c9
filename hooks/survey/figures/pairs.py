"""Two numbers for each comparison, such as a system with and without one of its parts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from survey.catalogue import Catalogue
from survey.figures import colours
from survey.figures.drawing import ACCENT, CONFIG, SCHEMA, Drawing, Link, Plot, down, short, work_page
from survey.models import Result
from survey.problems import Misuse


def pairs(catalogue: Catalogue, rows: Sequence[Mapping], before: str, after: str, caption: str) -> Drawing:
    """One line for each comparison, from an open mark (`before`) to a filled one (`after`).

    Each of `rows` has a `label`, the filters that both numbers share, and those of each in `before` and `after`; they
    choose one row of results.yml each, as for the macro value(). Raises Unknown for a name that the survey does not
    have, and Misuse for filters that do not leave one number on a scale from 0 to 100.
    """
    ends, labels, data = [], [], []
    for line, row in enumerate(rows):
        if not isinstance(row, Mapping) or "label" not in row:
            raise Misuse(
                "each of the rows of a figure of pairs is {'label': …, 'work': …, 'before': {…}, 'after': {…}}"
            )
        shared = {name: value for name, value in row.items() if name not in ("label", "before", "after")}
        found = [_number(catalogue, {**shared, **row.get(end, {})}) for end in ("before", "after")]
        for what, result in zip(("before", "after"), found, strict=True):
            ends.append(
                {
                    "line": line,
                    "value": float(result.percent),
                    "what": what,
                    "name": f"{row['label']}, {before if what == 'before' else after}: {result.value}",
                    "href": work_page(result.work),
                }
            )
        reporters = [
            Link(catalogue.works[key].name, work_page(key)) for key in dict.fromkeys(result.work for result in found)
        ]
        numbers = " → ".join(result.value for result in found)
        labels.append(
            {
                "line": line,
                "text": short(row["label"], 58),
                "more": f"{', '.join(link.text for link in reporters)}: {numbers}",
            }
        )
        data.append([row["label"], reporters, *(_told(result) for result in found)])
    y = down(len(labels), 0.7)
    x = {
        "field": "value",
        "type": "quantitative",
        "title": "per cent, in the metric of each line",
        "scale": {"zero": False, "padding": 12},
        "axis": {"orient": "top", "tickCount": 6, "titleFontWeight": "normal"},
    }
    kinds = {"domain": ["before", "after"]}

    def text(field: str, dy: int, **style: object) -> dict:
        return {
            "data": {"values": labels},
            "mark": {"type": "text", "align": "left", "dy": dy, "color": colours.INK, **style},
            "encoding": {"x": {"value": 296}, "y": y, "text": {"field": field}},
        }

    spec = {
        "$schema": SCHEMA,
        "width": 280,
        "height": 36 * len(labels) + 10,
        "padding": 3,
        "layer": [
            {
                "data": {"values": ends},
                "mark": {"type": "line", "strokeWidth": 1.6, "color": ACCENT},
                "encoding": {"x": x, "y": y, "detail": {"field": "line"}},
            },
            {
                "data": {"values": ends},
                "mark": {"type": "point", "size": 70, "opacity": 1, "strokeWidth": 1.8},
                "encoding": {
                    "x": x,
                    "y": y,
                    "fill": {
                        "field": "what",
                        "type": "nominal",
                        "legend": None,
                        "scale": {**kinds, "range": ["var(--paper)", ACCENT]},
                    },
                    "stroke": {"value": ACCENT},
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            },
            text("text", -7, fontSize=13),
            text("more", 8, fontSize=13, fontStyle="italic"),
        ],
        "config": CONFIG,
    }
    return Drawing(
        source=Plot(json.dumps(spec), catalogue.cache),
        caption=f"{caption.rstrip('.')}. Open: {before}; filled: {after}.",
        alternative=f"{len(labels)} pairs of reported numbers, {before} and {after}",
        head=["Comparison", "Reported by", before[0].upper() + before[1:], after[0].upper() + after[1:]],
        rows=data,
    )


def _number(catalogue: Catalogue, told: Mapping[str, str]) -> Result:
    work, benchmark = told.get("work", ""), told.get("benchmark", "")
    row = catalogue.number(work, benchmark, **{n: v for n, v in told.items() if n not in ("work", "benchmark")})
    if row.unit == "own":
        raise Misuse(f"{row.value} of '{work}' on '{benchmark}' is not on a scale from 0 to 100")
    return row


def _told(result: Result) -> str:
    named = ", ".join(filter(None, (result.system, result.model, result.setting)))
    return f"{result.value} ({named})" if named else result.value
