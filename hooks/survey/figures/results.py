"""Every reported number on one benchmark in one metric."""

from __future__ import annotations

import json

from survey import reported
from survey.catalogue import Catalogue
from survey.figures import colours
from survey.figures.drawing import ACCENT, CONFIG, SCHEMA, Drawing, Link, Plot, down, short, work_page
from survey.problems import Misuse, Unknown


def results(catalogue: Catalogue, benchmark: str, metric: str) -> Drawing:
    """Every reported number on one benchmark in one metric: a line each, apart by environment and by paper.

    Raises Unknown for a benchmark or metric that the survey does not have, and Misuse if there is no number.
    """
    measured, metrics = catalogue.benchmark(benchmark), catalogue.taxonomy.metrics
    if metric not in metrics:
        raise Unknown("metric", metric, metrics)
    scale = metrics[metric]
    rows = catalogue.reported(benchmark=benchmark, metric=metric)
    if not rows:
        raise Misuse(f"no result on '{benchmark}' with the metric '{metric}'")
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
            lines.append(("row", short(f"{system}, {told}" if told else system, 62)))
            points.append(
                {
                    "line": len(lines) - 1,
                    "value": float(row.percent),
                    "what": "uncertain" if row.doubt else "baseline" if row.system else "own",
                    "name": f"{system}, {told + ', ' if told else ''}reported by {work.name}: {row.value}",
                    "href": work_page(work.key),
                }
            )
            data.append([name, [Link(work.name, work_page(work.key))], system, row.model or "not stated", row.value])
    y = down(len(lines), 0.6)
    labels = [
        {"line": line, "text": text, "kind": kind, "x": {"environment": 0, "paper": 8, "row": 16}[kind]}
        for line, (kind, text) in enumerate(lines)
    ]

    def text(kind: str, dx: int, **style: object) -> dict:
        return {
            "data": {"values": [label for label in labels if label["kind"] == kind]},
            "mark": {"type": "text", "align": "left", "fontSize": 12, "color": colours.INK, **style},
            "encoding": {"x": {"value": 204 + dx}, "y": y, "text": {"field": "text"}},
        }

    kinds = {"domain": ["own", "baseline", "uncertain"]}
    spec = {
        "$schema": SCHEMA,
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
                        "title": scale.label + (" (lower is better)" if scale.lower_is_better else ""),
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
                        "scale": {**kinds, "range": [ACCENT, "transparent", "transparent"]},
                    },
                    "stroke": {"value": ACCENT},
                    "href": {"field": "href"},
                    "description": {"field": "name"},
                },
            },
            text("environment", 0, fontWeight="bold", fontSize=13),
            text("paper", 8, fontStyle="italic"),
            text("row", 18),
        ],
        "config": CONFIG,
    }
    environments = len({row[0] for row in data})
    apart = f"; {environments} environments stand apart" if environments > 1 else ""
    return Drawing(
        source=Plot(json.dumps(spec), catalogue.cache),
        caption=f"{measured.name}, {scale.label}: {len(rows)} numbers reported by "
        f"{len({row.work for row in rows})} papers{apart}. Filled: the paper's own system; open: what it compares with"
        + ("; cross: uncertain" if any(row.doubt for row in rows) else "")
        + ". Compare marks within one paper; across papers, models, retrievers and judges differ.",
        alternative=f"Plot of {len(rows)} values of {scale.label} on {measured.name}, by environment and paper",
        head=["Environment", "Paper", "System", "Model", "Value"],
        rows=data,
    )
