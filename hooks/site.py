"""The MkDocs hook: checks the book before it is built, adds the generated pages, and styles the citations.

mkdocs-bibtex finds the citations. What stands in their place comes from one run of pandoc for the whole
bibliography, kept until refs.bib or the citation style changes, so that a page costs no process of its own.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from shutil import copyfile
from typing import Any
from zlib import compress, decompress

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext
from mkdocs_bibtex.citation import Citation, CitationBlock, InlineReference
from mkdocs_bibtex.registry import ReferenceRegistry

from arithmatex import with_mathml
from changes import changed, shown
from history import history_of
from parallel import POSSIBLE, Shared
from references import Styled, citation, cite, number_citations, reference_list, style_references
from survey import check, metadata
from survey.catalogue import BIB, Catalogue
from survey.chapters import FULL_BIBLIOGRAPHY, GENERATED, expand, place
from survey.figures.drawing import draw_ahead
from survey.files import keep
from survey.kept import CACHE
from survey.manuscript import DOCS
from survey.markdown import blank_code, join_citations
from survey.medium import STYLED, Screen, Sketch
from survey.numbering import resolve
from survey.pages import generated_pages
from survey.policy import blocked, policy
from survey.problems import Misuse, SurveyError
from survey.prose import mentioned
from survey.publish import plain_chapters, published_files
from survey.reading import with_aids, with_cards, with_scrolling_tables

THEME = Path(__file__).parent / "theme"
# Scripts of the theme for searching in other languages than the book's.
UNUSED = "assets/javascripts/lunr/"
# Stands for "@" in code, where mkdocs-bibtex would otherwise see a citation.
_AT = "\ue040"


@dataclass
class Citations(ReferenceRegistry):
    """What mkdocs-bibtex asks for each citation it finds.

    The styled references come from pandoc, which runs beside MkDocs until the first page needs them.
    """

    running: Future[dict[str, Styled]]
    footnote_format: str = "{key}"

    @property
    def styled(self) -> dict[str, Styled]:
        return self.running.result()

    def validate_citation_blocks(self, citation_blocks: list[CitationBlock]) -> None:
        """Raises Abort for a key that no check has seen, such as one that a macro wrote."""
        unknown = {c.key for block in citation_blocks for c in block.citations} - self.styled.keys()
        if unknown:
            raise Abort(f"unknown citation keys: {', '.join(sorted(unknown))}")

    def validate_inline_references(self, inline_references: list[InlineReference]) -> set[InlineReference]:
        """None: the book writes citations in brackets only."""
        return set()

    def inline_text(self, citation_block: CitationBlock) -> str:
        """The citation as author and year, each leading to the page's list of references."""
        # mkdocs-bibtex puts this in every place of the same citation, so it is numbered afterwards.
        return cite(citation_block, lambda key: citation(key, self.styled[key].label))

    def reference_text(self, citation: Citation | InlineReference) -> str:
        """The entry in the list of references, as HTML."""
        return self.styled[citation.key].reference


_citations = Citations(Future())
_books: list[check.Book] = []  # the book that is being built, set by on_config


@event_priority(100)
def _check(config: MkDocsConfig) -> MkDocsConfig:
    root = Path(config.config_file_path).parent
    catalogue, problems = Catalogue.read(root)
    if catalogue and not problems:  # pandoc may as well begin before the chapters are checked
        pandoc = ThreadPoolExecutor(1)
        references = [work.reference for work in catalogue.works.values()]
        _citations.running = pandoc.submit(style_references, references, root)
        pandoc.shutdown(wait=False)
    try:
        book = check.load(root)
    except SurveyError as error:
        raise Abort(f"the book has {len(error.problems)} problem(s)\n{error}") from None
    _books[:] = [book]
    _blocked.clear()
    _shared.clear()
    config.extra["history"] = history_of(root)
    # The theme writes these into its pages as they are.
    settings = book.manuscript.settings
    config.site_name, config.site_description = map(Markup.escape, (settings.site_name, settings.site_description))
    config.extra["short_name"] = Markup.escape(settings.extra.short_name or settings.site_name)
    config.nav = _escaped(config.nav)
    return config


