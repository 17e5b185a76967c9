"""How often two attributes meet: the works counted by the values of both."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from survey.catalogue import Catalogue, Work
from survey.figures import colours
from survey.figures.drawing import (
    ACCENT,
    CONFIG,
    NONE,
    NOT_REPORTED,
    SCHEMA,
    Cell,
    Drawing,
    Link,
    Plot,
    selection,
    work_page,
    works,
    wrapped,
)
from survey.models import Paper
from survey.problems import Unknown


@dataclass(frozen=True)
class _Value:
    """A value of an attribute, or the lack of one, as the page of all works calls it and as a reader does."""

    id: str
    label: str


_UNKNOWN, _NONE = _Value(NOT_REPORTED, "not reported"), _Value(NONE, "none")


def matrix(catalogue: Catalogue, rows: str, columns: str, axis: str = "", caption: str = "", **filters: str) -> Drawing:
    """The works on an axis, or those that the filters choose, counted by two attributes, in every cell they fit.

    A value that no such work has is left out; two values that no such work joins meet in a "0". A cell leads to its
    works on the page of all works. Raises Unknown for an axis, attribute or filter that the survey does not have.
    """
    chosen = catalogue.select(axis or None, **filters)
    scope = [*([("axis", axis)] if axis else []), *filters.items()]
    down, across = (_Attribute(catalogue, name) for name in (rows, columns))
    met: dict[tuple[_Value, _Value], list[Work]] = defaultdict(list)
    for work in chosen:
        for y in down.of(work):
            for x in across.of(work):
                met[y, x].append(work)
    lines, heads = (
        [v for v in part.order if any(v == pair[i] for pair in met)] for i, part in enumerate((down, across))
    )
    most = max(map(len, met.values()), default=1)
    places = [(y, x, met.get((y, x), [])) for y in lines for x in heads]
    leads = {(y, x): selection([*scope, (down.parameter, y.id), (across.parameter, x.id)]) for y, x, _ in places}
    cells = [
        {
            "row": lines.index(y),
            "column": heads.index(x),
            "count": len(found),
            # At most one half, so that the number on it keeps its contrast in both colour schemes.
            "ink": 0.08 + 0.42 * len(found) / most if found else 0,
            "name": f"{down.label}: {y.label}. {across.label}: {x.label}. {works(len(found))}",
            "href": leads[y, x] if found else None,
        }
        for y, x, found in places
    ]
    names = [wrapped(line.label, 22) for line in lines]
    place = {
        "y": {"field": "row", "type": "ordinal", "title": down.label, "axis": _labelled(names)},
        "x": {
            "field": "column",
            "type": "ordinal",
            "title": across.label,
            "axis": _labelled([[v.label] for v in heads]),
        },
    }
    steep = sum(len(v.label) for v in heads) > 64 or len(heads) > 7
    place["x"]["axis"] |= {
        "orient": "top",
        "labelAngle": -38 if steep else 0,
        "labelAlign": "left" if steep else "center",
    }
    left = max((len(part) for name in names for part in name), default=0) * 6.4 + 30
    spec = {
        "$schema": SCHEMA,
        "width": max(44 * len(heads), min(92 * len(heads), round(620 - left))),
        "height": 30 * len(lines),
        "padding": 3,
        "data": {"values": cells},
        "layer": [
            {
                "mark": {"type": "rect", "color": ACCENT, "stroke": ACCENT, "strokeWidth": 1},
                "transform": [{"filter": "datum.count > 0"}],
                "encoding": {
                    **place,
                    "fillOpacity": {"field": "ink", "type": "quantitative", "scale": None, "legend": None},
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 13, "color": colours.INK},
                "encoding": {
                    **place,
                    "text": {"field": "count"},
                    "opacity": {"condition": {"test": "datum.count > 0", "value": 1}, "value": 0.72},
                },
            },
        ],
        "config": {**CONFIG, "scale": {"bandPaddingInner": 0.08}},
    }
    about = f"{catalogue.taxonomy.axes[axis].label}: works" if axis else "Works"
    shown = caption.rstrip(".") or f"{about} by {down.label.lower()} and {across.label.lower()}"
    return Drawing(
        source=Plot(json.dumps(spec), catalogue.cache),
        caption=f"{shown}. {works(len(chosen))}; one with several values counts in each of their cells. "
        "A zero means that no such work is listed.",
        alternative=f"Counts of {works(len(chosen))} by {down.label.lower()} and {across.label.lower()}",
        head=[down.label, *(v.label for v in heads)],
        rows=[[y.label, *(_cell(met.get((y, x), []), leads[y, x]) for x in heads)] for y in lines],
    )


def _labelled(labels: list[list[str]]) -> dict:
    """An axis without lines, its values numbered and each label in lines."""
    return {
        "labelExpr": f"({json.dumps(labels)})[datum.value]",
        "labelOffset": {"expr": f"-7 * (length(({json.dumps(labels)})[datum.value]) - 1)"},
        "labelLimit": 260,
        "domain": False,
        "ticks": False,
        "titleFontWeight": "bold",
        "titlePadding": 10,
    }


def _cell(found: list[Work], lead: str | None) -> Cell:
    """The number of works, leading to them; where no page shows just these, the works themselves."""
    if not found:
        return "0"
    if lead:
        return [Link(str(len(found)), lead)]
    return [Link(work.name, work_page(work.key)) for work in found]


class _Attribute:
    """One attribute of the works, or their axes, with its values in the order of taxonomy.yml."""

    def __init__(self, catalogue: Catalogue, name: str) -> None:
        groups = Paper.described()
        if name != "axes" and name not in groups:
            raise Unknown("attribute", name, ["axes", *groups])
        self.name = name
        self.parameter = "axis" if name == "axes" else name
        terms = catalogue.taxonomy.axes if name == "axes" else catalogue.taxonomy.group(groups[name])
        self.values = {term_id: _Value(term_id, term.label) for term_id, term in terms.items()}
        self.label = "Axis" if name == "axes" else catalogue.taxonomy.attributes[name].label
        self.order = [*self.values.values(), _NONE, _UNKNOWN]

    def of(self, work: Work) -> list[_Value]:
        """The values that a work has."""
        values = tuple(work.paper.axes) if self.name == "axes" else work.paper.values(self.name)
        if values is None:
            return [_UNKNOWN]
        return [self.values[value] for value in values] or [_NONE]
