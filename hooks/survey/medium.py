"""Screen and paper: the one place that decides how the same thing is written for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape as html_escape
from typing import Protocol

from survey.figures.colours import on_paper
from survey.figures.drawing import Drawing, Plot
from survey.kept import fingerprint
from survey.markdown import escape

# Where the number of a caption will stand, and a reference to a caption; numbering.py puts both in their place when all
# chapters are known.
CAPTION = "\ue050{}\ue051"
REFERENCE = "\ue052{}\ue051"
# Where a work's reference in the citation style will stand, as plain text; who knows the style puts it in its place.
STYLED = "\ue053{}\ue051"


@dataclass(frozen=True)
class Column:
    """A table column: its head, and its share of the width on paper."""

    head: str
    share: int = 10

    @property
    def on_screen(self) -> str:
        """The head with the class that gives the column room on the screen."""
        size = "narrow" if self.share < 9 else "wide" if self.share >= 30 else "medium" if self.share >= 16 else ""
        return f"{self.head} {{.{size}}}" if size else self.head


class Drawn(Protocol):
    """A figure as SVG, with its caption and what stands in for it where it cannot be seen, both plain text."""

    @property
    def svg(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def alternative(self) -> str: ...


class Medium(Protocol):
    """What macros need to know of where their text will be read. Every method gives Markdown.

    `drawings` collects the figures, by name, that do not stand in the text.
    """

    drawings: dict[str, str]

    def work(self, key: str, name: str) -> str:
        """A work's name, leading to what the book knows of it."""

    def cited(self, key: str, name: str, locator: str = "") -> str:
        """A work's name followed by its citation."""

    def term(self, term_id: str, text: str, definition: str) -> str:
        """A word of the vocabulary, leading to the glossary."""

    def page(self, page: str, text: str) -> str:
        """A link to another page of the book."""

    def anchor(self, anchor: str, text: str) -> str:
        """Text that a link can lead to."""

    def reference(self, page: str, anchor: str, text: str) -> str:
        """A link to a place of a page."""

    def equation(self, anchor: str, number: str, latex: str) -> str:
        """A display formula with its number."""

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], caption: str) -> str:
        """A captioned table of Markdown cells."""

    def captioned(self, name: str, rows: str, caption: str) -> str:
        """The same for a table that is written already."""

    def figure(self, name: str, drawn: Drawn, data: str) -> str:
        """A captioned drawing, with its text alternative and its data as a table, empty if that stands beside it."""


def pipe_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], heads: Iterable[str]) -> str:
    """A pipe table; the dashes carry each column's share of the width, which pandoc reads."""
    lines = ["| " + " | ".join(heads) + " |"]
    lines.append("|" + "|".join("-" * (column.share + 2) for column in columns) + "|")
    lines += ["| " + " | ".join(cell.replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


_MATH = re.compile(r"(?<![\\$])\$[^$\n]+\$")


def _no_tags(latex: str) -> str:
    """A formula within an HTML block, where "<t" would be read as a tag."""
    return latex.replace("<", r"\lt ").replace(">", r"\gt ")


@dataclass(frozen=True)
class Screen:
    """A page of the site; `source` is its path below docs/, from which links are relative."""

    source: str = "index.md"
    numbered: bool = True
    drawings: dict[str, str] = field(default_factory=dict, compare=False)

    def caption(self, anchor: str, text: str) -> str:
        """A caption, with a place for its number on pages that have numbers."""
        return (CAPTION.format(anchor) if self.numbered else "") + text

    def path(self, page: str) -> str:
        """The address of another page, as a Markdown link from this one writes it."""
        return "../" * self.source.count("/") + page

    def work(self, key: str, name: str) -> str:
        return f"[{escape(name)}]({self.path(f'papers/{key}.md')})"

    def cited(self, key: str, name: str, locator: str = "") -> str:
        return f"{self.work(key, name)} [@{key}{', ' + locator if locator else ''}]"

    def term(self, term_id: str, text: str, definition: str) -> str:
        return f'[{escape(text)}]({self.path("glossary.md")}#{term_id} "{escape(definition)}"){{.term}}'

    def page(self, page: str, text: str) -> str:
        return f"[{escape(text)}]({self.path(page)})"

    def reference(self, page: str, anchor: str, text: str) -> str:
        return f"[{escape(text)}]({self.path(page)}#{anchor})"

    def anchor(self, anchor: str, text: str) -> str:
        return f"{escape(text)} {{#{anchor}}}"

    def equation(self, anchor: str, number: str, latex: str) -> str:
        return (
            f'<div class="equation" id="{anchor}" markdown="1">\n\n$$\n{_no_tags(latex)}\n$$\n\n'
            f'<span class="number">({number})</span>\n\n</div>'
        )

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], caption: str) -> str:
        return self.captioned(name, pipe_table(columns, rows, (column.on_screen for column in columns)), caption)

    def captioned(self, name: str, rows: str, caption: str) -> str:
        return (
            f'<figure class="table" id="tbl-{name}" markdown="1">\n'
            f'<figcaption id="caption-{name}" markdown="span">{self.caption(f"tbl-{name}", caption)}</figcaption>\n\n'
            f'<div class="scroll" role="region" tabindex="0" aria-labelledby="caption-{name}" markdown="1">\n\n'
            f"{_MATH.sub(lambda math: _no_tags(math[0]), rows)}\n\n</div>\n\n</figure>"
        )

    def figure(self, name: str, drawn: Drawn, data: str) -> str:
        svg = self.drawing(name, drawn)
        label = html_escape(drawn.alternative, quote=True).replace("@", "&#64;")
        stop = "" if "<a " in svg else ' tabindex="0"'  # marks scroll the drawing when they get the focus
        summary = '<details markdown="1" data-search-exclude><summary>The figure as a table</summary>'
        table = f"{summary}\n\n{data}\n\n</details>\n\n" if data else ""
        return (
            f'<figure class="drawing" id="fig-{name}" markdown="1">\n'
            f'<div class="scroll" role="group"{stop} aria-label="{label}" data-search-exclude>{svg}</div>\n'
            f'<figcaption markdown="span">{self.caption(f"fig-{name}", escape(drawn.caption))}</figcaption>\n\n'
            f"{table}</figure>"
        )

    def drawing(self, name: str, drawn: Drawn) -> str:
        """A drawing as it stands in the page, with links that are relative to it."""
        prefix = "../" * (self.source.count("/") + (not self.source.endswith("index.md")))
        svg = re.sub(r'(<a\b[^>]*? href=")(?!#)', rf"\g<1>{prefix}", drawn.svg)
        return svg.replace("@", "&#64;").replace("`", "&#96;")  # they would begin a citation, and code


