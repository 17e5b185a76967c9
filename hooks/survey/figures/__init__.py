"""The figures that a chapter may show: one file for each kind, one Vega-Lite specification for screen and paper."""

from __future__ import annotations

from collections.abc import Callable

from survey.figures.axes import axes
from survey.figures.drawing import Drawing
from survey.figures.lineage import lineage
from survey.figures.matrix import matrix
from survey.figures.overlap import overlap
from survey.figures.pairs import pairs
from survey.figures.results import results
from survey.figures.timeline import timeline

# Each takes the catalogue first, then what an author writes in figure("name", …).
FIGURES: dict[str, Callable[..., Drawing]] = {
    "axes": axes,
    "timeline": timeline,
    "lineage": lineage,
    "results": results,
    "matrix": matrix,
    "overlap": overlap,
    "pairs": pairs,
}