def _escaped(nav: Any) -> Any:
    """A navigation whose titles are HTML."""
    if isinstance(nav, dict):
        return {Markup.escape(title): _escaped(held) for title, held in nav.items()}
    return [_escaped(held) for held in nav] if isinstance(nav, list) else nav


@event_priority(-100)
def _style(config: MkDocsConfig) -> MkDocsConfig:
    config.plugins["bibtex"].registry = _citations
    return config


on_config = CombinedEvent(_check, _style)


def on_startup(command: str, dirty: bool) -> None:
    """Remembers whether this is a preview, and whether it is built whole or in what has changed."""
    _preview[:], _partly[:] = [command == "serve"], [dirty]


_preview, _partly = [False], [False]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the page of every work, refs.bib, and the PDF as it was last made; a build puts the new one in its place."""
    root = Path(config.config_file_path).parent
    _drawings.clear()
    _generated.clear()
    _generated.update(generated_pages(_books[0]))
    wanted = list(_generated)
    if _preview[0]:  # a build has no use for it, and would wait for pandoc
        texts = _made_from(root)
        new = changed({source: hash(parts) for source, parts in texts.items()})
        if _partly[0]:  # MkDocs spends a while on each file, so it gets what is new and what that links to
            linked = {page for source in new for part in texts[source] for page in _GENERATED_PAGE.findall(part)}
            wanted = [source for source in wanted if source in new or source in linked]
    # They come first because they need no citation: by their end, pandoc has styled the references.
    pages = [File.generated(config, source, content="") for source in wanted]
    files = Shared([*pages, *(file for file in files if not file.src_uri.startswith(UNUSED))])
    files.append(File.generated(config, BIB, abs_src_path=str(root / BIB)))
    pdf = root / "site" / "survey.pdf"
    files.append(
        File.generated(config, "survey.pdf", abs_src_path=str(pdf))
        if pdf.is_file()
        else File.generated(config, "survey.pdf", content=b"")
    )
    if _partly[0]:
        for file in files.documentation_pages():
            file.is_modified = partial(new.__contains__, file.src_uri)
    if _partly[0]:  # what machines read is made with the whole site
        for path in GENERATED:
            if files.get_file_from_path(path) is None:
                files.append(unchanged := File.generated(config, path, content=b""))
                unchanged.is_modified = lambda: False
    else:
        for path, text in published_files(_books[0], _site(config)):
            files.append(File.generated(config, path, content=text))
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Begins what is done beside MkDocs: half of the pages, and the figures."""
    if POSSIBLE and not _preview[0]:
        for page in nav.pages:
            if page.title is None:  # which the other process would not read
                page.read_source(config)
                _escape(page)
        _citations.running.result()  # which the other process could not wait for
        first, last = partial(_write_plain_chapters, config), partial(_found, config)
        with suppress(OSError, ImportError):  # where there is no shared memory, all are built here
            # Chapters come last for the other process, by when their figures are drawn.
            _shared.append(files.share(lambda file: file.src_uri in _generated, nav, config, first, last))
    draw_ahead(_books[0].plots, Path(config.config_file_path).parent / CACHE)
    return nav


# What gives, when another process has built its pages, what it made of them.
_shared: list[Callable[[], tuple[list[dict], dict[str, list[str]]]]] = []


def _found(config: MkDocsConfig) -> tuple[list[dict], dict[str, list[str]]]:
    return config.plugins["material/search"].search_index.entries, _blocked


@event_priority(100)
def _join(config: MkDocsConfig) -> None:
    """Adds what another process has found in its pages; who built a page makes no difference to what stands where."""
    index = config.plugins["material/search"].search_index
    for result in _shared:
        entries, found = result()
        index.entries += entries
        for what, pages in found.items():
            _blocked.setdefault(what, []).extend(pages)
    index.entries.sort(key=lambda entry: entry["location"].partition("#")[0])


# What writes each page that no author writes.
_generated: dict[str, Callable[[], str]] = {}


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    """The text of a generated page, written when its turn comes."""
    write = _generated.get(page.file.src_uri)
    text = write() if write else None
    if write and not _preview[0]:
        write.cache_clear()  # a build asks once
    return text


_GENERATED_PAGE = re.compile(r"\b((?:papers|results)/[^/\s()]+\.md)")


