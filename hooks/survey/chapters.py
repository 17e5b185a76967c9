"""The chapters an author writes: expanded, and checked line by line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import markdown
from jinja2 import Environment, StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes

from survey import macros as macro_set
from survey.catalogue import Catalogue
from survey.kept import keep, kept, recall
from survey.macros import Macros
from survey.manuscript import DOCS, Chapter, Equation, Manuscript, formulas, tables
from survey.markdown import blank_code, citations, headings, line_of, links, split_front_matter
from survey.markup import faults
from survey.medium import Medium, Sketch
from survey.models import ID, FrontMatter
from survey.numbering import Numbered, numbered, references
from survey.problems import Misuse, Problem, Unknown, nearest
from survey.validation import validated

NO_MANUSCRIPT = Manuscript()
# Jinja's own "{#" would swallow the anchors of headings and formulas; mkdocs.yml says the same to mkdocs-macros.
COMMENT = ("{##", "##}")
# Files of the site that no author writes; a chapter may link to them.
DATA = ("papers", "benchmarks", "results", "taxonomy")
GENERATED = (
    *("survey.pdf", "refs.bib", "references.ris", "references.json", "data/works.json", "feed.xml", "llms.txt"),
    *(f"data/{name}.json" for name in DATA),
    *(f"data/schema/{name}.schema.json" for name in DATA),
)
FULL_BIBLIOGRAPHY = "\\full_bibliography"


def expand(
    chapter: Chapter,
    catalogue: Catalogue,
    medium: Medium,
    problems: list[Problem],
    manuscript: Manuscript = NO_MANUSCRIPT,
) -> str:
    """The chapter's text with every macro and numbered formula replaced by what it is in this medium.

    What goes wrong becomes a problem in the line of the macro, and nothing stands in its place.
    """
    known = (chapter, catalogue, medium, manuscript.shared)
    if len(_known) > 128:
        _known.clear()
    made = _known.get(known) or _expansion(chapter, catalogue, medium, manuscript)
    if not made.of_all_chapters:
        _known[known] = made
    medium.drawings.update(made.drawings)
    problems += made.problems
    return made.text


# Macros that look at other chapters, or at what git knows; all others take from them what is numbered alone.
OF_ALL_CHAPTERS = {"coverage", "whats_new", "cite_survey"}


@dataclass(frozen=True)
class _Expansion:
    text: str
    problems: tuple[Problem, ...]
    drawings: Mapping[str, str]
    of_all_chapters: bool  # whether a macro was asked that looks at them


# A preview expands the same text again and again.
_known: dict[tuple, _Expansion] = {}


def _expansion(chapter: Chapter, catalogue: Catalogue, medium: Medium, manuscript: Manuscript) -> _Expansion:
    """What becomes of a chapter; kept if it is one of the book's and asks nothing of all chapters."""
    medium = replace(medium, drawings={})
    cache = catalogue.cache if catalogue.stamp and manuscript.chapter(chapter.source) is chapter else None
    name = f"expanded/{type(medium).__name__}-{chapter.source.replace('/', '-')}"
    made_from = (repr(medium), chapter.source, chapter.text, catalogue.stamp, manuscript.shared)
    if found := recall(cache, name, *made_from):
        return found[0]
    problems: list[Problem] = []
    asked: set[str] = set()
    text = _expanded(chapter, catalogue, medium, problems, manuscript, asked)
    made = _Expansion(text, tuple(problems), medium.drawings, not asked.isdisjoint(OF_ALL_CHAPTERS))
    return made if made.of_all_chapters else keep(cache, name, made, *made_from)


def _expanded(
    chapter: Chapter,
    catalogue: Catalogue,
    medium: Medium,
    problems: list[Problem],
    manuscript: Manuscript,
    asked: set[str],
) -> str:
    macros = Macros(catalogue, medium, manuscript)

    def guarded(name: str) -> Callable[..., str]:
        macro = macro_set.bind(lambda: macros, name)

        def call(*args: object, **kwargs: object) -> str:
            asked.add(name)
            try:
                return macro(*args, **kwargs)
            except Unknown as error:
                if error.name not in catalogue.broken:
                    problems.append(Problem(chapter.path, _template_line(), error.message, error.meant))
            except Misuse as error:
                problems.append(Problem(chapter.path, _template_line(), str(error)))
            return ""

        return call

    known = {name: guarded(name) for name in macro_set.names()}
    try:
        template, used, refused = _template(chapter.body)
        if refused:
            problems += [Problem(chapter.path, line, ONLY_CALLS) for line in refused]
            return ""
        stubs = _unknown_names(used, known, chapter, problems)
        expanded = template.render(**known, **stubs)
        return place(expanded, manuscript.equations, medium)
    except TemplateSyntaxError as error:
        problems.append(Problem(chapter.path, error.lineno, f"broken macro: {error.message}"))
    except RecursionError:
        problems.append(Problem(chapter.path, 1, "broken macro: nested too deeply"))
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        problems.append(Problem(chapter.path, _failed_line(error), f"broken macro: {error}"))
    return ""


