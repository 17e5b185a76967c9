"""What an author names a work by: an arXiv number, a DOI, or an address that holds one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from survey.problems import Misuse

_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD = r"[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:(?:https?://)?(?:\w+\.)?(?:arxiv\.org|alphaxiv\.org)/\w+/|https?://huggingface\.co/papers/|arxiv:)?"
    rf"(?P<number>{_NEW}|{_OLD})(?:v\d+)?(?:\.pdf)?(?:[?#].*)?/?",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(?P<doi>10\.\d{4,9}/\S+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.(?P<number>{_NEW}|{_OLD})", re.IGNORECASE)


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
        return Identifier("arXiv", found["number"])
    if found := _DOI.fullmatch(text):
        doi = re.sub(r"[?#].*$", "", found["doi"])
        number = _ARXIV_DOI.fullmatch(doi)
        return Identifier("arXiv", number["number"]) if number else Identifier("DOI", doi)
    if re.fullmatch(r"\d+\.\d+(v\d+)?", text):
        raise Misuse(f"'{text}' is not an arXiv number; one looks like 2505.15107, year and month first")
    raise Misuse(f"'{text}' is neither an arXiv number or address, nor a DOI, nor a BibTeX file")
