"""Formulas in a finished page, which the Markdown extension arithmatex leaves in LaTeX."""

from __future__ import annotations

import re
from html import unescape

from survey.mathml import mathml


def with_mathml(html: str) -> str:
    """A page's HTML with its formulas, which arithmatex leaves in LaTeX, as MathML; a long one can be scrolled.

    Raises Misuse as `mathml` does.
    """
    html = re.sub(
        r'<span class="arithmatex">\\\((.*?)\\\)</span>', lambda m: mathml(unescape(m[1]), "inline"), html, flags=re.S
    )
    return re.sub(
        r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>',
        lambda m: f'<div class="formula" tabindex="0">{mathml(unescape(m[1]), "block")}</div>',
        html,
        flags=re.S,
    )
