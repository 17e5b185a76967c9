"""The colours of figures: names on the screen, where the stylesheet gives them a value by scheme, fixed on paper."""

from __future__ import annotations

import re

INK, RULE = "var(--ink)", "var(--rule)"
# Okabe and Ito's colours for the axes, which the colour-blind can tell apart.
PAPER = {
    "ink": "#222222",
    "rule": "#dddddd",
    "paper": "#ffffff",
    "axis-data-synthesis": "#0072B2",
    "axis-training": "#D55E00",
    "axis-reward": "#009E73",
    "axis-interface": "#AA4499",
    "axis-topology": "#8A6D00",
    "axis-evaluation": "#56606B",
}


def of_axis(axis: str) -> str:
    """The colour of an axis, or of the ink for an axis that has none."""
    return f"var(--axis-{axis})" if f"axis-{axis}" in PAPER else INK


def on_paper(svg: str) -> str:
    """A drawing with the colours and the typeface of the printed book, and without links, which lead nowhere there."""
    svg = re.sub(r"<a [^>]*>(?:<title>[^<]*</title>)?|</a>", "", svg)
    svg = re.sub(r"var\(--([\w-]+)\)", lambda name: PAPER[name[1]], svg)
    return svg.replace('font-family="inherit"', 'font-family="Libertinus Serif"')
