"""Citations and references as the citation style prints them, for the site and for the PDF."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from html import unescape
from importlib.metadata import version
from pathlib import Path

import pypandoc
from mkdocs_bibtex.citation import CitationBlock

from survey.bibtex import Reference, with_capitals

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
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "refs.bib")
        file.write_text(bibliography, "utf-8")
        html = pypandoc.convert_text(
            "\n\n".join(f"[@{reference.key}]" for reference in references),
            to="html",
            format="markdown",
            extra_args=["--citeproc", "--bibliography", str(file), "--csl", str(STYLE), "--wrap=none"],
        )
    labels = dict(re.findall(r'<p><span class="citation" data-cites="([^"]+)">\((.*?)\)</span></p>', html, re.DOTALL))
    entries = re.findall(r'<div id="ref-([^"]+)" class="csl-entry"[^>]*>\s*(.*?)\s*</div>', html, re.DOTALL)
    styled = {key: Styled(unescape(re.sub(r"<[^>]*>", "", labels[key])), _bare(entry)) for key, entry in entries}
    cache.parent.mkdir(parents=True, exist_ok=True)
    aside = cache.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps({"stamp": stamp, "styled": {k: asdict(s) for k, s in styled.items()}}), "utf-8")
    aside.replace(cache)
    return styled


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
