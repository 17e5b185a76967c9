"""Citations and references as the citation style prints them, for the site and for the PDF."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pypandoc

from survey.bibtex import Reference, with_capitals
from survey.files import scratch
from survey.kept import CACHE, kept

if TYPE_CHECKING:
    from mkdocs_bibtex.citation import CitationBlock

# The pandoc that is installed with the book's other tools, whatever else the machine has.
PANDOC = os.environ.setdefault("PYPANDOC_PANDOC", str(Path(pypandoc.__file__).parent / "files" / "pandoc"))
STYLE = Path(__file__).parent / "templates" / "author-year.csl"


@dataclass(frozen=True)
class Styled:
    """A work as the citation style prints it: in the text (plain), and in the list of references (HTML)."""

    label: str
    reference: str

    @property
    def text(self) -> str:
        """The reference without its formatting."""
        return " ".join(unescape(re.sub(r"<[^>]+>", "", self.reference)).split())


def style_references(references: Sequence[Reference], root: Path) -> dict[str, Styled]:
    """Every work in the citation style, by key, in the order of the style's list.

    One run of pandoc for all of them, so that "2025a" and "2025b" mean the same everywhere; the answer is kept in the
    book in `root`.
    """
    keys, bibliography = [reference.key for reference in references], with_capitals(references)
    style = STYLE.read_bytes()
    return kept(root / CACHE, "references", lambda: _styled(keys, bibliography), PANDOC, style, bibliography)


def _styled(keys: Iterable[str], bibliography: str) -> dict[str, Styled]:
    with scratch() as folder:
        file = folder / "refs.bib"
        file.write_text(bibliography, "utf-8")
        html = pypandoc.convert_text(
            "\n\n".join(f"[@{key}]" for key in keys),
            to="html",
            format="markdown",
            extra_args=["--citeproc", "--bibliography", str(file), "--csl", str(STYLE), "--wrap=none"],
            verify_format=False,
        )
    labels = dict(re.findall(r'<p><span class="citation" data-cites="([^"]+)">\((.*?)\)</span></p>', html, re.DOTALL))
    entries = re.findall(r'<div id="ref-([^"]+)" class="csl-entry"[^>]*>\s*(.*?)\s*</div>', html, re.DOTALL)
    return {key: Styled(unescape(re.sub(r"<[^>]*>", "", labels[key])), _bare(entry)) for key, entry in entries}


def _bare(entry: str) -> str:
    """A reference with emphasis, superscripts and links to the web alone; other marks say nothing to a reader."""
    entry = re.sub(r'<a href="(?!https://)[^>]*>(.*?)</a>', r"\1", entry, flags=re.DOTALL)
    return re.sub(r"<(?!/?(?:em|sup|sub|a)[ >])[^>]*>", "", entry)


def cite(block: CitationBlock, link: Callable[[str], str]) -> str:
    """A citation as author and year in parentheses; `link` writes the label of a key."""
    shown = []
    for citation in block.citations:
        before = f"{citation.prefix.strip()} " if citation.prefix.strip() else ""
        after = f", {citation.suffix.strip()}" if citation.suffix.strip() else ""
        shown.append(before + link(citation.key) + after)
    return f"({'; '.join(shown)})"
