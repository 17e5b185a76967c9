"""Texts that mean something to a format that the book is written in, by name, and a book with them in every field.

The fields come from the models of the data, so that a new one is tested without a line here.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import AfterValidator, BaseModel

from support import BookFolder
from survey import models
from survey.bibtex import plain
from survey.draft import latex
from survey.models import Benchmark, Model, Paper, Result, Taxonomy

MARK = "window.pwned=1"

# A reader must see each of these as it is written here.
SHOWN = {
    "a script": f"<script>{MARK}</script>",
    "an image that fails": f"<img src=x onerror={MARK}>",
    "a quote that ends an attribute": f'"><svg onload={MARK}>',
    "a single quote that ends one": f"'><svg onload={MARK}>",
    "an attribute": f'" onmouseover="{MARK}" onfocus="{MARK}" autofocus x="',
    "the end of a title": f"</title></textarea></style><script>{MARK}</script>",
    "the end of a script": f"</script><script>{MARK}</script>",
    "an escaped script": f"&lt;script&gt;{MARK}&lt;/script&gt;",
    "a script escaped twice": f"&amp;lt;script&amp;gt;{MARK}",
    "a numeric reference": "&#60;script&#x3e;1&#x3c;/script&#62;",
    "a javascript address": f"javascript:{MARK}",
    "a javascript address in mixed case": f"JaVaScRiPt:{MARK}//https://x.org",
    "an autolink": f"<javascript:{MARK}>",
    "an inline link": f"[click](javascript:{MARK})",
    "a link with entities": f"[click](java&#115;cript&colon;{MARK})",
    "a link that is defined": f"[click]: javascript:{MARK}",
    "a data address": f"data:text/html,<script>{MARK}</script>",
    "a picture": "![x](https://example.org/x.png)",
    "a bare address": "https://example.org/x and www.example.org",
    "an e-mail address": "me@example.org <me@example.org>",
    "a macro": '{{ 7*7 }} {{ paper("x") }}',
    "a statement": "{% raw %} {% include '/etc/passwd' %} {% endraw %}",
    "a comment of the templates": "{# x #} {## y ##}",
    "a citation": "[@key] [see @a; @b, sec. 3]",
    "a bare citation": "@key and @nobody",
    "code": "`x` ``y`` ```z```",
    "a fence": "``` python",
    "a table": "| a | b | --- |",
    "the end of a link": "x](y) ]( )[ [a][b] [^1]",
    "emphasis": "**bold** _em_ __strong__ *x* ***y***",
    "a formula": "$x^2$ $$y$$",
    "a formula in brackets": r"\(x\) \[y\] \alpha \\",
    "a comment of HTML": f"<!-- {MARK} --> <![CDATA[x]]> <?php ?>",
    "the end of CDATA": "]]> ]]&gt;",
    "attributes": "{: .a onclick=1 } {#id} {.b} {onclick=1}",
    "a heading": "# no heading {#no-id}",
    "a list": "- no list",
    "a numbered list": "7. no list",
    "a quotation": "> no quotation",
    "a rule": "--- *** ===",
    "front matter": "--- title: x ---",
    "an admonition": '!!! note "x"',
    "a tab": '=== "x"',
    "strike and sub": "~~a~~ ~b~ ^c^ ==d== ++e++ --f--",
    "an abbreviation": "*[HTML]: x",
    "a definition": ": x",
    "a smiley": ":smile: :material-home:",
    "Typst code": '#eval("1") #read("/etc/passwd") #image("x") #import "x": *',
    "a Typst label": "<label> @label #[x] #{1} /* x */ // y",
    "a Typst string": 'a "b" #"c" \\u{41} \\',
    "LaTeX commands": r"\input{/etc/passwd} \write18{ls} \end{document}",
    "a brace that opens": "{ a",
    "a brace that closes": "a }",
    "LaTeX specials": "100% #1 & a_b ~ ^",
    "a formula of a spreadsheet": '=HYPERLINK("https://x.org","y")',
    "another formula of a spreadsheet": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a sum": "+1-1",
    "a record of RIS": "ER  - TY  - JOUR",
    "an entry of BibTeX": "@misc{x, title = {y}}",
    "a name of JavaScript": "__proto__ constructor toString",
    "JSON": '{"a": [null, "\\u0000"]}',
    "YAML": "- &a [*a] !!python/object:os.system x: y #z",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u200fabc\u200f",
    "stacked accents": "Z\u0351\u036b\u0343a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307",
    "emoji with joiners": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \u2764\ufe0f",
    "astral letters": "\U0001d504\U0001d505 \U00020000 \U00010348",
    "wide spaces": "a\u00a0b\u2003c\u3000d",
    "a long word": "W" * 10_000,
    "many words": "word " * 2_000 + "end",
}

# Nobody needs these, and an author who has them in a text by accident wants to know.
REFUSED = {
    "NUL": "a\0b",
    "a bell": "a\x07b",
    "an escape sequence": "a\x1b[31mb",
    "a vertical tab": "a\x0bb",
    "a next line": "a\x85b",
    "a lone carriage return": "a\rb",
    "a line separator": "a\u2028b",
    "a paragraph separator": "a\u2029b",
    "a right-to-left override": "a\u202eb",
    "an isolate": "a\u2067b",
    "a zero-width space": "a\u200bb",
    "a byte order mark within": "a\ufeffb",
    "a soft hyphen": "a\u00adb",
    "a word joiner": "a\u2060b",
    "a tag": "a\U000e0041b",
    "no character": "a\uffffb",
    "a lost letter": "a\ufffdb",
    **{f"the mark U+{number:04X}": f"a{chr(number)}b" for number in (0xE000, *range(0xE040, 0xE054), 0xF8FF)},
    "private use beyond": "a\U000f0000b",
}


def texts(model: type[Model], place: tuple = ()) -> Iterator[tuple]:
    """The place of every field of a model that holds free text; 0 stands for an item, "" for a key."""
    for name, field in model.model_fields.items():
        yield from _texts(
            Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation, (*place, name)
        )


def _texts(annotation: Any, place: tuple) -> Iterator[tuple]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if any(isinstance(mark, AfterValidator) and mark.func in (models._said, models._plain) for mark in inner[1:]):
            yield place
        elif inner[0] is not str:
            yield from _texts(inner[0], place)
    elif origin in (Union, types.UnionType):
        for part in inner:
            yield from _texts(part, place)
    elif origin is tuple:
        yield from _texts(inner[0], (*place, 0))
    elif origin is dict:
        yield from _texts(inner[1], (*place, ""))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from texts(annotation, place)


def fill(entry: dict, model: type[Model], text: str, key: str = "reward") -> dict:
    """The entry with the text in every field that holds free text; each says which it is, so that names differ."""
    for place in texts(model):
        held: Any = entry
        for part, after in zip(place, [*place[1:], None], strict=True):
            part = key if part == "" else part
            new = text if after is None else [] if after == 0 else {}
            if isinstance(held, list):
                if not held:
                    held.append(new)
                elif after is None:
                    held[0] = new
                held = held[0]
            else:
                held[part] = new if after is None else held.get(part, new)
                held = held[part]
    return entry


# Fields of BibTeX that the book reads, with one that it does not know.
BIB_FIELDS = (
    "booktitle journal eventtitle volume number pages series edition publisher institution school address isbn issn "
    "note month howpublished unknown-field"
).split()


def as_latex(text: str) -> str:
    """The text as an author writes it into refs.bib."""
    return latex(text) if set(text) & set("\\{}$~") else text


def bib_entry(key: str, number: int, text: str, kind: str = "misc") -> str:
    """An entry of refs.bib with the text in every field and in the names of two people and a body."""
    told = as_latex(text)
    fields = {"title": told, "author": f"{{{told}}} and Ada, {{{told}}}", "year": "2025"}
    fields |= dict.fromkeys(BIB_FIELDS, told)
    fields["url"] = f"https://example.org/{number}"
    return f"@{kind}{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"


def shown_title(text: str) -> str:
    """The title as a reader sees it."""
    return plain(as_latex(text))


KINDS = ("misc", "article", "inproceedings", "incollection", "book", "techreport", "phdthesis")


def keys() -> dict[str, str]:
    """The key of the work that holds each text."""
    return {f"nasty{number:02}": text for number, text in enumerate(SHOWN.values())}


def make_nasty(book: BookFolder) -> None:
    """Add to the book, for each text, a work, a benchmark, a result and words of the vocabulary that hold only it."""
    bib, chapter = [book.read("refs.bib")], []
    papers, benchmarks, results, taxonomy = (
        yaml.safe_load(book.read(f"docs/data/{name}.yml")) for name in ("papers", "benchmarks", "results", "taxonomy")
    )
    groups = [name for name in Taxonomy.model_fields if name not in ("axes", "attributes")]
    for number, (key, text) in enumerate(keys().items()):
        bib.append(bib_entry(key, number, text, KINDS[number % len(KINDS)]))
        like = {"kind": "method", "added": dt.date(2025, 8, 1), "learning": "untrained", "base_models": ["Small-7B"]}
        paper = fill({**like, "builds_on": ["ada2025probe"]}, Paper, text)
        group = groups[number % len(groups)]
        taxonomy[group][f"term{number}"] = {"label": text, "definition": text}
        if group in ("learning", "licences", "topologies"):
            paper[{"licences": "licence", "topologies": "topology"}.get(group, group)] = f"term{number}"
        elif group in ("rewards", "signals", "tools", "environments", "algorithms"):
            paper[group] = [f"term{number}"]
        papers[key] = paper
        benchmark = {"work": key, "family": "objective", "metrics": ["em"], "judge": "rule", "live_web": True}
        benchmarks[key] = fill(benchmark, Benchmark, text)
        row = {"work": key, "benchmark": key, "metric": "em", "value": "1.5", "environment": "live-web"}
        results["results"] += [fill(row, Result, text), {**row, "where": text, "version": text, "model": "Small-7B"}]
        chapter += [f'{{{{ paper("{key}", "sec. 1") }}}} and {{{{ term("term{number}") }}}} [@{key}].']
    taxonomy["axes"]["reward"] |= {"definition": SHOWN["a script"], "includes": SHOWN["an attribute"]}
    taxonomy["axes"]["reward"]["excludes"] = [{"what": SHOWN["an image that fails"]}]
    book.write("refs.bib", "\n".join(bib))
    for name, data in (("papers", papers), ("benchmarks", benchmarks), ("results", results), ("taxonomy", taxonomy)):
        book.write(f"docs/data/{name}.yml", yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
    front = "---\nscripts: [assets/table-core/index.production.js, assets/explorer.js]\n---\n\n"
    book.write("docs/papers/index.md", front + book.read("docs/papers/index.md"))
    book.write("docs/reward.md", book.read("docs/reward.md") + "\n## Nasty\n\n" + "\n\n".join(chapter) + "\n")
