"""Every reported number on one benchmark in one metric."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from survey import reported
from survey.address import address
from survey.catalogue import Catalogue
from survey.figures.colours import INK, RULE
from survey.figures.drawing import ACCENT, Drawing, Link, short, work_page
from survey.problems import Misuse, Unknown

_WIDTH, _LINE, _TOP, _AROUND = 190, 17, 40, 3  # of the scale, of a line of text, above the scale, around all
_INSIDE = 12  # from the ends of the scale to the outermost marks
_CIRCLE = "M3.94,0A3.94,3.94,0,1,1,-3.94,0A3.94,3.94,0,1,1,3.94,0"
_CROSS = "M-3.94,-1.57V1.57H-1.57V3.94H1.57V1.57H3.94V-1.57H1.57V-3.94H-1.57V-1.57Z"
# How the lines beside the marks are set, and where they begin after the scale.
_STYLES = {
    "environment": (14, 'font-size="13px" font-weight="bold"'),
    "paper": (22, 'font-size="12px" font-style="italic"'),
    "row": (32, 'font-size="12px"'),
}


class _Point(NamedTuple):
    """A reported number as a mark: the line that it stands on, and what the mark says and leads to."""

    line: int
    value: float
    what: str
    name: str
    page: str


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
            what = "uncertain" if row.doubt else "baseline" if row.system else "own"
            name_of_mark = f"{system}, {told + ', ' if told else ''}reported by {work.name}: {row.value}"
            points.append(_Point(len(lines) - 1, float(row.percent), what, name_of_mark, work_page(work.key)))
            data.append([name, [Link(work.name, work_page(work.key))], system, row.model or "not stated", row.value])
    title = scale.label + (" (lower is better)" if scale.lower_is_better else "")
    environments = len({row[0] for row in data})
    apart = f"; {environments} environments stand apart" if environments > 1 else ""
    return Drawing(
        source=_plot(lines, points, title),
        caption=f"{measured.name}, {scale.label}: {len(rows)} numbers reported by "
        f"{len({row.work for row in rows})} papers{apart}. Filled: the paper's own system; open: what it compares with"
        + ("; cross: uncertain" if any(row.doubt for row in rows) else "")
        + ". Compare marks within one paper; across papers, models, retrievers and judges differ.",
        alternative=f"Plot of {len(rows)} values of {scale.label} on {measured.name}, by environment and paper",
        head=["Environment", "Paper", "System", "Model", "Value"],
        rows=data,
    )


def _plot(lines: Sequence[tuple[str, str]], points: Sequence[_Point], title: str) -> str:
    """The numbers as SVG: a scale above, a mark for each, and beside them the lines of text.

    Not by the plotting library, which takes a tenth of a second for each of hundreds of plots as simple as this.
    """
    ticks, step = _ticks(min(point.value for point in points), max(point.value for point in points))
    decimals = max(0, -math.floor(math.log10(step)))
    per_unit = (_WIDTH - 2 * _INSIDE) / (ticks[-1] - ticks[0])

    def x(value: float) -> str:
        return f"{_INSIDE + (value - ticks[0]) * per_unit:.5g}"

    height = _LINE * len(lines) + 10
    beyond = max(0, (_text_width(title) - _WIDTH) / 2)  # a long title
    left = math.ceil(_AROUND + beyond)
    right = max(_WIDTH + beyond, *(_WIDTH + _STYLES[kind][0] + _text_width(text) for kind, text in lines))
    width, whole = math.ceil(left + right + _AROUND), _TOP + height + _AROUND
    grid = "".join(f"M{x(tick)},0V{height}" for tick in ticks)
    notches = "".join(f"M{x(tick)},0V-5" for tick in ticks)
    numbers = "".join(f'<text x="{x(tick)}" y="-10">{tick:.{decimals}f}</text>' for tick in ticks)
    marks = "".join(
        f'<a href="{address(point.page)}"><title>{escape(point.name)}</title>'
        f'<path transform="translate({x(point.value)},{_middle(point.line)})" '
        f'd="{_CROSS if point.what == "uncertain" else _CIRCLE}" stroke="{ACCENT}" stroke-width="1.6"'
        + (f' fill="{ACCENT}"' if point.what == "own" else "")
        + "/></a>"
        for point in points
    )
    words = "".join(
        f'<text x="{_WIDTH + _STYLES[kind][0]}" y="{_middle(line) + 4}" {_STYLES[kind][1]}>{escape(text)}</text>'
        for line, (kind, text) in enumerate(lines)
    )
    return (
        f'<svg role="none" xmlns="http://www.w3.org/2000/svg" version="1.1" width="{width}" height="{whole}" '
        f'viewBox="0 0 {width} {whole}"><g fill="none" font-family="inherit" transform="translate({left},{_TOP})">'
        f'<g aria-hidden="true" pointer-events="none"><path d="{grid}" stroke="{RULE}"/>'
        f'<path d="{notches}M0,0H{_WIDTH}" stroke="{INK}"/>'
        f'<g font-size="12px" text-anchor="middle" fill="{INK}">{numbers}'
        f'<text x="{_WIDTH // 2}" y="-27">{escape(title)}</text></g></g>{marks}'
        f'<g aria-hidden="true" pointer-events="none" fill="{INK}">{words}</g></g></svg>'
    )


def _middle(line: int) -> int:
    return _LINE * line + 14


def _ticks(low: float, high: float) -> tuple[list[float], float]:
    """About five round numbers around all values, and what lies between them."""
    span = high - low or abs(high) / 5 or 1
    power = 10 ** math.floor(math.log10(span / 4))
    step = power * next(round_ for round_ in (1, 2, 5, 10) if round_ * power >= span / 4 * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)], step


def _text_width(text: str) -> float:
    """About how wide a text is at twelve pixels in the book's typeface, and rather too much than too little."""
    return sum(4.2 if letter in _NARROW else 10.5 if letter in _WIDE else 7.2 for letter in text)


_NARROW, _WIDE = frozenset(" .,:;'|!()[]-ijlrtfI/"), frozenset("mwMW@%ABCDGHKNOQRUVXY—…")
