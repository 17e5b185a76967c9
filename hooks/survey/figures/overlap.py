"""Which axes share works."""

from __future__ import annotations

import json

from survey.catalogue import Catalogue
from survey.figures import colours
from survey.figures.drawing import ACCENT, CONFIG, SCHEMA, Drawing, Link, Place, Plot, work_page, works, wrapped

_CELL = 40


def overlap(catalogue: Catalogue) -> Drawing:
    """How many works each two axes share, as a table of distances between cities is drawn.

    The name of an axis stands where its row ends and its column begins. There, on the diagonal, is how many of its
    works stand on no other axis. A cell leads to its works in the table below the drawing.
    """
    axes = [axis for axis in catalogue.taxonomy.axes if catalogue.select(axis)]
    label = {axis: catalogue.taxonomy.axes[axis].label for axis in axes}
    listed = {axis: catalogue.select(axis) for axis in axes}
    alone = {axis: [work for work in listed[axis] if len(work.paper.axes) == 1] for axis in axes}
    cells, rows = [], []
    for y, axis in enumerate(axes):
        for x, other in enumerate(axes[: y + 1]):
            own = axis == other
            found = alone[axis] if own else [work for work in listed[axis] if other in work.paper.axes]
            anchor = f"overlap-{other}" if own else f"overlap-{other}-{axis}"
            told = f"{label[axis]}: {works(len(listed[axis]))}, {len(found)} of them on no other axis"
            cells.append(
                {
                    "x": x,
                    "y": y,
                    "count": len(found),
                    "kind": "own" if own else "shared",
                    "name": told if own else f"{label[other]} & {label[axis]}: {works(len(found))}",
                    "href": f"#{anchor}" if found or own else None,
                }
            )
            names = [Link(work.name, work_page(work.key)) for work in found]
            rows.append(
                [label[other], "no other axis" if own else label[axis], Place(str(len(found)), anchor), names or "–"]
            )
    most = max((cell["count"] for cell in cells if cell["kind"] == "shared"), default=0) or 1
    for cell in cells:
        # At most one half, so that the number on it keeps its contrast in both colour schemes.
        cell["ink"] = 0.08 + 0.42 * cell["count"] / most if cell["kind"] == "shared" else 0
    size = len(axes) * _CELL
    extent = {"domain": [-0.5, max(0.5, len(axes) - 0.5)], "nice": False, "zero": False}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {**extent, "reverse": True}}
    x = {"field": "x", "type": "quantitative", "axis": None, "scale": extent}
    heads = [
        {"x": n, "y": n - 7 / _CELL * (len(lines) - 1), "text": lines}
        for n, lines in enumerate(wrapped(label[axis], 20) for axis in axes)
    ]
    spec = {
        "$schema": SCHEMA,
        "width": size,
        "height": size,
        "padding": 3,
        "data": {"values": cells},
        "layer": [
            {
                "transform": [{"filter": "datum.href != null"}],
                "mark": {
                    "type": "rect",
                    "fill": ACCENT,
                    "stroke": ACCENT,
                    "width": _CELL - 4,
                    "height": _CELL - 4,
                },
                "encoding": {
                    "x": x,
                    "y": y,
                    "fillOpacity": {"field": "ink", "type": "quantitative", "scale": None, "legend": None},
                    "strokeWidth": {"condition": {"test": "datum.kind == 'own'", "value": 2}, "value": 1},
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 13, "color": colours.INK},
                "encoding": {
                    "x": x,
                    "y": y,
                    "text": {"field": "count"},
                    "opacity": {"condition": {"test": "datum.count > 0", "value": 1}, "value": 0.72},
                },
            },
            {
                "data": {"values": heads},
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "middle",
                    "fontSize": 12,
                    "lineHeight": 14,
                    "dx": _CELL / 2 + 4,
                    "color": colours.INK,
                },
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
        ],
        "config": CONFIG,
    }
    on_axes = [work for work in catalogue.works.values() if work.paper.axes]
    several = [work for work in on_axes if len(work.paper.axes) > 1]
    return Drawing(
        source=Plot(json.dumps(spec), catalogue.cache),
        caption=f"Which axes share works: of {works(len(on_axes))} on an axis, {len(several)} stand on more than one. "
        "Read it like a table of distances: a cell counts the works of the axis named at the end of its row that stand "
        "on the axis named above its column as well. The framed cells count those that stand on that axis alone.",
        alternative=f"Counts of works that {len(axes)} axes share, two by two",
        head=["Axis", "and", "Works", "Which"],
        rows=rows,
    )