def place(expanded: str, equations: Mapping[str, Equation], medium: Medium) -> str:
    """The text with every numbered formula and every captioned table as the medium shows them."""
    for table in reversed(list(tables(expanded))):
        shown = medium.captioned(table.name, table.rows, table.caption)
        expanded = expanded[: table.start] + shown + expanded[table.end :]
    for formula in reversed(list(formulas(expanded))):
        if formula.id in equations:
            shown = medium.equation(formula.id, equations[formula.id].number, formula.latex)
            expanded = expanded[: formula.start] + shown + expanded[formula.end :]
    return expanded


def _template_line() -> int:
    """The line of the chapter whose macro is being called."""
    frame = sys._getframe()
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and frame.f_code.co_filename == "<template>":
            return template.get_corresponding_lineno(frame.f_lineno)
        frame = frame.f_back
    return 1


def _failed_line(error: BaseException) -> int:
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


# mkdocs-macros runs a chapter with all that Python can do. A chapter asks for no more than this, so a page that a
# stranger sends can be built.
ONLY_CALLS = 'only a call with plain values may stand in braces, such as {{ count(axis="reward") }}'
_PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.List, nodes.Tuple)
_PLAIN += (nodes.Dict, nodes.Pair, nodes.Keyword)


@lru_cache(maxsize=128)
def _template(text: str) -> tuple[Template, tuple[tuple[str, int], ...], tuple[int, ...]]:
    """A chapter ready to be filled, the macros that it calls, each with its line, and the lines of what is no call.

    Kept, since the same chapter is filled for every medium.
    """
    environment = Environment(
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        comment_start_string=COMMENT[0],
        comment_end_string=COMMENT[1],
    )
    tree = environment.parse(text)
    found = list(tree.find_all(nodes.Node))
    calls = [node for node in found if isinstance(node, nodes.Call)]
    called = {id(call.node) for call in calls}
    refused = {
        call.lineno for call in calls if not isinstance(call.node, nodes.Name) or call.dyn_args or call.dyn_kwargs
    }
    refused |= {node.lineno for node in found if not isinstance(node, (*_PLAIN, nodes.Call))}
    refused |= {node.lineno for node in found if isinstance(node, nodes.Name) and id(node) not in called}
    used = tuple((call.node.name, call.lineno) for call in calls if isinstance(call.node, nodes.Name))
    return environment.from_string("" if refused else tree), used, tuple(sorted(refused))


def _unknown_names(
    used: Iterable[tuple[str, int]], known: Mapping[str, object], chapter: Chapter, problems: list[Problem]
) -> dict[str, Callable[..., str]]:
    stubs: dict[str, Callable[..., str]] = {}
    for name, line in used:
        if name not in known:
            problems.append(Problem(chapter.path, line, f"unknown macro '{name}'", nearest(name, known)))
            stubs[name] = lambda *args, **kwargs: ""
    return stubs


@lru_cache(maxsize=64)
def heading_anchors(expanded: str) -> tuple[str, ...]:
    """The anchors of a page's headings in order, as the site's table of contents names them."""
    titles = "\n\n".join(found.text for found in headings(expanded))
    converter = markdown.Markdown(extensions=["toc", "attr_list"])
    converter.convert(titles)

    def ids(tokens: list[dict]) -> Iterable[str]:
        for token in tokens:
            yield token["id"]
            yield from ids(token["children"])

    return tuple(ids(converter.toc_tokens))


def anchors(expanded: str) -> set[str]:
    """Every place of a page that a link can lead to."""
    prose = blank_code(expanded)
    explicit = re.findall(r'\bid="([\w-]+)"', prose) + re.findall(r"\{:? ?#([\w-]+)", prose)
    return {*heading_anchors(expanded), *explicit}


@dataclass
class _Book:
    """Everything a check of one chapter needs to know of the others."""

    root: Path
    catalogue: Catalogue | None
    keys: set[str]
    problems: list[Problem]
    anchors: dict[str, set[str]] = field(default_factory=dict)


