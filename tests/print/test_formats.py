"""What the press makes besides the PDF of the whole book: a chapter, a draft, LaTeX source, an EPUB and a DOCX."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pypandoc
import pytest
from pypdf import PdfReader

from support import ROOT, BookFolder
from survey.catalogue import Catalogue
from survey.manuscript import Manuscript, reading_order

EPUBCHECK = next((Path(p) for p in ("/usr/bin/epubcheck", "/usr/share/java/epubcheck.jar") if Path(p).is_file()), None)


def press(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The press's command line on the book in `root`."""
    command = [sys.executable, str(ROOT / "hooks" / "press.py"), *arguments, "--root", str(root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def loose(text: str) -> str:
    """Letters and digits alone, as hyphens and spaces differ between formats."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", text)).lower()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The real book in a format, made once."""
    folder = tmp_path_factory.mktemp("press")

    def make(form: str) -> Path:
        out = folder / f"survey.{form}"
        if not out.exists():
            done = press(ROOT, form, str(out))
            assert done.returncode == 0, done.stderr
        return out

    return make


def missing(text: str) -> list[str]:
    """What the text lacks of the titles of all chapters and the names of all works."""
    shown = loose(text)
    chapters = map(Manuscript.read(ROOT, []).chapter, reading_order(ROOT / "mkdocs.yml")[1:])
    wanted = [re.search(r"^# (.+)$", chapter.body, re.MULTILINE)[1] for chapter in chapters]
    wanted += [work.name for work in Catalogue.load(ROOT).works.values()]
    return [name for name in wanted if loose(name) not in shown]


def test_a_chapter_that_has_not_changed_is_not_converted_again(
    book: BookFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, log, fake = tmp_path / "x.pdf", tmp_path / "log", tmp_path / "pandoc"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {pypandoc.get_pandoc_path()} "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PYPANDOC_PANDOC", str(fake))

    def conversions() -> int:
        log.write_text("")
        assert press(book.root, "pdf", str(out)).returncode == 0
        return log.read_text().count("--to=typst")

    assert conversions() > 3
    assert conversions() == 0
    book.change("docs/reward.md", "# Reward", "# Reward as changed")
    assert conversions() == 1
    assert "Reward as changed" in " ".join(page.extract_text() for page in PdfReader(out).pages)


def test_a_pdf_from_what_was_kept_is_that_of_a_new_checkout_byte_for_byte(book: BookFolder, tmp_path: Path) -> None:
    assert press(book.root, "pdf", str(tmp_path / "first.pdf")).returncode == 0
    book.change("docs/reward.md", "# Reward", "# Reward as changed")
    assert press(book.root, "pdf", str(tmp_path / "kept.pdf")).returncode == 0
    for file in (book.root / ".cache").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[:-7] + b"damaged")
    assert press(book.root, "pdf", str(tmp_path / "damaged.pdf")).returncode == 0
    shutil.rmtree(book.root / ".cache")
    assert press(book.root, "pdf", str(tmp_path / "new.pdf")).returncode == 0
    new = (tmp_path / "new.pdf").read_bytes()
    assert new == (tmp_path / "kept.pdf").read_bytes() == (tmp_path / "damaged.pdf").read_bytes()
    assert new != (tmp_path / "first.pdf").read_bytes()


def test_a_table_of_many_columns_stands_sideways(book: BookFolder, tmp_path: Path) -> None:
    head, line = "| " + " | ".join(f"column {n}" for n in range(9)) + " |", "|" + " --- |" * 9
    book.change("docs/training.md", "Formula:", f"{head}\n{line}\n{head}\n\nFormula:")
    assert press(book.root, "pdf", str(tmp_path / "x.pdf")).returncode == 0
    wide = [page for page in PdfReader(tmp_path / "x.pdf").pages if page.mediabox.width > page.mediabox.height]
    assert len(wide) == 1 and "column 8" in wide[0].extract_text()


def test_an_at_sign_that_begins_no_citation_stays_a_sign(book: BookFolder, tmp_path: Path) -> None:
    book.change("docs/training.md", "Formula:", "Write to @someone or look at pass@1.\n\nFormula:")
    assert press(book.root, "pdf", str(tmp_path / "x.pdf")).returncode == 0
    shown = " ".join(page.extract_text() for page in PdfReader(tmp_path / "x.pdf").pages)
    assert "@someone" in shown and "pass@1" in shown


def test_a_chapter_alone_keeps_its_number_and_its_own_references(book: BookFolder, tmp_path: Path) -> None:
    out = tmp_path / "reward.pdf"
    done = press(book.root, "pdf", str(out), "--chapter", "reward")
    assert done.returncode == 0, done.stderr
    text = "\n".join(page.extract_text() for page in PdfReader(out).pages)
    assert "2 Reward" in text and "Formula:" not in text and "All works" not in text


def test_a_chapter_that_is_not_there_names_the_nearest(book: BookFolder, tmp_path: Path) -> None:
    done = press(book.root, "pdf", str(tmp_path / "x.pdf"), "--chapter", "rewards")
    assert done.returncode == 1
    assert done.stderr.strip() == "mkdocs.yml:1: no chapter 'rewards' in the navigation; did you mean 'reward'?"
    assert not (tmp_path / "x.pdf").exists()


def test_a_draft_has_numbered_lines_and_says_that_it_is_one(book: BookFolder, tmp_path: Path) -> None:
    for form, options in (("plain", ()), ("draft", ("--draft",))):
        assert press(book.root, "pdf", str(tmp_path / f"{form}.pdf"), "--chapter", "training", *options).returncode == 0
    plain, draft = (
        "\n".join(page.extract_text() for page in PdfReader(tmp_path / f"{form}.pdf").pages)
        for form in ("plain", "draft")
    )
    assert "DRAFT" in draft and "DRAFT" not in plain
    assert len(re.findall(r"\b\d{1,2}\b", draft)) > len(re.findall(r"\b\d{1,2}\b", plain)) + 5


class TestArxiv:
    def test_the_source_has_what_arxiv_takes_and_no_path_of_this_machine(self, made: Callable) -> None:
        with tarfile.open(made("arxiv")) as tar:
            names = tar.getnames()
            texts = {name: tar.extractfile(name).read().decode() for name in names if not name.endswith(".pdf")}
        assert {"main.tex", "main.bbl", "refs.bib"} <= set(names)
        assert not [name for name in names if name.startswith("/") or ".." in name]
        used = set(re.findall(r"\\includegraphics(?:\[.*?\])?\{([^}]+)\}", texts["main.tex"]))
        assert used and used <= set(names)
        for name, text in texts.items():
            assert str(ROOT) not in text and "/tmp/" not in text and "write18" not in text, name
        cited = set(re.findall(r"\\cite(?!text)\w*(?:\[[^\]]*\])*\{([^{}\\]+)\}", texts["main.tex"]))
        keys = {key.strip() for group in cited for key in group.split(",")}
        assert keys <= set(re.findall(r"^\\bibitem\[.*\]\{(.+)\}$", texts["main.bbl"], re.MULTILINE))

    def test_labels_are_those_of_the_pdf(self, made: Callable) -> None:
        with tarfile.open(made("arxiv")) as tar:
            bbl = tar.extractfile("main.bbl").read().decode()
        assert re.search(r"^\\bibitem\[\{Jin et al\.\}\(2025\w?\)\]\{jin2025searchr1\}$", bbl, re.MULTILINE)

    @pytest.mark.skipif(not shutil.which("latexmk"), reason="TeX is not installed")
    def test_the_source_compiles_without_shell_escape_and_holds_the_book(self, made: Callable, tmp_path: Path) -> None:
        with tarfile.open(made("arxiv")) as tar:
            tar.extractall(tmp_path, filter="data")
        command = ["latexmk", "-pdf", "-bibtex-", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error"]
        done = subprocess.run([*command, "main.tex"], cwd=tmp_path, capture_output=True, text=True, timeout=300)
        log = (tmp_path / "main.log").read_text("utf-8", errors="replace")
        assert done.returncode == 0, re.findall(r"^!.*", log, re.MULTILINE)
        assert "undefined" not in log and "Missing character" not in log
        text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "main.pdf").pages)
        assert "??" not in text and missing(text) == []


