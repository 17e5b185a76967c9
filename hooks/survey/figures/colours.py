"""The colours of figures: names on the screen, where the stylesheet gives them a value by scheme, fixed on paper."""

from __future__ import annotations

import re

INK, RULE = "var(--ink)", "var(--rule)"
# The axes have the colours of the light scheme on the screen; a test holds that the colour-blind can tell them apart.
PAPER = {
    "ink": "#222222",
    "rule": "#dddddd",
    "paper": "#ffffff",
    "axis-data-synthesis": "#0073cc",
    "axis-training": "#c14e00",
    "axis-reward": "#007957",
    "axis-interface": "#a23c94",
    "axis-topology": "#5b4400",
    "axis-evaluation": "#555e68",
}


def of_axis(axis: str) -> str:
    """The colour of an axis, or of the ink for an axis that has none."""
    return f"var(--axis-{axis})" if f"axis-{axis}" in PAPER else INK


def on_paper(svg: str) -> str:
    """A drawing with the colours and the typeface of the printed book, and without links, which lead nowhere there."""
    svg = re.sub(r"<a [^>]*>(?:<title>[^<]*</title>)?|</a>", "", svg).replace('<svg role="none" ', "<svg ", 1)
    svg = re.sub(r"var\(--([\w-]+)\)", lambda name: PAPER[name[1]], svg)
    return svg.replace('font-family="inherit"', 'font-family="Source Serif 4, Libertinus Serif"')
