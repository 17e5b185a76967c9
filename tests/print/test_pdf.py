"""The printed book, opened and read back."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
import typst
from pypdf import PdfReader
from pypdf.generic import IndirectObject

import press
from support import ROOT, BookFolder
from survey.catalogue import Catalogue
from survey.manuscript import reading_order


@pytest.fixture(scope="module")
def pdf() -> PdfReader:
    return PdfReader(ROOT / "site" / "survey.pdf")


@pytest.fixture(scope="module")
def text(pdf: PdfReader) -> str:
    return _text(pdf)


def _text(pdf: PdfReader) -> str:
    pages = "\n".join(page.extract_text() for page in pdf.pages)
    return re.sub(r"\s+", " ", pages.replace("\u00ad", "").replace("-\n", ""))


def _loose(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def test_the_pdf_has_a_title_page_with_the_version_and_contents(pdf: PdfReader) -> None:
    first = pdf.pages[0].extract_text()
    assert "Deep Research Systems: A Survey" in re.sub(r"\s+", " ", first)
    assert re.search(r"\d{1,2} \w+ 20\d\d, version [0-9a-f]{7,}", first), first
    assert "Contents" in pdf.pages[1].extract_text()


def test_the_title_page_of_a_hosted_book_leads_to_it(book: BookFolder) -> None:
    assert book.run("build", SITE_URL="https://example.org/my_survey/").returncode == 0
    page = PdfReader(book.root / "site" / "survey.pdf").pages[0]
    assert "https://example.org/my_survey/" in page.extract_text()
    assert [link.get_object()["/A"]["/URI"] for link in page["/Annots"]] == ["https://example.org/my_survey/"]


def test_every_chapter_is_in_the_pdf_and_in_its_bookmarks(pdf: PdfReader) -> None:
    def flat(items: list) -> list[str]:
        return [title for item in items for title in (flat(item) if isinstance(item, list) else [item.title])]

    titles = " ".join(flat(pdf.outline))
    for source in reading_order(ROOT / "mkdocs.yml")[1:]:
        heading = re.search(r"^# (.+)$", (ROOT / "docs" / source).read_text("utf-8"), re.MULTILINE)[1]
        assert heading in titles, source


def test_every_listed_work_and_what_it_contributes_is_in_the_pdf(text: str) -> None:
    loose = _loose(text)
    for work in Catalogue.load(ROOT).works.values():
        assert _loose(work.name) in loose, work.key
        assert _loose(work.reference.title)[:60] in loose, work.key
        for axis, sentence in work.paper.axes.items():
            assert _loose(sentence)[-50:] in loose, (work.key, axis)


def test_every_row_of_the_results_is_in_the_pdf_where_a_chapter_shows_them(small_site: BookFolder) -> None:
    text = _text(PdfReader(small_site.root / "site" / "survey.pdf"))
    for row in Catalogue.load(small_site.root).reported(benchmark="quiz", metric="em"):
        assert row.value in text and _loose(row.where) in _loose(text), row


def test_nothing_raw_is_left_in_the_pdf(text: str) -> None:
    for raw in ("[@", "??", "{{", "full_bibliography", "<span", "<div", "markdown=", "{.term}"):
        for place in re.finditer(re.escape(raw), text):
            around = text[max(0, place.start() - 60) : place.end() + 60]
            # The contributing chapter shows how macros and citations are written.
            assert raw in ("[@", "{{") and re.search(r"cite|axis=|value|works as|\{\{ \w+\(", around, re.I), around


def test_there_is_one_bibliography_with_a_live_link_for_every_work(pdf: PdfReader) -> None:
    links = set()
    for page in pdf.pages:
        for annotation in page.get("/Annots") or ():
            action = annotation.get_object().get("/A")
            if action is not None and "/URI" in action.get_object():
                links.add(action.get_object()["/URI"])
    for work in Catalogue.load(ROOT).works.values():
        reference = work.reference
        known = {reference.url, reference.text("url"), f"https://doi.org/{reference.text('doi')}"}
        assert known & links, work.key
    last = next(item for item in pdf.outline if not isinstance(item, list) and item.title.endswith("Bibliography"))
    begin = pdf.get_destination_page_number(last)
    listed = _loose(" ".join(page.extract_text() for page in pdf.pages[begin:]))
    once = next(iter(Catalogue.load(ROOT).works.values())).reference.title
    assert listed.count(_loose(once)) == 1


def test_internal_links_lead_somewhere(pdf: PdfReader) -> None:
    internal = 0
    for page in pdf.pages:
        for annotation in page.get("/Annots") or ():
            target = annotation.get_object()
            destination = target.get("/Dest") or (target.get("/A") or {}).get("/D")
            if destination is None:
                continue
            internal += 1
            named = pdf.named_destinations
            assert isinstance(destination, (list, IndirectObject)) or str(destination) in named, destination
    assert internal > 200


def test_every_link_within_the_book_leads_to_the_very_place_where_typst_would_lead_it(
    book: BookFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "book.typ"
    monkeypatch.setenv("SURVEY_KEEP_TYPST", str(source))
    document = press.document(book.root)
    made = PdfReader(BytesIO(press.pdf(document)))
    for name, drawing in document.drawings.items():
        (tmp_path / name).write_text(drawing, "utf-8")
    # The same book with true links to labels, and without the last page, which names the places.
    written = source.read_text("utf-8").partition("// The last page is not printed")[0]
    true, count = re.subn(r'#link\("place:([^"]+)"\)', r"#link(<\1>)", written)
    assert count > 15 and true != written
    source.write_text(true, "utf-8")
    plain = PdfReader(BytesIO(typst.compile(str(source), font_paths=press.FONTS, ignore_system_fonts=True)))
    assert len(made.pages) == len(plain.pages) and made.page_labels == plain.page_labels
    assert _links(made) == _links(plain)
    assert _bookmarks(made, made.outline) == _bookmarks(plain, plain.outline)
    assert _tags(made.root_object["/StructTreeRoot"]) == _tags(plain.root_object["/StructTreeRoot"])


def _links(pdf: PdfReader) -> list[tuple]:
    """Of each link: its page, where it stands, where it leads, what it is called, and its place among the tags."""
    found = []
    for number, page in enumerate(pdf.pages):
        for link in (annotation.get_object() for annotation in page.get("/Annots") or ()):
            to = link.get("/Dest")
            if to is None:
                where = link["/A"]["/URI"]
            elif isinstance(to, str):
                named = pdf.named_destinations[to]
                where = (pdf.get_destination_page_number(named), named.left, named.top)
            else:
                target, _, left, top, _ = to.get_object()
                where = (pdf.get_page_number(target.get_object()), left, top)
            rectangle = [round(float(side), 2) for side in link["/Rect"]]
            found.append((number, rectangle, where, link["/Contents"], link["/StructParent"]))
    return found


def _bookmarks(pdf: PdfReader, outline: list) -> list:
    return [
        _bookmarks(pdf, item)
        if isinstance(item, list)
        else (item.title, pdf.get_destination_page_number(item), item.top)
        for item in outline
    ]


def _tags(element: dict) -> list:
    """What a tag holds: its kind, its alternative text, and the same of the tags within it."""
    inner = element.get("/K", [])
    tags = [
        held for one in (inner if isinstance(inner, list) else [inner]) if isinstance(held := one.get_object(), dict)
    ]
    return [element.get("/S", element.get("/Type")), element.get("/Alt"), *map(_tags, tags)]


def test_all_fonts_are_embedded(pdf: PdfReader) -> None:
    for page in pdf.pages[:20]:
        for font in (page["/Resources"].get("/Font") or {}).values():
            font = font.get_object()
            for face in font.get("/DescendantFonts", [font]):
                descriptor = face.get_object()["/FontDescriptor"].get_object()
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & descriptor.keys(), font


def test_no_glyph_is_missing(pdf: PdfReader) -> None:
    # A character that no font has is set as the glyph 0; codes have two bytes.
    for number, page in enumerate(pdf.pages, 1):
        for shown in re.findall(rb"\(((?:\\.|[^\\()])*)\)", page.get_contents().get_data(), re.DOTALL):
            codes = re.sub(rb"\\([0-7]{3}|.)", _unescaped, shown, flags=re.DOTALL)
            assert all(codes[at : at + 2] != b"\0\0" for at in range(0, len(codes), 2)), f"page {number}: {shown!r}"


def _unescaped(escape: re.Match[bytes]) -> bytes:
    written = escape[1]
    return (
        bytes([int(written, 8)])
        if len(written) == 3
        else {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(written, written)
    )


def test_pages_are_a4_and_numbered_by_chapter(pdf: PdfReader, text: str) -> None:
    box = pdf.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert "1 Introduction" in text


def test_html_that_paper_cannot_show_is_an_error_and_not_silence(book: BookFolder) -> None:
    with pytest.raises(RuntimeError, match="HTML that cannot be printed"):
        press.pandoc(press.document(book.root), "<video src='x.mp4'></video>", "typst")