def _made_from(root: Path) -> dict[str, tuple[str, ...]]:
    """For every page, all the texts that it is made from besides the program itself."""
    book, styled = _books[0], _citations.styled
    theme = [file.read_text("utf-8") for file in sorted(THEME.rglob("*.html"))]
    common = "".join([(root / "mkdocs.yml").read_text("utf-8"), *theme])
    made_from = {source: (common, write()) for source, write in _generated.items()}
    for chapter in book.manuscript.chapters:
        screen = Sketch(chapter.source)
        expanded = expand(chapter, book.catalogue, screen, [], book.manuscript)
        cited = sorted(key for key in mentioned([chapter.body, expanded]) if key in styled)
        if FULL_BIBLIOGRAPHY in chapter.body:
            cited = sorted(styled)
        resolved = resolve(expanded, chapter.source, book.numbers, screen)
        made_from[chapter.source] = (common, chapter.text, resolved, *(f"{styled[key]}" for key in cited))
    return made_from


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Gives the theme the policy of a page, and keeps its templates compiled from one build to the next."""
    env.filters["policy"] = policy
    env.bytecode_cache = _Templates(Path(config.config_file_path).parent / ".cache" / "templates")
    return env


class _Templates(BytecodeCache):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            bucket.load_bytecode(BytesIO((self.folder / bucket.key).read_bytes()))

    def dump_bytecode(self, bucket: Bucket) -> None:
        keep(self.folder / bucket.key, bucket.bytecode_to_string())


@event_priority(100)
def _before_citations(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    _escape(page)
    if page.meta.get("render_macros") is False:  # a generated page holds no citations
        return markdown.replace("@", _AT)
    markdown = place(markdown, _books[0].manuscript.equations, Screen(page.file.src_uri))
    if FULL_BIBLIOGRAPHY in blank_code(markdown):
        everything = _reference_list(list(_citations.styled), page, Counter())
        markdown = markdown.replace(FULL_BIBLIOGRAPHY, everything.replace("@", "&#64;"), 1)
    return blank_code(join_citations(markdown), _AT, only="@")


def _escape(page: Page) -> None:
    """The theme writes these into its pages as they are."""
    page.meta |= {name: escape(str(page.meta[name])) for name in ("title", "description") if page.meta.get(name)}


@event_priority(-100)
def _after_citations(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    markdown, cited = number_citations(markdown.replace(_AT, "@"))
    # By now the macros have written their captions.
    markdown = resolve(markdown, page.file.src_uri, _books[0].numbers, Screen(page.file.src_uri))
    if cited:
        keys = [key for key in _citations.styled if key in cited]
        markdown += f"\n\n## References {{#references}}\n\n{_reference_list(keys, page, cited)}\n"
    return markdown


# Where a drawing stands that is kept out of Markdown, which would read it letter by letter.
_DRAWING = "\ue054{}\ue051"
_drawings: list[bytes] = []


@event_priority(-300)
def _without_drawings(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    for drawing in reversed(list(re.finditer(r"<svg\b.*?</svg>", blank_code(markdown), re.S))):
        _drawings.append(_pack(markdown[slice(*drawing.span())]))
        markdown = markdown[: drawing.start()] + _DRAWING.format(len(_drawings) - 1) + markdown[drawing.end() :]
    return markdown


on_page_markdown = CombinedEvent(_before_citations, _after_citations, _without_drawings)


def _reference_list(keys: list[str], page: Page, cited: Counter[str]) -> str:
    works = "../" * page.url.count("/") + "papers"
    return reference_list(_citations.styled, _books[0].catalogue.works, keys, works, cited)


def _site(config: MkDocsConfig) -> metadata.Site:
    settings = _books[0].manuscript.settings
    url = f"{config.site_url.rstrip('/')}/" if config.site_url else ""
    return metadata.Site(settings.site_name, settings.site_description, url, settings.extra.authors)


@event_priority(100)
def on_page_context(context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
    """Gives the theme the page, and what stands in its head."""
    page.content = _unpacked(_packed.pop(page.file.src_uri))
    title, description = (unescape(str(text or "")) for text in (page.title, page.meta.get("description")))
    day = config.extra["history"].last_change(f"{DOCS}/{page.file.src_uri}")
    told = metadata.Page(page.file.src_uri, page.url, title, description, day)
    if _partly[0]:  # reading a long page for the search takes longer than building it
        page.meta["search"] = {"exclude": True}
    context["head"] = metadata.head(_books[0], _site(config), told)
    if page.meta.get("render_macros") is False:  # not before, so that no page waits for pandoc
        page.content = re.sub(
            STYLED.format(r"([^\ue051]+)"), lambda key: escape(_citations.styled[key[1]].text), page.content
        )
    return context


@event_priority(-100)
def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Puts the drawings into the page; notes what its policy would block, which is told when all pages are there."""
    output = re.sub(_DRAWING.format(r"(\d+)"), lambda number: _unpacked(_drawings[int(number[1])]), output)
    page.content = ""
    for found in blocked(output):
        _blocked.setdefault(found.text, []).append(page.file.src_uri)
    return output


