"""What a work is called, and by what it is known: names, titles, numbers."""

from __future__ import annotations

import pytest

from survey.bibtex import Reference, plain
from survey.draft import Draft, author, bibtex, latex, protected, same_work
from survey.identifiers import identify
from survey.problems import Misuse


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("Martin Luther King Jr.", "King, Jr., Martin Luther"),
        ("John Smith III", "Smith, III, John"),
        ("Qingyao Ai", "Ai, Qingyao"),
        ("Meta AI", "{Meta AI}"),
        ("Kimi Team", "{Kimi Team}"),
        ("Team OLMo", "{Team OLMo}"),
    ],
)
def test_a_person_has_a_family_name_and_a_body_none(name: str, written: str) -> None:
    assert author(name) == written


def test_the_name_of_a_body_is_escaped() -> None:
    assert r"{Search \& Find Group}" in bibtex(Draft("Pebble", ("{Search & Find Group}",), "2025"), "a2025pebble")


@pytest.mark.parametrize("title", [r"A \LaTeX Guide", r"The \AA ngstrom"])
def test_a_command_in_a_title_is_not_taken_for_a_word(title: str) -> None:
    assert protected(title) == title


@pytest.mark.parametrize(
    ("title", "shown"), [(r"G\"odel's Machine", "Gödel's Machine"), (r"{\'E}tude \v{s}", "Étude š")]
)
def test_accents_that_arxiv_writes_as_commands_are_kept(title: str, shown: str) -> None:
    assert plain(latex(title)) == shown


def test_a_short_name_is_plain_text_and_never_empty() -> None:
    assert Draft(r"$\tau^2$-Bench: A Test", (), "").name == "τ²-Bench"
    assert Draft(": no name", (), "").name == ": no name"


def _known(title: str) -> Reference:
    from pybtex.database import parse_string

    return Reference("known", 1, "", parse_string(f"@misc{{known, title={{{title}}}}}", "bibtex").entries["known"])


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("Pebble2 Technical Report", "Pebble3 Technical Report"),
        ("A Long Study of Many Pebbles, Part I", "A Long Study of Many Pebbles, Part II"),
        ("石を探す方法について", "本を読む人々のための手引き"),
        ("石を探す方法について", ""),
    ],
)
def test_titles_of_two_works_are_not_taken_for_one(known: str, new: str) -> None:
    assert same_work(Draft(new, (), "2025"), [_known(known)]) is None


def test_a_title_in_another_script_is_known_again() -> None:
    assert same_work(Draft("石を探す方法について", (), ""), [_known("石を探す方法について")])


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("https://doi.org/10.48550/arXiv.2505.15107v2", "arXiv 2505.15107"),
        ("arXiv: 2505.15107", "arXiv 2505.15107"),
        ("https://ar5iv.labs.arxiv.org/html/2505.15107", "arXiv 2505.15107"),
        ("cs.CL/0501001", "arXiv cs/0501001"),
        ("https://dl.acm.org/doi/pdf/10.1145/3442188.3445922", "DOI 10.1145/3442188.3445922"),
        ("https://doi.org/10.1002/%28SICI%291097", "DOI 10.1002/(SICI)1097"),
    ],
)
def test_a_number_is_found_in_what_it_is_written_in(named: str, told: str) -> None:
    assert str(identify(named)) == told


def test_a_number_that_lost_a_digit_is_told() -> None:
    with pytest.raises(Misuse, match="is not an arXiv number"):
        identify("2505.1510")
