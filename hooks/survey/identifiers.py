"""What an author names a work by: an arXiv number, a DOI, or an address that holds one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from survey.problems import Misuse

_MONTH = r"(?:0[1-9]|1[0-2])"
_NEW = rf"(?:0[7-9]|1[0-4]){_MONTH}\.\d{{4}}|(?:1[5-9]|[2-9]\d){_MONTH}\.\d{{5}}"  # five digits since 2015
_OLD = r"[a-z-]+(?:\.[a-z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:(?:https?://)?(?:[\w.]+\.)?(?:arxiv\.org|alphaxiv\.org|ar5iv\.org)/\w+/|https?://huggingface\.co/papers/|arxiv:\s*)?"
    rf"(?P<number>{_NEW}|{_OLD})(?:v\d+)?(?:\.pdf)?(?:[?#].*)?/?",
    re.IGNORECASE,
)
_DOI = re.compile(
    r"(?:(?:https?://)?(?:dx\.)?doi\.org/|https?://[\w.-]+/doi/(?:\w+/)?|doi:\s*)?(?P<doi>10\.\d{4,9}/\S+)",
    re.IGNORECASE,
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.(?P<number>{_NEW}|{_OLD})(?:v\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Identifier:
    """A work in a registry; `registry` is "arXiv" or "DOI"."""

    registry: str
    value: str

    def __str__(self) -> str:
        return f"{self.registry} {self.value}"


def identify(text: str) -> Identifier:
    """The arXiv number or DOI in what an author typed or a list links to, without its version.

    Raises Misuse, with what is wrong, for anything else.
    """
    text = text.strip().strip("<>").rstrip(".,;")
    if found := _ARXIV.fullmatch(text):
        return _arxiv(found["number"])
    if found := _DOI.fullmatch(text):
        doi = unquote(re.sub(r"[?#].*$", "", found["doi"]))
        number = _ARXIV_DOI.fullmatch(doi)
        return _arxiv(number["number"]) if number else Identifier("DOI", doi)
    if re.fullmatch(r"\d+\.\d+(v\d+)?", text):
        raise Misuse(f"'{text}' is not an arXiv number; one looks like 2505.15107, year and month first")
    raise Misuse(f"'{text}' is neither an arXiv number or address, nor a DOI, nor a BibTeX file")


def _arxiv(number: str) -> Identifier:
    """An old number is told without its subject class, as arXiv answers."""
    return Identifier("arXiv", re.sub(r"\.\w\w(?=/)", "", number.lower()))
