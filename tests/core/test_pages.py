"""The page of a work: what stands on it, and in which order."""

from __future__ import annotations

import re

from support import BookFolder
from survey.check import check
from survey.pages import generated_pages

ROW = """
  - work: ada2025seek
    benchmark: quiz
    metric: em
    value: "{value}"
    model: {model}
    environment: {environment}
    setting: {setting}
    where: Table 1
    version: arXiv v2
"""


def _row(value: str, model: str = "Other-7B", environment: str = "live-web", setting: str = "plain") -> str:
    return ROW.format(value=value, model=model, environment=environment, setting=setting)


def _page(book: BookFolder, key: str) -> str:
    found, problems = check(book.root)
    assert problems == () and found is not None
    return generated_pages(found)[f"papers/{key}.md"]()


def _add(book: BookFolder, *rows: str) -> None:
    path = "docs/data/results.yml"
    book.write(path, book.read(path) + "".join(rows))


def test_what_a_reader_wants_first_stands_first(book: BookFolder) -> None:
    headings = re.findall(r"^#+ ([^{\n]+?) *(?:\{.*)?$", _page(book, "ada2025probe"), re.MULTILINE)
    assert headings == [
        "Probe",
        "What it contributes",
        "Where it is discussed",
        "Key facts",
        "Attributes",
        "Reported results",
        "Relations",
        "Cite",
    ]


def test_numbers_of_others_stand_beside_a_works_own_where_environment_and_size_agree(book: BookFolder) -> None:
    _add(book, _row("61.5"))
    page = _page(book, "ada2025probe")
    beside = page.split("### Beside other works")[1].split("## Relations")[0]
    assert "Quiz, EM: live web." in beside and "offline" not in beside
    assert "| **Probe** | 52.0 | Small-7B | top 10; search engine | Table 3, arXiv v1 |" in beside
    assert (
        "| [Seek](../papers/ada2025seek.md)" in beside and "| 61.5 | Other-7B | plain | Table 1, arXiv v2 |" in beside
    )
    assert "(../results/quiz.md#em)" in beside


def test_a_model_of_another_size_another_environment_and_a_baseline_do_not_compare(book: BookFolder) -> None:
    _add(
        book,
        _row("61.5", model="Other-32B"),
        _row("61.6", model="Other"),
        _row("61.7", environment="offline-corpus").replace("    metric", "    system: Baseline\n    metric"),
    )
    assert "Beside other works" not in _page(book, "ada2025probe")


def test_of_many_numbers_those_with_the_same_model_stay_and_the_rest_is_counted(book: BookFolder) -> None:
    rows = [_row(f"6{n}.5", setting=f"try {n}") for n in range(9)]
    _add(book, *rows, _row("71.5", model="Small-7B"))
    beside = _page(book, "ada2025probe").split("### Beside other works")[1]
    assert beside.count("| [Seek]") == 8
    assert "71.5" in beside and "2 more and all baselines" in beside


def test_a_work_that_is_only_listed_is_said_to_be_listed(book: BookFolder) -> None:
    page = _page(book, "field2020quiz")
    assert "In no chapter." in page


def test_a_work_can_be_cited_as_bibtex_and_ris(book: BookFolder) -> None:
    cite = _page(book, "ada2025probe").split("## Cite")[1]
    assert "    ```bibtex\n    @inproceedings{ada2025probe," in cite
    assert "    TY  - " in cite and "\r" not in cite


def test_hostile_text_stays_text(book: BookFolder) -> None:
    book.change("docs/data/papers.yml", "name: Seek", "name: <img src=x onerror=alert(1)>")
    _add(book, _row("61.5", model="<b>-7B", setting="a | b <script>"))
    page = _page(book, "ada2025probe")
    assert "<img" not in page and "<b>-7B" not in page and "<script>" not in page
