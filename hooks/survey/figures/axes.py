"""The map of the axes: the parts of a deep-research system, each leading to the chapter about it."""

from __future__ import annotations

from html import escape
from string import ascii_uppercase
from textwrap import wrap

from survey.catalogue import Catalogue
from survey.figures.colours import INK, of_axis
from survey.figures.drawing import Drawing

# Narrow enough for a phone.
WIDTH, HEIGHT = 390, 440
BOX_WIDTH, BOX_HEIGHT = 162, 92
# Where the part stands that an axis is about, and what is decided there.
PARTS = {
    "data-synthesis": (2, 12, "where data comes from"),
    "training": (226, 12, "how weights change"),
    "topology": (2, 150, "who does what"),
    "reward": (226, 150, "what is rewarded"),
    "interface": (2, 288, "what can be called"),
    "evaluation": (226, 288, "what is measured"),
}
# From one axis to another: the corners of the arrow, and its label with place and alignment.
ARROWS = (
    ("data-synthesis", "training", ((164, 58), (224, 58)), ("questions", 194, 50, "middle")),
    ("training", "topology", ((252, 104), (252, 128), (112, 128), (112, 148)), ("weights", 182, 122, "middle")),
    ("topology", "reward", ((164, 196), (224, 196)), ("runs", 194, 188, "middle")),
    ("reward", "training", ((340, 150), (340, 106)), ("reward", 334, 132, "end")),
    ("topology", "interface", ((60, 242), (60, 286)), ("calls", 54, 269, "end")),
    ("interface", "topology", ((82, 288), (82, 244)), ("results", 88, 269, "start")),
    ("topology", "evaluation", ((144, 242), (144, 266), (306, 266), (306, 286)), ("answers", 230, 260, "middle")),
)


def axes(catalogue: Catalogue) -> Drawing:
    """The axes as parts of one system, each with its number of works.

    What a part is about is shown by the stylesheet below the picture while a reader points at it or has it in focus.
    An axis of taxonomy.yml that PARTS does not have is in the table only.
    """
    taxonomy = catalogue.taxonomy.axes
    counts = {axis: len(catalogue.select(axis)) for axis in taxonomy}
    shown = [axis for axis in taxonomy if axis in PARTS]
    parts = [_arrow(corners, label) for start, end, corners, label in ARROWS if start in shown and end in shown]
    for letter, axis in zip(ascii_uppercase, shown, strict=False):
        parts.append(_part(axis, letter, taxonomy[axis].label, taxonomy[axis].definition, counts[axis]))
    hint = _lines(["Each part leads to its chapter."], WIDTH // 2, 410, 13, 'class="hint" visibility="hidden"')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="axes-map" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="inherit">{"".join(parts)}{hint}</svg>'
    )
    return Drawing(
        svg,
        "The axes of the survey as parts of one system, with the number of works on each",
        f"Map of {len(shown)} axes. Training data feeds training, which sets the weights of the agents. Agents call "
        "tools and get results. Their runs are rewarded, and the reward goes back to training. Their answers are "
        "evaluated.",
        ["Axis", "Works", "Definition"],
        [[entry.label, str(counts[axis]), entry.definition] for axis, entry in taxonomy.items()],
    )


def _part(axis: str, letter: str, label: str, definition: str, count: int) -> str:
    x, y, role = PARTS[axis]
    colour, middle, title = of_axis(axis), x + BOX_WIDTH // 2, wrap(label, 20, break_on_hyphens=False)
    works = f"{count} work{'s' * (count != 1)}"
    told = escape(definition, quote=True)
    badge = f'font-size="13" font-weight="bold" text-anchor="middle" fill="{INK}"'
    return (
        f'<a href="{axis}/" aria-label="{letter}. {escape(label, quote=True)}, {works}. {told}">'
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" fill="{colour}" fill-opacity="0.14" '
        f'stroke="{colour}" stroke-width="1.5"/>'
        f'<circle cx="{x + 16}" cy="{y}" r="11" fill="var(--paper)" stroke="{colour}" stroke-width="1.5"/>'
        f'<text x="{x + 16}" y="{y + 5}" {badge}>{letter}</text>'
        + _lines(title, middle, y + 37 - 9 * (len(title) > 1), 14, 'font-weight="bold"')
        + _lines([role, works], middle, y + 64, 12, "")
        + _lines(wrap(definition, 56), WIDTH // 2, 404, 13, 'class="told" visibility="hidden"')
        + "</a>"
    )


def _lines(lines: list[str], x: int, y: int, size: int, more: str) -> str:
    """Centred lines of text, one below the other."""
    spans = (f'<tspan x="{x}" y="{y + n * (size + 4)}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    return f'<text font-size="{size}" text-anchor="middle" fill="{INK}" {more}>{"".join(spans)}</text>'


def _arrow(corners: tuple[tuple[int, int], ...], label: tuple[str, int, int, str]) -> str:
    text, at_x, at_y, anchor = label
    (before_x, before_y), (x, y) = corners[-2:]
    dx, dy = (x > before_x) - (x < before_x), (y > before_y) - (y < before_y)  # where it points
    back_x, back_y = x - 8 * dx, y - 8 * dy
    head = f"{x},{y} {back_x + 4 * dy},{back_y + 4 * dx} {back_x - 4 * dy},{back_y - 4 * dx}"
    line = " ".join(f"{x},{y}" for x, y in corners)
    return (
        f'<polyline points="{line}" fill="none" stroke="{INK}" stroke-width="1.4"/>'
        f'<polygon points="{head}" fill="{INK}"/>'
        f'<text x="{at_x}" y="{at_y}" font-size="12" text-anchor="{anchor}" fill="{INK}">{text}</text>'
    )
