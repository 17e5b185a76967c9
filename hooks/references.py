"""Citations and references as the citation style prints them, for the site and for the PDF."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from html import escape, unescape
from importlib.metadata import version
from pathlib import Path

import pypandoc
from mkdocs_bibtex.citation import CitationBlock

from survey.bibtex import Reference, with_capitals
from survey.catalogue import Work
from survey.coins import coins

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


def style_references(references: Iterable[Reference], root: Path) -> dict[str, Styled]:
    """Every work in the citation style, by key, in the order of the style's list.

    One run of pandoc for all of them, so that "2025a" and "2025b" mean the same everywhere; the answer is kept in the
    book in `root` under the hash of what went in.
    """
    references, cache = tuple(references), root / ".cache" / "references.json"
    bibliography = with_capitals(references)
    parts = (
        bibliography.encode(),
        STYLE.read_bytes(),
        version("pypandoc_binary").encode(),
        Path(__file__).read_bytes(),
    )
    stamp = hashlib.sha256(b"\0".join(parts)).hexdigest()
    try:
        kept = json.loads(cache.read_text("utf-8"))
        if kept["stamp"] == stamp:
            return {key: Styled(**styled) for key, styled in kept["styled"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "refs.bib")
        file.write_text(bibliography, "utf-8")
        html = pypandoc.convert_text(
            "\n\n".join(f"[@{reference.key}]" for reference in references),
            to="html",
            format="markdown",
            extra_args=["--citeproc", "--bibliography", str(file), "--csl", str(STYLE), "--wrap=none"],
        )
    labels = dict(re.findall(r'<span class="citation" data-cites="([^"]+)">\((.*?)\)</span>', html, re.DOTALL))
    entries = re.findall(r'<div id="ref-([^"]+)" class="csl-entry"[^>]*>\s*(.*?)\s*</div>', html, re.DOTALL)
    # The spans mark braced words; pandoc's Markdown would show them as {.nocase}, in HTML they say nothing to a reader.
    bare = re.compile(r"</?span[^>]*>")
    styled = {key: Styled(unescape(bare.sub("", labels[key])), bare.sub("", entry)) for key, entry in entries}
    cache.parent.mkdir(parents=True, exist_ok=True)
    aside = cache.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps({"stamp": stamp, "styled": {k: asdict(s) for k, s in styled.items()}}), "utf-8")
    aside.replace(cache)
    return styled


def cite(block: CitationBlock, link: Callable[[str], str]) -> str:
    """A citation as author and year in parentheses; `link` writes the label of a key."""
    shown = []
    for citation in block.citations:
        before = f"{citation.prefix.strip()} " if citation.prefix.strip() else ""
        after = f", {citation.suffix.strip()}" if citation.suffix.strip() else ""
        shown.append(before + link(citation.key) + after)
    return f"({'; '.join(shown)})"


def citation(key: str, label: str) -> str:
    """A label that leads to the page's list of references, as HTML; `number_citations` numbers it."""
    return f'<a class="citation footnote-ref" id="cite-{key}-{_UNNUMBERED}" href="#ref-{key}">{escape(label)}</a>'


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
