"""What the book's build is compared with: the same pages by plain Material, and the same content by Sphinx."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import yaml

from survey import check
from survey.chapters import FULL_BIBLIOGRAPHY, expand
from survey.markdown import blank_code
from survey.medium import Screen
from survey.numbering import resolve
from survey.pages import generated_pages

# Writes down every page as MkDocs is about to convert it, and ends before anything is converted.
CAPTURE = """
from pathlib import Path
from mkdocs.plugins import event_priority

@event_priority(-200)
def on_page_markdown(markdown, page, config, files):
    out = Path({folder!r}) / page.file.src_uri
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("---\\ntitle: " + repr(str(page.title or "Page")) + "\\n---\\n" + markdown, "utf-8")
    return ""

def on_env(env, config, files):
    raise SystemExit
"""
# What makes the book's configuration more than plain Material.
OURS = ("hooks", "watch", "extra_css", "extra_javascript", "exclude_docs", "validation", "strict")


def capture(root: Path, folder: Path) -> list[str]:
    """A command that leaves the expanded pages of the book in `root` in `folder`, as Markdown of Material."""
    hook = folder.parent / "capture.py"
    hook.parent.mkdir(parents=True, exist_ok=True)
    hook.write_text(CAPTURE.format(folder=str(folder)))
    config = root / "mkdocs.capture.yml"
    told = (root / "mkdocs.yml").read_text("utf-8")
    config.write_text(told.replace("hooks: [hooks/site.py]", f"hooks: [hooks/site.py, {hook}]"))
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config), "-d", str(folder.parent / "captured")]


def material(root: Path, docs: Path) -> list[str]:
    """A command that builds the captured pages in `docs` with plain Material: its theme, its search, no hooks."""
    (root / "mkdocs.capture.yml").unlink()
    told = yaml.load((root / "mkdocs.yml").read_text("utf-8"), _AnyTag)
    told = {name: value for name, value in told.items() if name not in OURS}
    told["theme"].pop("custom_dir")
    told["plugins"] = ["search"]
    (docs.parent / "mkdocs.yml").write_text(yaml.safe_dump(told), "utf-8")
    shutil.copytree(root / "docs" / "assets", docs / "assets")
    built = docs.parent / "site"
    return [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(docs.parent / "mkdocs.yml"), "-d", str(built)]


class _AnyTag(yaml.SafeLoader):
    """Reads what MkDocs takes from the environment as nothing."""


_AnyTag.add_constructor("!ENV", lambda loader, node: "")

CONF = """
extensions = ["myst_parser", "sphinxcontrib.bibtex"]
myst_enable_extensions = ["deflist", "dollarmath"]
bibtex_bibfiles = ["refs.bib"]
bibtex_reference_style = "author_year"
html_theme = "sphinx_book_theme"
project = "The same content"
suppress_warnings = ["myst", "bibtex", "toc", "misc", "docutils", "ref"]
"""


def sphinx(root: Path, folder: Path, program: Path) -> list[str]:
    """A command that builds the chapters, the pages of works and those of benchmarks of `root` with Sphinx.

    The text is that of the book with its macros expanded, in MyST: citations by sphinxcontrib-bibtex, with the
    references of a page at its end; tables and figures as they are.
    """
    book = check.load(root)
    for chapter in book.manuscript.chapters:
        screen = Screen(chapter.source)
        text = expand(chapter, book.catalogue, screen, [], book.manuscript)
        _write(folder / chapter.source, resolve(text, chapter.source, book.numbers, screen), references=True)
    for source, write in generated_pages(book).items():
        _write(folder / source, write(), references=False)
    with (folder / "index.md").open("a", encoding="utf-8") as index:
        index.write("\n\n```{toctree}\n:hidden:\n:glob:\n\n*\npapers/*\nresults/*\n```\n")
    shutil.copy(root / "refs.bib", folder / "refs.bib")
    (folder / "conf.py").write_text(CONF)
    return [str(program), "-q", "-j", "auto", "-b", "html", str(folder), str(folder.parent / "sphinx-site")]


def _write(file: Path, text: str, references: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = as_myst(text)
    if references and "{footcite:p}" in text:
        text += "\n\n## References\n\n```{footbibliography}\n```\n"
    file.write_text(text, "utf-8")


def as_myst(text: str) -> str:
    """Markdown of the book as MyST: citations, tabs, admonitions and attributes in its own forms or left out."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    if FULL_BIBLIOGRAPHY in blank_code(text):
        text = text.replace(FULL_BIBLIOGRAPHY, "```{bibliography}\n:all:\n```", 1)
    text = re.sub(r"^\{:?[^}\n]*\}[ \t]*$|[ \t]?\{:? ?[#.][^}\n]*\}", "", text, flags=re.MULTILINE)

    def cited(match: re.Match[str]) -> str:
        keys = dict.fromkeys(re.findall(r"@([\w-]+)", match[0]))
        return f"{{footcite:p}}`{','.join(keys)}`"

    text = re.sub(r"\[[^\[\]\n]*@[\w-]+[^\[\]]*\](?!\()", cited, text)
    lines, indented = [], False
    for line in text.split("\n"):
        if head := re.match(r'(?:===|!!!|\?\?\?\+?)\s*(?:\w+)?\s*"?([^"]*)"?\s*$', line):
            lines.append(f"**{head[1]}**" if head[1] else "")
            indented = True
            continue
        if indented and line and not line.startswith("    "):
            indented = False
        lines.append(line[4:] if indented and line.startswith("    ") else line)
    return "\n".join(lines)
