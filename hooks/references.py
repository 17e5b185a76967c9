"""Citations and references as the citation style prints them, for the site and for the PDF."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pypandoc

from survey.bibtex import Reference, with_capitals
from survey.catalogue import Work
from survey.coins import coins
from survey.files import scratch
from survey.kept import CACHE, kept
from survey.markdown import escape as as_markdown

if TYPE_CHECKING:
    from mkdocs_bibtex.citation import CitationBlock

# The pandoc that is installed with the book's other tools, whatever else the machine has.
PANDOC = os.environ.setdefault("PYPANDOC_PANDOC", str(Path(pypandoc.__file__).parent / "files" / "pandoc"))
# pandoc reads names of files as the locale has it, and knows of none in "C" but those in ASCII.
os.environ["LC_ALL"] = "C.UTF-8"
STYLE = Path(__file__).parent / "templates" / "author-year.csl"
# Stands for the number of a citation among those of the same work on its page.
_UNNUMBERED = "\ue041"


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


def citation(key: str, label: str) -> str:
    """A label that leads to the page's list of references, as HTML in Markdown; `number_citations` numbers it."""
    return f'<a class="citation footnote-ref" id="cite-{key}-{_UNNUMBERED}" href="#ref-{key}">{as_markdown(label)}</a>'


def number_citations(page: str) -> tuple[str, Counter[str]]:
    """A page with its citations numbered, so that the list can lead back to each, and how often each work is cited."""
    cited: Counter[str] = Counter()

    def numbered(match: re.Match[str]) -> str:
        cited[match[1]] += 1
        return f'id="cite-{match[1]}-{cited[match[1]]}"'

    return re.sub(rf'id="cite-([^"]+)-{_UNNUMBERED}"', numbered, page), cited


def reference_list(
    styled: Mapping[str, Styled], works: Mapping[str, Work], keys: Iterable[str], folder: str, cited: Counter[str]
) -> str:
    """Works as a list in HTML, each with a link to its page, below `folder`, and back to where the page cites it."""
    items = []
    for key in keys:
        back = " ".join(
            f'<a class="backref" href="#cite-{key}-{number}" aria-label="Back to citation {number} of {key}">↩</a>'
            for number in range(1, cited[key] + 1)
        )
        more = f'<a class="more" href="{folder}/{escape(key)}/">in this survey</a>'
        # The bibliography does without, as it would be twice as large; the whole list is in refs.bib.
        said = coins(works[key].reference) if cited else ""
        items.append(f'<li id="ref-{key}"><p>{styled[key].reference} {more} {back}{said}</p></li>')
    # A search for an author or a title should find the pages of works and not every list.
    return '<ul class="references" data-search-exclude>\n' + "\n".join(items) + "\n</ul>"
