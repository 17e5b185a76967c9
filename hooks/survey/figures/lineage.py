"""Which method builds on which."""

from __future__ import annotations

import json

from survey.catalogue import Catalogue
from survey.figures import colours
from survey.figures.drawing import CONFIG, SCHEMA, Drawing, Link, Plot, down, work_page


def lineage(catalogue: Catalogue) -> Drawing:
    """Which listed method builds on which earlier one: a line for each work, in the order of their first days."""
    methods = catalogue.select(kind="method")
    keys = {work.key for work in methods}
    edges = [(earlier, work.key) for work in methods for earlier in work.paper.builds_on if earlier in keys]
    edges += [(work.key, later) for work in methods for later in work.paper.followed_by if later in keys]
    edges = [(a, b) for a, b in edges if catalogue.works[a].date <= catalogue.works[b].date]
    shown = [work for work in methods if any(work.key in edge for edge in edges)]
    line = {work.key: number for number, work in enumerate(shown)}
    sources = [key for key in line if any(earlier == key for earlier, _ in edges)]
    cycle = [colours.of_axis(axis) for axis in catalogue.taxonomy.axes]
    colour = {key: cycle[number % len(cycle)] for number, key in enumerate(sources)}
    day = {work.key: work.date.isoformat() for work in shown}
    paths = []
    for number, (earlier, later) in enumerate(edges):
        points = ((day[earlier], line[earlier]), (day[earlier], line[later]), (day[later], line[later]))
        paths += [
            {"edge": number, "order": order, "date": date, "line": y, "colour": colour[earlier]}
            for order, (date, y) in enumerate(points)
        ]
    y = down(len(shown), 0.8)
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
            "name": f"{work.name}, {work.date.day} {work.date:%B %Y}",
            "href": work_page(work.key),
            "colour": colour.get(work.key, colours.INK),
        }
        for work in shown
    ]
    own = {"field": "colour", "type": "nominal", "scale": None}
    spec = {
        "$schema": SCHEMA,
        "width": 560,
        "height": max(40, 15 * len(shown)),
        "padding": 3,
        "layer": [
            {
                "data": {"values": paths},
                "mark": {"type": "line", "interpolate": "linear", "strokeWidth": 1, "opacity": 0.8},
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
                "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 11, "color": colours.INK},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
        ],
        "config": CONFIG,
    }

    def links(keys: list[str]) -> list[Link]:
        return [Link(catalogue.works[key].name, work_page(key)) for key in keys]

    rows = [
        [
            links([key]),
            links([earlier for earlier, later in edges if later == key]) or "–",
            links([later for earlier, later in edges if earlier == key]) or "–",
        ]
        for key in line
    ]
    return Drawing(
        source=Plot(json.dumps(spec), catalogue.cache),
        caption=f"Lineage of {len(shown)} methods: {len(edges)} links from a work to an earlier one that it says it "
        "builds on or follows. Each work stands on a line of its own at the day it first became public; a link runs "
        "down from the earlier work and across to the later one. Foundations such as GRPO or DeepSeek-R1 are left out, "
        "as nearly all works build on them.",
        alternative=f"Lineage of {len(shown)} methods with {len(edges)} links, in the order of their first public days",
        head=["Work", "Builds on", "Followed by"],
        rows=rows,
    )
