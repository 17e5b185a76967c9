"""Citations on the site, and the traps of mkdocs-bibtex that the book stays clear of."""

import re
from pathlib import Path

from support import BookFolder


def test_a_citation_shows_author_and_year_and_leads_to_the_reference(small_site: BookFolder) -> None:
    page = small_site.page("reward")
    assert re.search(
        r'<a class="citation footnote-ref" id="cite-ada2025probe-1" href="#ref-ada2025probe">'
        r"Ada et al., 2025a</a>",
        page,
    )
    assert re.search(r'<li id="ref-ada2025probe">', page)


def test_the_reference_leads_back_to_every_citation(small_site: BookFolder) -> None:
    page = small_site.page("reward")
    cited = re.findall(r'id="(cite-ada2025probe-\d+)"', page)
    assert len(cited) > 2
    assert len(set(cited)) == len(cited), "an id stands once in a page"
    assert set(cited) == set(re.findall(r'class="backref" href="#(cite-ada2025probe-\d+)"', page))


def test_a_citation_keeps_prefix_and_locator(small_site: BookFolder) -> None:
    text = re.sub(r"<[^>]+>", "", small_site.page("reward"))
    assert "asks twice (Ada et al., 2025a, sec. 3.2; see Ada et al., 2025b)" in text


def test_a_citation_over_two_lines_is_set(small_site: BookFolder) -> None:
    assert "(Ada et al., 2025a, Table 3)" in re.sub(r"<[^>]+>", "", small_site.page("reward"))


def test_the_same_year_has_the_same_letter_on_every_page(small_site: BookFolder) -> None:
    # Each page cites one of the two works of 2025 by the same first author; alone it would have no letter.
    small = {
        name: set(re.findall(r'href="#ref-([^"]+)">[^<]*(2025\w)</a>', small_site.page(name)))
        for name in ("reward", "")
    }
    assert small[""] == {("ada2025seek", "2025b")}
    assert ("ada2025seek", "2025b") in small["reward"]


def test_no_nocase_leaks_and_braced_names_keep_their_capitals(small_site: BookFolder) -> None:
    for file in (small_site.root / "site").rglob("*.html"):
        assert "nocase" not in file.read_text("utf-8"), file
    assert "Probe: Asking the RLAIF Judge Twice" in small_site.page("reward").split('id="references"')[1]


def test_a_citation_in_code_stays_as_it_is_written(small_site: BookFolder) -> None:
    code = "".join(re.findall(r"<code.*?</code>", small_site.page("reward"), re.DOTALL))
    text = re.sub(r"<[^>]+>", "", code)
    assert "[@ada2025probe]" in text and "[@nobody]" in text


def test_nothing_raw_is_left_on_any_page(small_site: BookFolder) -> None:
    for file in (small_site.root / "site").rglob("*.html"):
        text = re.sub(r"<code.*?</code>", "", file.read_text("utf-8"), flags=re.DOTALL)
        for raw in ("[@", "[^", "{{", "{%", "\\full_bibliography", *map(chr, range(0xE040, 0xE060))):
            assert raw not in text, f"{raw!r} in {file}"


def test_an_entry_without_a_field_of_its_style_is_an_error_and_not_a_hole(book: BookFolder) -> None:
    book.change("refs.bib", "@misc{ada2025seek", "@article{ada2025seek")
    done = book.run("build")
    assert done.returncode == 1
    assert "refs.bib:12: 'ada2025seek': @article has no journal" in done.stdout


def test_a_missing_key_is_an_error_with_its_line_and_not_a_log_line(book: BookFolder) -> None:
    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    done = book.run("build")
    assert done.returncode == 1
    assert "docs/reward.md:8: unknown citation key 'ada2025sekk'; did you mean 'ada2025seek'?" in done.stdout


def test_the_references_are_styled_once_for_the_site_and_once_for_the_pdf_and_then_kept(
    book: BookFolder, tmp_path: Path
) -> None:
    import pypandoc

    log, fake = tmp_path / "log", tmp_path / "pandoc"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {pypandoc.get_pandoc_path()} "$@"\n')
    fake.chmod(0o755)
    assert book.run("build", PYPANDOC_PANDOC=str(fake)).returncode == 0
    assert 1 <= log.read_text().count("--citeproc") <= 2  # one of the two may find what the other has kept
    log.write_text("")
    book.change("docs/index.md", "asked twice", "asked thrice")
    assert book.run("build", PYPANDOC_PANDOC=str(fake)).returncode == 0
    assert "--citeproc" not in log.read_text()


def test_the_bibliography_holds_every_work_once(small_site: BookFolder) -> None:
    page = small_site.page("bibliography")
    assert sorted(re.findall(r'<li id="ref-([^"]+)"', page)) == ["ada2025probe", "ada2025seek", "field2020quiz"]


def test_a_generated_page_shows_how_to_cite_and_holds_no_citation(small_site: BookFolder) -> None:
    page = small_site.page("papers/ada2025probe")
    assert "<code>[@ada2025probe]</code>" in page
    assert (
        "<code>Anna Ada, Boris Bell, and Chris Cole (2025a). Probe: Asking the RLAIF Judge Twice." in page
        and "\ue053" not in page
    )
    assert 'id="references"' not in page and 'class="citation' not in page