@dataclass(frozen=True)
class Sketch(Screen):
    """A page of the site for what reads its text alone: what it is drawn from stands in the place of a drawing."""

    def drawing(self, name: str, drawn: Drawn) -> str:
        if isinstance(drawn, Drawing) and isinstance(drawn.source, Plot):
            self.drawings[name] = drawn.source.specification
            return fingerprint(drawn.source.specification)
        return super().drawing(name, drawn)


@dataclass(frozen=True)
class Print(Screen):
    """A page of the printed book.

    Links are written as on the screen; whoever prints the book turns them into links within it.
    """

    def cited(self, key: str, name: str, locator: str = "") -> str:
        return f"{escape(name)} [@{key}{', ' + locator if locator else ''}]"

    def place(self, anchor: str) -> str:
        """An anchor of this page as it is called in the one document of the book."""
        return f"{page_anchor(self.source)}--{anchor}"

    def anchor(self, anchor: str, text: str) -> str:
        return f"[{escape(text)}]{{#{self.place(anchor)}}}"

    def equation(self, anchor: str, number: str, latex: str) -> str:
        return f'::: {{#{self.place(anchor)} .equation number="{number}"}}\n$$\n{latex}\n$$\n:::'

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], caption: str) -> str:
        return self.captioned(name, pipe_table(columns, rows, (column.head for column in columns)), caption)

    def captioned(self, name: str, rows: str, caption: str) -> str:
        return f"{rows}\n\nTable: {self.caption(f'tbl-{name}', caption)} {{#{self.place(f'tbl-{name}')}}}"

    def figure(self, name: str, drawn: Drawn, data: str) -> str:
        self.drawings[f"{name}.svg"] = on_paper(drawn.svg)
        shown = self.caption(f"fig-{name}", escape(drawn.caption))
        return f'![{shown}]({name}.svg){{#{self.place(f"fig-{name}")} alt="{escape(drawn.alternative)}"}}'


@dataclass(frozen=True)
class Plain(Screen):
    """A page as Markdown alone, for readers without a browser: a drawing is what can be said of it in words.

    Links and citations are written as on the screen; survey/plain.py turns them into what they lead to.
    """

    def cited(self, key: str, name: str, locator: str = "") -> str:
        return f"{escape(name)} [@{key}{', ' + locator if locator else ''}]"

    def term(self, term_id: str, text: str, definition: str) -> str:
        return escape(text)

    def anchor(self, anchor: str, text: str) -> str:
        return escape(text)

    def equation(self, anchor: str, number: str, latex: str) -> str:
        return f"$$\n{latex} \\tag{{{number}}}\n$$"

    def table(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], caption: str) -> str:
        return self.captioned(name, pipe_table(columns, rows, (column.head for column in columns)), caption)

    def captioned(self, name: str, rows: str, caption: str) -> str:
        return f"\n\n{self.caption(f'tbl-{name}', caption)}\n\n{rows}\n\n"

    def figure(self, name: str, drawn: Drawn, data: str) -> str:
        caption = self.caption(f"fig-{name}", escape(drawn.caption))
        parts = [caption, f"*In words:* {escape(drawn.alternative)}", data]
        return "\n\n" + "\n\n".join(filter(None, parts)) + "\n\n"


def page_anchor(page: str) -> str:
    """The anchor that a page of the site has in the printed book."""
    return page.removesuffix(".md").removesuffix("/index").replace("/", "-")
