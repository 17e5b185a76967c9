"""Formulas as MathML, which browsers draw without a script."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from latex2mathml.converter import convert


@lru_cache(maxsize=4096)  # MkDocs loads its hooks anew for each build of a preview; this module stays
def mathml(latex: str, display: str) -> str:
    """A formula in LaTeX as MathML (https://www.w3.org/TR/mathml-core/); `display` is "inline" or "block"."""
    # latex2mathml knows split, which is set the same, but neither aligned nor gathered.
    return convert(re.sub(r"(\\(?:begin|end)\{)(?:aligned|gathered)\}", r"\1split}", latex), display=display)


def with_mathml(html: str) -> str:
    """A page's HTML with its formulas, which arithmatex leaves in LaTeX, as MathML; a long one can be scrolled."""
    html = re.sub(
        r'<span class="arithmatex">\\\((.*?)\\\)</span>', lambda m: mathml(unescape(m[1]), "inline"), html, flags=re.S
    )
    return re.sub(
        r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>',
        lambda m: f'<div class="formula" tabindex="0">{mathml(unescape(m[1]), "block")}</div>',
        html,
        flags=re.S,
    )
