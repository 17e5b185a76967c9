"""Formulas as MathML, which browsers draw without a script."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml.converter import convert

from survey.problems import Misuse

_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_SAFE = frozenset(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form height linebreak "
    "linethickness lspace mathcolor mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing "
    "rspace scriptlevel separator stretchy symmetric voffset width".split()
)


@lru_cache(maxsize=4096)  # MkDocs loads its hooks anew for each build of a preview; this module stays
def mathml(latex: str, display: str) -> str:
    """A formula in LaTeX as MathML (https://www.w3.org/TR/mathml-core/); `display` is "inline" or "block".

    Raises Misuse for what is no formula, and for what would be more than one on a page.
    """
    try:
        # latex2mathml knows split, which is set the same, but neither aligned nor gathered.
        told = convert(re.sub(r"(\\(?:begin|end)\{)(?:aligned|gathered)\}", r"\1split}", latex), display=display)
        for element in ElementTree.fromstring(told).iter():
            if not element.tag.startswith(_MATHML) or element.attrib.keys() - _SAFE:
                raise ValueError("it holds what is no part of a formula")
    except Exception as error:  # the library has no common error for what it cannot read
        shown = " ".join(latex.split())
        shown = shown if len(shown) < 60 else f"{shown[:59]}…"
        raise Misuse(f"the formula '{shown}' cannot be set: {error or type(error).__name__}") from None
    return told