def check_chapters(
    root: Path, manuscript: Manuscript, catalogue: Catalogue | None, keys: set[str], problems: list[Problem]
) -> tuple[dict[str, Numbered], tuple[str, ...]]:
    """The numbers of all figures and tables by anchor, and the specifications of what the plotting library has to draw.

    Adds all problems of macros, citations, front matter and links.
    `keys` are the citation keys that exist. Without a catalogue the macros are not run, only what stands around them.
    """
    book = _Book(root, catalogue, keys, problems)
    numbers: dict[str, Numbered] = {}
    plots: dict[str, None] = {}
    referred: list[tuple[Chapter, str]] = []
    broken = False
    for chapter in manuscript.chapters:
        before = len(problems)
        sketch = Sketch(chapter.source)
        expanded = expand(chapter, catalogue, sketch, problems, manuscript) if catalogue else chapter.body
        plots |= dict.fromkeys(sketch.drawings.values())
        broken |= len(problems) > before
        body = chapter.body
        cache, name = catalogue and catalogue.cache, f"anchors/{chapter.source.replace('/', '-')}"
        found = kept(cache, name, partial(_looked_at, expanded or body, body), expanded, body)
        book.anchors[chapter.source], wrong = found
        if rank := manuscript.ranks.get(chapter.source):
            for anchor, found in numbered(chapter.source, rank, expanded):
                first = numbers.setdefault(anchor, found)
                if first is not found:
                    line = line_of(chapter.body, max(0, chapter.body.rfind(anchor.partition("-")[2])))
                    message = f"a second figure or table is called '{anchor}', as in {DOCS}/{first.page}; name it"
                    problems.append(Problem(chapter.path, line, message))
        referred += [(chapter, anchor) for anchor in references(expanded)]
        _check_front_matter(chapter, problems)
        problems += (Problem(chapter.path, line_of(body, offset), message) for offset, message in wrong)
        for key in citations(chapter.body):
            if key.text not in keys:
                problems.append(
                    Problem(chapter.path, key.line, f"unknown citation key '{key.text}'", nearest(key.text, keys))
                )
    for chapter in manuscript.chapters:
        for link in links(chapter.body):
            _check_link(chapter, link.text, link.line, book)
    for chapter, anchor in referred:
        if anchor not in numbers and not broken:  # a macro that failed has left no figure to refer to
            line = line_of(chapter.body, max(0, chapter.body.find(anchor)))
            problems.append(
                Problem(chapter.path, line, f"unknown figure or table '{anchor}'", nearest(anchor, numbers))
            )
    return numbers, tuple(plots)


def _looked_at(expanded: str, body: str) -> tuple[set[str], tuple[tuple[int, str], ...]]:
    """Where links can lead to on a page, and what its text may not hold."""
    return anchors(expanded), tuple(faults(body))


def _check_front_matter(chapter: Chapter, problems: list[Problem]) -> None:
    if front := chapter.front_matter(problems):
        validated(FrontMatter, front.data, front, (), problems, "the front matter")
    elif not split_front_matter(chapter.text)[0] and re.match(r" {0,3}[\w-]+:", chapter.text, re.ASCII):
        message = "the site would read this line as front matter and not show it; begin with the heading"
        problems.append(Problem(chapter.path, 1, message))
    if not re.fullmatch(rf"({ID}/)*{ID}\.md", chapter.source, re.ASCII):
        message = "the name of the file must be letters, digits, hyphens and underscores, as it becomes an address"
        problems.append(Problem(chapter.path, 1, message))


def _check_link(chapter: Chapter, target: str, line: int, book: _Book) -> None:
    def fault(message: str, meant: str = "") -> None:
        book.problems.append(Problem(chapter.path, line, message, meant))

    if "{{" in target or target.startswith(("mailto:", "/")):
        return
    try:
        parts = urlsplit(target)
        _ = parts.port
    except ValueError:
        return fault(f"malformed URL '{target}'")
    if parts.scheme or parts.netloc:
        if parts.scheme != "https" or "." not in parts.netloc:
            fault(f"malformed URL '{target}'; write https://host/path")
        return None
    page = normpath(join(dirname(chapter.source), parts.path)) if parts.path else chapter.source
    work = re.fullmatch(r"papers/([^/]+)\.md", page)
    measured = re.fullmatch(r"results/([^/]+)\.md", page)
    if page in book.anchors:
        if parts.fragment and parts.fragment not in book.anchors[page]:
            fault(f"no section '{parts.fragment}' in {DOCS}/{page}", nearest(parts.fragment, book.anchors[page]))
    elif work and work[1] != "index":
        if work[1] not in book.keys:
            fault(f"unknown citation key '{work[1]}'", nearest(work[1], book.keys))
    elif measured and book.catalogue is not None:
        slugs = book.catalogue.measured
        if measured[1] not in slugs:
            fault(f"no results on '{measured[1]}'", nearest(measured[1], slugs))
    elif page not in GENERATED and not (book.root / DOCS / page).is_file():
        fault(f"no page '{page}'", nearest(page, book.anchors))
    return None