# By what the policy of a page would block, the pages that have it.
_blocked: dict[str, list[str]] = {}


@event_priority(-100)
def _publish(config: MkDocsConfig) -> None:
    """Puts every chapter as plain Markdown beside the pages, and the search index where no page loads it by itself.

    A preview searches the pages as they were when it began. Raises Abort for pages with what their policy would block.
    """
    if _blocked:
        told = (f"{DOCS}/{pages[0]}: the policy of {_pages(pages)} blocks {what}" for what, pages in _blocked.items())
        raise Abort("\n".join(told))
    index = Path(config.site_dir, "search", "search_index.json")
    # The theme loads its index with every page, so it gets an empty one; assets/search-worker.js loads the whole.
    whole = index.with_name("whole_index.json")
    if not _partly[0]:
        copyfile(index, whole)
        if not _shared:
            _write_plain_chapters(config)
    settings = index.read_text("utf-8").partition(',"docs":')[0]  # to read it all takes much room
    index.write_text(json.dumps(json.loads(settings + "}") | {"docs": []}), "utf-8")
    shown()


def _write_plain_chapters(config: MkDocsConfig) -> None:
    """Beside the pages, as files of MkDocs they would become pages themselves."""
    labels = {key: styled.label for key, styled in _citations.styled.items()}
    for path, text in plain_chapters(_books[0], _site(config), labels):
        file = Path(config.site_dir, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


on_post_build = CombinedEvent(_join, _publish)


def on_build_error(error: Exception) -> None:
    """Tells a full disk or a folder that cannot be written as what it is."""
    if isinstance(error, OSError):
        place = error.filename2 or error.filename or "the site"  # the second is where a file is copied to
        raise Abort(f"{place}: {error.strerror or error}") from None


def _pages(pages: list[str]) -> str:
    return "the page" if len(pages) == 1 else f"this page and {len(pages) - 1} more"


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Sets formulas as MathML, which browsers draw without a script, and adds what helps to read.

    MkDocs holds all pages before it writes the first, so what it has of them is packed until then.
    """
    _packed[page.file.src_uri] = _pack(_finished(html, page, config))
    page.markdown = ""
    return ""


_packed: dict[str, bytes] = {}


def _pack(text: str) -> bytes:
    return compress(text.encode("utf-8"), 1)


def _unpacked(packed: bytes) -> str:
    return decompress(packed).decode("utf-8")


def _finished(html: str, page: Page, config: MkDocsConfig) -> str:
    try:
        html = with_mathml(html)
    except Misuse as error:
        raise Abort(f"{DOCS}/{page.file.src_uri}:1: {error}") from None
    if page.meta.get("render_macros") is False:
        html = with_cards(html, _books[0].catalogue.works)
    else:
        day = config.extra["history"].last_change(f"{DOCS}/{page.file.src_uri}")
        html = with_aids(html, _books[0].catalogue, day)
    return _ATTRIBUTED.sub(_shown_as_html, with_scrolling_tables(html))


_ATTRIBUTED = re.compile(r'<[a-z][^<>]* title="([^"<>]*&[^"<>]*)"')


def _shown_as_html(tag: re.Match[str]) -> str:
    """A tag whose title the theme may show on hover. The theme reads it as HTML, which it is not."""
    title = unescape(tag[1])
    if unescape(title) == title and not re.search(r"<[A-Za-z/!?]", title):
        return tag[0]
    return f'{tag[0][: tag.start(1) - tag.start()]}{escape(escape(title))}"'
