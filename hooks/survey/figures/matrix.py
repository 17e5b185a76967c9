"""How often two attributes meet: the works counted by the values of both."""

from __future__ import annotations

import json
from collections import Counter

from survey.catalogue import Catalogue, Work
from survey.figures import colours
from survey.figures.drawing import ACCENT, CONFIG, SCHEMA, Drawing, draw
from survey.models import Paper
from survey.problems import Unknown

UNKNOWN, NONE = "not reported", "none"


def matrix(catalogue: Catalogue, rows: str, columns: str, axis: str = "", caption: str = "", **filters: str) -> Drawing:
    """The works on an axis, or those that the filters choose, counted by two attributes, in every cell they fit.

    Raises Unknown for an axis, attribute or filter that the survey does not have.
    """
    works = catalogue.select(axis or None, **filters)
    down, across = (_Attribute(catalogue, name) for name in (rows, columns))
    counts = Counter((y, x) for work in works for y in down.of(work) for x in across.of(work))
    lines, heads = (
        [v for v in part.order if any(v == cell[i] for cell in counts)] for i, part in enumerate((down, across))
    )
    cells = [
        {"row": y, "column": x, "count": n, "ink": 0.1 + 0.5 * n / max(counts.values()), "name": f"{y}, {x}: {n}"}
        for (y, x), n in counts.items()
    ]
    place = {
        "y": {"field": "row", "type": "ordinal", "sort": lines, "title": down.label},
        "x": {"field": "column", "type": "ordinal", "sort": heads, "title": across.label},
    }
    for side in place.values():
        side["axis"] = {
            "labelLimit": 260,
            "domain": False,
            "ticks": False,
            "titleFontWeight": "bold",
            "titlePadding": 10,
        }
    steep = sum(map(len, heads)) > 64 or len(heads) > 7
    place["x"]["axis"] |= {
        "orient": "top",
        "labelAngle": -38 if steep else 0,
        "labelAlign": "left" if steep else "center",
    }
    left = max((len(line) for line in lines), default=0) * 6.4 + 30
    spec = {
        "$schema": SCHEMA,
        "width": max(44 * len(heads), min(92 * len(heads), round(620 - left))),
        "height": 30 * len(lines),
        "padding": 3,
        "data": {"values": cells},
        "layer": [
            {
                "mark": {"type": "rect", "color": ACCENT, "cornerRadius": 3},
                "encoding": {
                    **place,
                    "fillOpacity": {"field": "ink", "type": "quantitative", "scale": None, "legend": None},
                    "description": {"field": "name"},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 13, "color": colours.INK},
                "encoding": {**place, "text": {"field": "count"}},
            },
        ],
        "config": {**CONFIG, "scale": {"bandPaddingInner": 0.08}},
    }
    scope = f"{catalogue.taxonomy.axes[axis].label}: works" if axis else "Works"
    shown = caption.rstrip(".") or f"{scope} by {down.label.lower()} and {across.label.lower()}"
    return Drawing(
        svg=draw(json.dumps(spec), catalogue.cache),
        caption=f"{shown}. {len(works)} works; one with several values counts in each of their cells.",
        alternative=f"Table of counts of {len(works)} works by {down.label.lower()} and {across.label.lower()}",
        head=[down.label, *heads],
        rows=[[line, *(str(counts[line, head] or "–") for head in heads)] for line in lines],
    )


class _Attribute:
    """One attribute of the works, or their axes, with the labels of its values in the order of taxonomy.yml."""

    def __init__(self, catalogue: Catalogue, name: str) -> None:
        groups = Paper.described()
        if name != "axes" and name not in groups:
            raise Unknown("attribute", name, ["axes", *groups])
        self.name = name
        self.terms = catalogue.taxonomy.axes if name == "axes" else catalogue.taxonomy.group(groups[name])
        self.label = "Axis" if name == "axes" else catalogue.taxonomy.attributes[name].label
        self.order = list(dict.fromkeys([*(term.label for term in self.terms.values()), NONE, UNKNOWN]))

    def of(self, work: Work) -> list[str]:
        """The labels of the values that a work has."""
        values = tuple(work.paper.axes) if self.name == "axes" else work.paper.values(self.name)
        if values is None:
            return [UNKNOWN]
        return [self.terms[value].label for value in values] or [NONE]
