"""Citations and references as the citation style prints them, for the site and for the PDF."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from html import unescape
from importlib.metadata import version
from pathlib import Path

import pypandoc
from mkdocs_bibtex.citation import CitationBlock

from survey.bibtex import Reference, with_capitals
from survey.files import keep, scratch

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
    with scratch() as folder:
        file = folder / "refs.bib"
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
    keep(cache, json.dumps({"stamp": stamp, "styled": {key: asdict(told) for key, told in styled.items()}}))
    return styled


def cite(block: CitationBlock, link: Callable[[str], str]) -> str:
    """A citation as author and year in parentheses; `link` writes the label of a key."""
    shown = []
    for citation in block.citations:
        before = f"{citation.prefix.strip()} " if citation.prefix.strip() else ""
        after = f", {citation.suffix.strip()}" if citation.suffix.strip() else ""
        shown.append(before + link(citation.key) + after)
    return f"({'; '.join(shown)})"
