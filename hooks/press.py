"""The press: the chapters in reading order become one document, and that a PDF, LaTeX source, an EPUB or a DOCX."""

from __future__ import annotations

import argparse
import gzip
import io
import os
import re
import sys
import tarfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from html import unescape
from pathlib import Path
from posixpath import dirname, join, normpath
from uuid import NAMESPACE_URL, uuid5

import pypandoc
import typst
import yaml

import ending
from history import commit_of, unknown_history
from places import lead
from references import PANDOC, Styled, style_references
from survey import check
from survey.bibtex import with_capitals
from survey.chapters import FULL_BIBLIOGRAPHY, expand, heading_anchors
from survey.files import alone, replace, scratch
from survey.kept import CACHE, kept
from survey.manuscript import Chapter
from survey.markdown import (
    blank_code,
    escape,
    headings,
    links,
    plain_blocks,
    prefix_footnotes,
    replace_citations,
    split_front_matter,
)
from survey.medium import Print, page_anchor
from survey.numbering import resolve
from survey.problems import Problem, SurveyError, nearest

TEMPLATES = Path(__file__).parent / "templates"
FONTS = [str(TEMPLATES / "fonts")]
FILTERS = [
    TEMPLATES / name for name in ("html.lua", "badges.lua", "equations.lua", "links.lua", "anchors.lua", "sideways.lua")
]
MARKDOWN = "markdown-tex_math_single_backslash+autolink_bare_uris+abbreviations"


# Where the bibliography stands in the last chapter.
REFERENCES = "::: {#refs}\n:::"


@dataclass(frozen=True)
class Document:
    """What every format is made from: chapters in Markdown, drawings as SVG, references, and what the title page says.

    What is slow to convert may be kept in the folder `cache`.
    """

    chapters: tuple[str, ...]
    bibliography: str
    styled: Mapping[str, Styled]
    metadata: dict
    date: datetime
    cache: Path
    drawings: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All chapters, their citations as authors wrote them."""
        return "\n\n".join(self.chapters)

    @property
    def cited(self) -> tuple[str, ...]:
        """The chapters with citations and bibliography in the book's style; a chapter alone has a list of its own."""
        used: set[str] = set()
        chapters = [_cited(chapter, self.styled, used) for chapter in self.chapters]
        alone = bool(self.metadata["chapter"])
        listed = "\n\n".join(
            f"::: {{#ref-{key}}}\n{_as_markdown(styled.reference)}\n:::"
            for key, styled in self.styled.items()
            if key in used or not alone
        )
        if alone:
            chapters.append(REFERENCES)
        return tuple(chapter.replace(REFERENCES, f"::: {{#refs}}\n{listed}\n:::") for chapter in chapters)


def document(root: Path, chapter: str = "") -> Document:
    """The book in `root` as one document, or one chapter of it.

    Raises SurveyError for problems of the book, and for a chapter that it does not have.
    """
    root = root.resolve()
    book = check.load(root)
    settings = book.manuscript.settings
    site_url = settings.site_url
    printed = list(book.manuscript.ranks)
    order = printed[1:]  # the front page is the site's; the title page stands in its place
    if chapter:
        names = {source.removesuffix(".md"): source for source in order}
        if chapter not in names:
            meant = nearest(chapter, names)
            raise SurveyError([Problem("mkdocs.yml", 1, f"no chapter '{chapter}' in the navigation", meant)])
        order = [names[chapter]]
    problems: list[Problem] = []
    parts, drawings = [], {}
    for found in filter(None, map(book.manuscript.chapter, order)):
        medium = Print(found.source, drawings=drawings)
        text = expand(found, book.catalogue, medium, problems, book.manuscript)
        text = resolve(text, found.source, book.numbers, medium)
        part = partial(_as_part, found, split_front_matter(text)[1], site_url, printed)
        parts.append(kept(root / CACHE, f"part/{page_anchor(found.source)}", part, text, site_url, *printed))
    if problems:
        raise SurveyError(problems)
    commit, date = commit_of(root)
    metadata = {
        "title": settings.site_name,
        "abstract": settings.site_description,
        "identifier": f"urn:uuid:{uuid5(NAMESPACE_URL, settings.site_name + commit)}",
        "date": f"{date.day} {date:%B %Y}",
        "version": commit,
        "link-citations": True,
        "lang": "en-GB",
        "year": date.year,
        "month": date.month,
        "day": date.day,
        "author": list(settings.extra.authors),
        "rights": settings.copyright,
        "site": site_url,
        "first": book.manuscript.ranks[order[0]],
        "chapter": chapter,
    }
    references = [work.reference for work in book.catalogue.works.values()]
    styled = style_references(references, root)
    return Document(tuple(parts), with_capitals(references), styled, metadata, date, root / CACHE, drawings)


