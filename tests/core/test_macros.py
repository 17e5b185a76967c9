"""What macros write. Each file of macros/ is one behaviour: a macro, and the Markdown that it gives."""

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_string

from support import SMALL, BookFolder
from survey.catalogue import Catalogue
from survey.chapters import expand
from survey.check import check
from survey.figures.colours import PAPER
from survey.manuscript import Chapter, History, Manuscript
from survey.medium import Print, Screen
from survey.numbering import Numbered, resolve

CASES = sorted((Path(__file__).parent / "macros").glob("*.yml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_macro(case: Path) -> None:
    golden = yaml.safe_load(case.read_text("utf-8"))
    medium = {"screen": Screen, "paper": Print}[golden.get("medium", "screen")](golden.get("page", "reward.md"))
    problems: list = []
    catalogue = Catalogue.load(SMALL)
    chapter = Chapter(golden.get("page", "reward.md"), golden["macro"])
    written = expand(chapter, catalogue, medium, problems, Manuscript.read(SMALL, problems))
    written = resolve(written, chapter.source, {}, medium)
    assert problems == []
    assert written.strip() == golden["gives"].strip()


def test_a_figure_is_an_inline_drawing_with_caption_alternative_and_table() -> None:
    written = expand(
        Chapter("training.md", '{{ figure("timeline") }}'), Catalogue.load(SMALL), Screen("training.md"), []
    )
    assert "<svg" in written and 'href="../papers/ada2025probe/"' in written
    assert "<title>Probe. Training, 12 March 2025</title>" in written
    assert 'aria-label="Timeline of 3 listings on 2 axes, March 2025 to May 2025"' in written
    assert "| March 2025 | [Probe](papers/ada2025probe.md) | [Probe](papers/ada2025probe.md) |" in written
    assert "vega.github.io" not in written


def test_the_map_of_the_axes_leads_to_the_chapters_and_counts_their_works() -> None:
    map_of_axes = '{{ figure("axes") }}'
    written = expand(Chapter("index.md", map_of_axes), Catalogue.load(SMALL), Screen("index.md"), problems := [])
    assert problems == []
    assert '<a href="training/" aria-label="A. Training, 1 work. When learning happens.">' in written
    assert '<a href="reward/" aria-label="B. Reward, 2 works. What earns a reward.">' in written
    assert "| Reward | 2 | What earns a reward. |" in written
    assert written.count("<polyline") == 1  # from reward to training; the other ends of arrows are not in this book
    elsewhere = expand(Chapter("training.md", map_of_axes), Catalogue.load(SMALL), Screen("training.md"), [])
    assert '<a href="../reward/"' in elsewhere


def test_the_survey_cites_itself_with_what_is_known(book: BookFolder) -> None:
    book.change("mkdocs.yml", "authors: []", "authors: [Anna Ada, Boris Bell]")
    history = History("abc1234", dt.date(2025, 8, 2))
    chapter, manuscript = Chapter("index.md", "{{ cite_survey() }}"), Manuscript.read(book.root, [], history)
    written = expand(chapter, Catalogue.load(book.root), Screen("index.md"), [], manuscript)
    entry = parse_string(written.removeprefix("```bibtex").removesuffix("```"), "bibtex").entries["deepresearchsurvey"]
    assert [str(person) for person in entry.persons["author"]] == ["Ada, Anna", "Bell, Boris"]
    assert entry.fields["year"] == "2025" and "version abc1234 of 2 August 2025" in entry.fields["note"]
    assert "url" not in entry.fields
    bare = expand(chapter, Catalogue.load(SMALL), Screen("index.md"), [], Manuscript.read(SMALL, []))
    assert "author" not in bare and "year" not in bare and "version" not in bare


def test_a_figure_on_paper_is_a_drawing_beside_the_text() -> None:
    drawings: dict[str, str] = {}
    written = expand(
        Chapter("training.md", '{{ figure("timeline") }}'),
        Catalogue.load(SMALL),
        Print("training.md", drawings=drawings),
        [],
    )
    assert written.startswith("![") and "(timeline.svg)" in written
    assert drawings["timeline.svg"].startswith("<svg") and "var(--" not in drawings["timeline.svg"]


PAIR = """{{ figure("pairs", name="web", before="local corpus", after="live web", caption="One system, two settings",
  rows=[{"label": "Search at test time", "work": "ada2025probe", "benchmark": "quiz",
   "before": {"environment": "offline-corpus"}, "after": {"environment": "live-web"}}]) }}"""


def test_a_figure_of_pairs_says_both_numbers_as_printed() -> None:
    written = expand(Chapter("training.md", PAIR), Catalogue.load(SMALL), Screen("training.md"), problems := [])
    assert problems == []
    assert "Probe: 0.410 → 52.0" in written and "<title>Search at test time, live web: 52.0</title>" in written
    assert (
        "| Search at test time | [Probe](papers/ada2025probe.md) | 0.410 (Small-7B, local corpus, top 3) "
        "| 52.0 (Small-7B, search engine) |" in written
    )
    assert "One system, two settings. Open: local corpus; filled: live web." in written


def test_a_matrix_counts_a_work_in_every_cell_that_it_fits_and_what_is_not_reported() -> None:
    macro = '{{ figure("matrix", axis="reward", rows="rewards", columns="learning") }}'
    written = expand(Chapter("training.md", macro), Catalogue.load(SMALL), Screen("training.md"), problems := [])
    assert problems == []
    table = written.split("The figure as a table")[1]
    assert "| Reward given for | online RL | no training |" in table
    counts = re.sub(r"\[(\d+)\]\([^)]*\)", r"\1", table)
    assert "| outcome | 1 | 0 |" in counts and "| step | 1 | 0 |" in counts and "| not reported | 0 | 1 |" in counts


def test_a_diagram_has_the_colours_of_its_medium_and_says_in_words_what_it_shows() -> None:
    drawings: dict[str, str] = {}
    book, chapter = Manuscript.read(SMALL, []), Chapter("training.md", '{{ figure("loop") }}')
    shown = expand(chapter, Catalogue.load(SMALL), Screen("training.md"), [], book)
    assert 'aria-label="Two boxes, ask and ask again, with an arrow between them."' in shown
    assert "An agent asks twice." in shown and "var(--axis-reward)" in shown and "<desc>" not in shown
    expand(chapter, Catalogue.load(SMALL), Print("training.md", drawings=drawings), [], book)
    assert PAPER["axis-reward"] in drawings["loop.svg"] and "var(--" not in drawings["loop.svg"]


def test_figures_and_tables_are_numbered_by_chapter_and_referred_to_from_any(book: BookFolder) -> None:
    book.change(
        "docs/reward.md",
        "## Who judges",
        'See {{ ref("fig-loop") }} and {{ ref("tbl-compare-reward") }}.\n\n## Who judges',
    )
    found, problems = check(book.root)
    assert problems == ()
    assert found.numbers["fig-timeline"] == Numbered("training.md", "Figure 1.1")
    assert found.numbers["fig-loop"] == Numbered("training.md", "Figure 1.2")
    chapter = found.manuscript.chapter("reward.md")
    for medium in (Screen("reward.md"), Print("reward.md")):
        text = expand(chapter, found.catalogue, medium, [], found.manuscript)
        text = resolve(text, "reward.md", found.numbers, medium)
        assert "See [Figure 1.2](training.md#fig-loop) and [Table 2.1](reward.md#tbl-compare-reward)." in text
        assert "**Table 2.1.** Reward: the 2 listed works compared" in text
