"""Building: everything or nothing, and every mistake told."""

import os
import re

import pytest

from support import ROOT, BookFolder, files_of


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("docs/data/papers.yml", "kind: method", "kind: [method", "docs/data/papers.yml:4: broken YAML"),
        ("refs.bib", "{2505.00002}", "{25.2}", "refs.bib:17: 'ada2025seek': '25.2' is not an arXiv"),
        ("docs/reward.md", '"quiz", metric', '"quizz", metric', "docs/reward.md:23: unknown benchmark 'quizz'"),
        ("docs/index.md", "reward.md#who-judges", "reward.md#nobody", "docs/index.md:3: no section 'nobody'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_leaves_the_site_as_it_was(
    book: BookFolder, path: str, old: str, new: str, told: str
) -> None:
    assert book.run("build").returncode == 0
    before = files_of(book.root / "site")
    book.change(path, old, new)
    done = book.run("build")
    assert done.returncode == 1
    assert told in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert files_of(book.root / "site") == before
    assert not [entry for entry in os.listdir(book.root) if entry.startswith(".site")]


def test_check_prints_every_problem_and_builds_nothing(book: BookFolder) -> None:
    book.change("docs/data/papers.yml", "[grpo]", "[gpro]")
    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    done = book.run("check")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "docs/data/papers.yml:12: ada2025probe: unknown value 'gpro' of 'algorithms'; did you mean 'grpo'?",
        "docs/reward.md:8: unknown citation key 'ada2025sekk'; did you mean 'ada2025seek'?",
    ]
    assert not (book.root / "site").exists()


def test_check_says_so_when_there_is_nothing_to_say(book: BookFolder) -> None:
    done = book.run("check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no problems" in done.stderr


def test_mkdocs_by_itself_refuses_a_broken_book_too(book: BookFolder) -> None:
    import subprocess
    import sys

    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(book.root / "mkdocs.yml")],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 1
    assert "docs/reward.md:8: unknown citation key 'ada2025sekk'" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_failing_pdf_leaves_the_site_as_it_was(book: BookFolder) -> None:
    assert book.run("build").returncode == 0
    before = files_of(book.root / "site")
    book.change("docs/index.md", "What is asked", "What, then, is asked")
    done = book.run("build", PYPANDOC_PANDOC="/nonexistent/pandoc")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert files_of(book.root / "site") == before


def test_generated_pages_stay_out_of_the_navigation(small_site: BookFolder) -> None:
    nav = re.search(r'<nav class="md-nav md-nav--primary".*?</nav>', small_site.page("reward"), re.DOTALL)[0]
    assert "ada2025probe" not in nav
    assert (small_site.root / "site" / "papers" / "ada2025probe" / "index.html").is_file()


def test_data_and_bibliography_are_published_with_the_site(small_site: BookFolder) -> None:
    for name in ("refs.bib", "data/papers.yml", "data/taxonomy.yml", "data/results.yml", "data/benchmarks.yml"):
        source = small_site.root / (name if name == "refs.bib" else f"docs/{name}")
        assert (small_site.root / "site" / name).read_bytes() == source.read_bytes()


def test_formulas_of_several_lines_are_set_in_lines(book: BookFolder) -> None:
    book.change(
        "docs/training.md",
        r"\hat{A}_i = \frac{r_i - \mu}{\sigma}",
        "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}",
    )
    assert book.run("build").returncode == 0
    formula = book.page("training").split('class="formula"')[1].split("</div>")[0]
    assert formula.count("<mtr>") == 2 and "&amp;" not in formula


def test_a_formula_has_its_number_beside_it_and_is_linked_by_it(small_site: BookFolder) -> None:
    page = small_site.page("training")
    assert '<div class="equation" id="eq-group">' in page and '<span class="number">(1.1)</span>' in page
    assert 'href="./#eq-group">Equation 1.1</a>' in page


def test_captions_have_numbers_and_references_lead_to_them(small_site: BookFolder) -> None:
    page = small_site.page("reward")
    assert "<strong>Table 2.1.</strong> Reward: the 2 listed works compared" in page
    assert 'href="./#tbl-compare-reward">Table 2.1</a>' in page
    assert 'href="../training/#fig-timeline">Figure 1.1</a>' in page


def test_a_theme_that_brings_a_script_of_its_own_into_the_page_is_refused(book: BookFolder) -> None:
    for name in ("main.html", "404.html"):
        book.write(f"theme/{name}", (ROOT / "hooks" / "theme" / name).read_text("utf-8"))
    book.write("theme/partials/top.html", "<script>track(location)</script>")
    book.change("mkdocs.yml", "custom_dir: hooks/theme", "custom_dir: theme")
    done = book.run("build")
    assert done.returncode == 1 and not (book.root / "site").exists()
    told = done.stdout + done.stderr
    assert re.search(r"docs/.*\.md: the policy of this page and \d+ more blocks <script>track\(location\)", told)
    assert "Traceback" not in told