def _cited(text: str, styled: Mapping[str, Styled], used: set[str]) -> str:
    """A chapter with its citations as links to the bibliography; their keys are added to `used`."""

    def label(key: str) -> str:
        used.add(key)
        return f"[{escape(styled[key].label)}](#ref-{key})"

    return replace_citations(text, label)


def _as_markdown(reference: str) -> str:
    """A styled reference, which is HTML with emphasis, superscripts and links, as Markdown."""
    written = []
    for part in re.split(r"(</?(?:em|sup)>|<a [^>]*>.*?</a>)", reference):
        if link := re.match(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', part):
            written.append(f"[{escape(unescape(link[2]))}](<{unescape(link[1])}>)")
        elif part.startswith("<"):
            written.append("*" if "em" in part else "^")
        else:
            text = unescape(part)
            words = escape(text)
            written.append(f"{' ' * text[:1].isspace()}{words}{' ' * (text[-1:].isspace() and words != '')}")
    return "".join(written)


def _as_part(chapter: Chapter, text: str, site_url: str, printed: Collection[str]) -> str:
    """An expanded chapter as part of the book: headings with anchors of their own, links within the document."""
    prefix = page_anchor(chapter.source)
    text = prefix_footnotes(plain_blocks(text), prefix)
    edits: list[tuple[int, int, str]] = []
    known = iter(heading_anchors(text))
    for number, heading in enumerate(headings(text)):
        title = re.sub(r"\s*\{:?\s*#[\w-]+\s*\}\s*$", "", heading.text)
        slug = next(known)
        anchor = prefix if number == 0 else f"{prefix}--{slug}"
        edits.append((heading.start, heading.start + len(heading.text), f"{title} {{#{anchor}}}"))
    for link in links(text):
        address = _address(chapter.source, link.text, site_url, printed)
        edits.append((link.start, link.start + len(link.text), address))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    if FULL_BIBLIOGRAPHY in blank_code(text):
        text = text.replace(FULL_BIBLIOGRAPHY, REFERENCES, 1)
    return text.strip()


def _address(source: str, target: str, site_url: str, printed: Collection[str]) -> str:
    """Where a link of the site leads in the book; pages and files that are not in it are linked on the hosted site."""
    if "://" in target or target.startswith("mailto:"):
        return target
    path, _, fragment = target.partition("#")
    page = normpath(join(dirname(source), path)) if path else source
    if work := re.fullmatch(r"papers/([^/]+)\.md", page):
        return f"#{page_anchor(page)}" if work[1] == "index" else f"#ref-{work[1]}"
    if re.fullmatch(r"results/[^/]+\.md", page):  # the tables of all numbers are too long for paper
        return f"{site_url.rstrip('/')}/{page.removesuffix('.md')}/" if site_url else "#results"
    if page in printed:
        return f"#{page_anchor(page)}--{fragment}" if fragment else f"#{page_anchor(page)}"
    if page.endswith(".md"):
        page = f"{page.removesuffix('.md')}/"
    return f"{site_url.rstrip('/')}/{page}" if site_url else f"#{page_anchor(source)}"


def pandoc(made: Document, text: str, to: str, *options: str, out: str = "") -> str:
    """Markdown in another format, with the document's metadata.

    It runs where the drawings lie, so that no path of this machine gets into what is made.
    Raises RuntimeError with pandoc's message if it fails or warns: what a format cannot hold is an error.
    """
    told = {name: _as_text(value) for name, value in made.metadata.items()}  # pandoc reads it as Markdown
    front = "---\n" + yaml.safe_dump(told, allow_unicode=True) + "---\n\n"
    filters = [f"--lua-filter={path}" for path in FILTERS]
    return pypandoc.convert_text(
        front + text,
        to=to,
        format=MARKDOWN if "--natbib" in options else f"{MARKDOWN}-citations",  # elsewhere they are styled by now
        outputfile=out or None,
        verify_format=False,  # pandoc knows its formats
        extra_args=["--wrap=none", "--fail-if-warnings", *filters, *options],
    )


def _as_text(value: object) -> object:
    if isinstance(value, list):
        return [_as_text(held) for held in value]
    return escape(value) if isinstance(value, str) else value


def pdf(made: Document, draft: bool = False) -> bytes:
    """The document as a PDF, set by Typst; as a draft with line numbers."""
    with scratch() as folder, chdir(folder):
        for drawing, svg in made.drawings.items():
            (folder / drawing).write_text(svg, "utf-8")
        around, *chapters = _in_typst(made, draft)
        source = around.replace(BODY, "\n".join(chapters))
        (folder / "book.typ").write_text(source, "utf-8")
        if wanted := os.environ.get("SURVEY_KEEP_TYPST"):
            Path(wanted).write_text(source, "utf-8")
        fonts = (font.read_bytes() for font in sorted(Path(FONTS[0]).iterdir()))
        shown = (part for drawing in made.drawings.items() for part in drawing)
        name = f"pdf/{made.metadata['chapter']}{'-draft' * draft}"
        return kept(made.cache, name, partial(_typeset, folder / "book.typ"), source, *shown, *fonts)


def _typeset(source: Path) -> bytes:
    return lead(typst.compile(str(source), font_paths=FONTS, ignore_system_fonts=True))


BODY = "// the chapters"


def _in_quotes(text: str) -> str:
    """A text as Typst writes it in code."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in_typst(made: Document, draft: bool) -> Iterator[str]:
    """What stands around the chapters, and each of them, as Typst: converted side by side, and again if it changes."""
    alone = made.metadata["chapter"]
    read = [PANDOC, MARKDOWN, alone, *(path.read_text("utf-8") for path in FILTERS)]
    template = TEMPLATES / "book.typ"
    options = ["--standalone", "--template", str(template), *(["-V", "draft=true"] if draft else [])]
    named = ", ".join(map(_in_quotes, made.metadata["author"]))
    options += ["-V", f"authors={named},"] if named else []
    around = [template.read_text("utf-8"), yaml.safe_dump(made.metadata), str(draft)]

    def converted(number: int, text: str) -> str:
        convert = partial(pandoc, made, text, "typst", *(() if number else options))
        return kept(made.cache, f"typst/{alone}-{number}", convert, text, *read, *(() if number else around))

    texts = [f"```{{=typst}}\n{BODY}\n```", *made.cited]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(converted, range(len(texts)), texts)


def arxiv(made: Document) -> bytes:
    """LaTeX source as arXiv takes it, packed: main.tex, main.bbl in the book's style, refs.bib, figures as PDF."""
    with scratch() as folder, chdir(folder):
        text = re.sub(r"\]\(([\w.-]+)\.svg\)", r"](figures/\1.pdf)", made.text)
        source = pandoc(
            made,
            text,
            "latex",
            "--standalone",
            "--natbib",
            "--bibliography=refs.bib",
            "--top-level-division=chapter",
            "--number-sections",
            "--toc",
            "--include-in-header",
            str(TEMPLATES / "preamble.tex"),
            *(f"--variable={said}" for said in LATEX),
        )
        source = re.sub(r"\\bibliography\{.*?\}", r"\\bibliography{refs}", source)
        files = {"main.tex": source, "main.bbl": _bbl(made), "refs.bib": made.bibliography}
        packed = {path: text.encode() for path, text in files.items()}
        for drawing, svg in made.drawings.items():
            packed[f"figures/{drawing.removesuffix('.svg')}.pdf"] = _drawn(svg, "pdf", made.date)
    return _tar(packed, made.date)


LATEX = (
    "documentclass=report",
    "papersize=a4",
    "fontsize=11pt",
    "geometry=margin=27mm",
    "biblio-style=plainnat",
    "natbiboptions=round,authoryear",
    "colorlinks=true",
    "toc-depth=1",
)


def _bbl(made: Document) -> str:
    """The bibliography as natbib reads it, each entry and label as the book's style prints it."""
    told = [text for styled in made.styled.values() for text in (escape(styled.label), _as_markdown(styled.reference))]
    apart = "\n\n```{=latex}\n% next\n```\n\n"
    latex = pypandoc.convert_text(apart.join(told), to="latex", format=MARKDOWN, extra_args=["--wrap=none"])
    paragraphs = map(str.strip, latex.split("\n% next\n"))
    lines = ["\\begin{thebibliography}{}", ""]
    for key, label, entry in zip(made.styled, paragraphs, paragraphs, strict=True):
        author, _, year = label.rpartition(", ")
        lines += [f"\\bibitem[{{{author}}}({year})]{{{key}}}", entry, ""]
    return "\n".join([*lines, "\\end{thebibliography}", ""])


def epub(made: Document) -> bytes:
    """The document as an EPUB with MathML, a cover and contents."""
    with scratch() as folder, chdir(folder):
        for drawing, svg in made.drawings.items():
            (folder / drawing).write_text(svg, "utf-8")
        cover = folder / "cover.png"
        cover.write_bytes(
            typst.compile(
                (TEMPLATES / "cover.typ").read_bytes(),
                format="png",
                ppi=120,
                font_paths=FONTS,
                sys_inputs={
                    "title": made.metadata["title"],
                    "date": made.metadata["date"],
                    "version": made.metadata["version"],
                },
            )
        )
        options = ["--toc", "--toc-depth=2", "--split-level=1", "--number-sections", "--mathml"]
        options += ["--css", str(TEMPLATES / "book.css"), "--epub-cover-image", str(cover)]
        out = folder / "survey.epub"
        with _dated(made.date):
            pandoc(made, "\n\n".join(made.cited), "epub3", *options, out=str(out))
        return out.read_bytes()


def docx(made: Document) -> bytes:
    """The document as a DOCX that co-authors can comment in: styles, contents, bibliography, drawings as pictures."""
    with scratch() as folder, chdir(folder):
        for drawing, svg in made.drawings.items():
            (folder / drawing).with_suffix(".png").write_bytes(_drawn(svg, "png", made.date))
        text = re.sub(r"\]\(([\w.-]+)\.svg\)", r"](\1.png)", "\n\n".join(made.cited))
        out = folder / "survey.docx"
        with _dated(made.date):
            pandoc(made, text, "docx", "--toc", "--number-sections", out=str(out))
        return out.read_bytes()


def _drawn(svg: str, to: str, date: datetime) -> bytes:
    """One drawing in another format, set in the book's own typeface."""
    page = '#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image(bytes(sys.inputs.svg), format: "svg")'
    dated = {"timestamp": int(date.timestamp())}
    return typst.compile(page.encode(), format=to, ppi=220, sys_inputs={"svg": svg}, font_paths=FONTS, **dated)


@contextmanager
def _dated(date: datetime) -> Iterator[None]:
    """Within it, pandoc dates its files by the commit, so that two builds give the same bytes."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(date.timestamp()))
    try:
        yield
    finally:
        os.environ.pop("SOURCE_DATE_EPOCH")
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _tar(files: dict[str, bytes], date: datetime) -> bytes:
    """Files packed in the order of their names, with one date and no owner."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, content in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mtime = len(content), int(date.timestamp())
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(packed.getvalue(), mtime=0)


FORMATS: dict[str, Callable[[Document], bytes]] = {"pdf": pdf, "arxiv": arxiv, "epub": epub, "docx": docx}


def main() -> int:
    """Command line: press.py FORMAT OUT writes the book around this file, or one chapter of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("out", type=Path)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--chapter", default="", help="one chapter alone, by the name of its file, such as reward")
    parser.add_argument("--draft", action="store_true", help="number the lines of the PDF and mark it as a draft")
    options = parser.parse_args()
    # pandoc is a Haskell program: with a larger nursery it collects less garbage and takes a quarter less time.
    os.environ.setdefault("GHCRTS", "-A64m")
    return ending.run(partial(_write, options), options.root.resolve())


def _write(options: argparse.Namespace) -> int:
    if said := unknown_history(options.root):
        print(said, file=sys.stderr)
    made = document(options.root, options.chapter)
    content = pdf(made, options.draft) if options.format == "pdf" else FORMATS[options.format](made)
    out = options.out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with alone(out.parent.parent):  # a build could put a new folder in the place of this one
        replace({out: content})
    return 0


if __name__ == "__main__":
    sys.exit(main())