class TestEpub:
    def test_it_holds_the_book_with_mathml_cover_and_contents(self, made: Callable) -> None:
        with zipfile.ZipFile(made("epub")) as book:
            names = book.namelist()
            pages = {name: book.read(name).decode() for name in names if name.endswith(".xhtml")}
            assert 'properties="cover-image"' in book.read("EPUB/content.opf").decode()
        assert names[0] == "mimetype"
        nav = next(text for name, text in pages.items() if name.endswith("nav.xhtml"))
        assert "Reward and credit assignment" in nav
        text = re.sub(r"<code.*?</code>", "", "\n".join(pages.values()), flags=re.DOTALL)
        assert "<math" in text and "[@" not in text and "{{" not in text
        assert missing(re.sub(r"<[^>]+>", "", text)) == []

    @pytest.mark.skipif(not EPUBCHECK or not shutil.which("java"), reason="EPUBCheck is not installed")
    def test_epubcheck_finds_nothing(self, made: Callable) -> None:
        done = subprocess.run(["java", "-jar", str(EPUBCHECK), str(made("epub"))], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "0 fatals / 0 errors / 0 warnings" in done.stdout + done.stderr


class TestDocx:
    def test_it_has_headings_formulas_pictures_and_a_bibliography_with_the_book_in_it(self, made: Callable) -> None:
        with zipfile.ZipFile(made("docx")) as book:
            body = book.read("word/document.xml").decode()
            pictures = [name for name in book.namelist() if name.startswith("word/media/")]
        assert 'w:val="Heading1"' in body and "<m:oMath>" in body and 'w:val="Bibliography"' in body
        assert len(pictures) > 20 and all(name.endswith(".png") for name in pictures)
        text = re.sub(r"<[^>]+>", "", body)
        assert missing(text) == []


@pytest.mark.parametrize("hosted", ["", "https://survey.example/"])
def test_a_link_to_a_page_that_is_not_printed_leads_to_the_site(book: BookFolder, tmp_path: Path, hosted: str) -> None:
    book.change("mkdocs.yml", 'site_url: !ENV [SITE_URL, ""]', f'site_url: "{hosted}"')
    book.write("docs/aside.md", "# Aside\n\nNot in the navigation.\n")
    book.change("docs/reward.md", "The works stand in", "See [the aside](aside.md). The works stand in")
    done = press(book.root, "pdf", str(tmp_path / "book.pdf"))
    assert done.returncode == 0, done.stderr
    actions = [
        note.get_object().get("/A", {})
        for page in PdfReader(tmp_path / "book.pdf").pages
        for note in page.get("/Annots", ())
    ]
    assert ("https://survey.example/aside/" in [action.get("/URI") for action in actions]) == bool(hosted)


def test_a_link_that_leads_nowhere_in_the_whole_book_is_an_error(book: BookFolder, tmp_path: Path) -> None:
    book.change("docs/training.md", "Formula:", "[x](#nowhere-at-all){.y} Formula:")
    done = press(book.root, "epub", str(tmp_path / "x.epub"))
    assert done.returncode == 1 and "Traceback" not in done.stderr


BLOCKS = """

!!! note "Mind the judge"
    It is a model.

??? details "Folded"
    Seen on paper.

=== "First tab"
    Left.

=== "Second tab"
    Right.

A note.[^1] The RLAIF appears.

[^1]: Said below.

*[RLAIF]: reinforcement learning from AI feedback

Term
:   Its meaning.
"""


@pytest.mark.parametrize("form", ["pdf", "epub", "docx", "arxiv"])
def test_what_a_chapter_may_hold_survives_in_each_format(book: BookFolder, tmp_path: Path, form: str) -> None:
    for chapter in ("training", "reward"):  # two chapters with a footnote of the same name
        book.write(f"docs/{chapter}.md", book.read(f"docs/{chapter}.md") + BLOCKS)
    out = tmp_path / f"x.{form}"
    done = press(book.root, form, str(out))
    assert done.returncode == 0, done.stderr
    if form == "pdf":
        text = " ".join(page.extract_text() for page in PdfReader(out).pages)
    elif form == "arxiv":
        with tarfile.open(out) as tar:
            text = tar.extractfile("main.tex").read().decode()
    else:
        with zipfile.ZipFile(out) as packed:
            text = " ".join(packed.read(n).decode() for n in packed.namelist() if n.endswith((".xhtml", ".xml")))
    shown = loose(text if form == "arxiv" else re.sub(r"<[^>]+>", "", text))
    blocks = ("Mind the judge", "It is a model", "Folded", "Seen on paper", "First tab", "Right")
    for said in (*blocks, "Said below", "Its meaning"):
        assert shown.count(loose(said)) >= 2, said
    assert "!!!" not in text and "???" not in text and '=== "' not in text and "*[RLAIF]" not in text


def test_a_link_to_a_figure_of_another_chapter_leads_to_its_file(book: BookFolder, tmp_path: Path) -> None:
    out = tmp_path / "x.epub"
    assert press(book.root, "epub", str(out)).returncode == 0
    with zipfile.ZipFile(out) as packed:
        text = "".join(packed.read(name).decode() for name in packed.namelist() if "/text/" in name)
    assert re.search(r'href="ch001\.xhtml#training--fig-timeline">Figure 1\.1</a>', text)
