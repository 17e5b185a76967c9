"""The catalogue as the book asks it."""

import datetime as dt

import pytest

from support import ROOT, SMALL
from survey.catalogue import Catalogue
from survey.problems import Unknown


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return Catalogue.load(SMALL)


def test_works_of_an_axis_come_oldest_first(small: Catalogue) -> None:
    assert [work.key for work in small.select("reward")] == ["ada2025probe", "ada2025seek"]


def test_a_work_on_two_axes_is_selected_on_both(small: Catalogue) -> None:
    assert "ada2025probe" in [work.key for work in small.select("training")]


def test_a_work_is_dated_by_the_day_it_became_public(small: Catalogue) -> None:
    assert small.work("ada2025probe").date == dt.date(2025, 3, 12)
    assert small.work("field2020quiz").date == dt.date(2020, 1, 1)


def test_latex_in_names_and_titles_is_read_as_text(small: Catalogue) -> None:
    reference = small.work("field2020quiz").reference
    assert reference.title == "Quiz: Questions with Ümläuts"
    assert reference.short_authors == "Field and Gödel"


def test_an_unknown_value_names_the_nearest(small: Catalogue) -> None:
    with pytest.raises(Unknown) as error:
        small.select("reward", algorithms="gpro")
    assert error.value.meant == "grpo"


def test_nothing_in_the_core_imports_the_generator_or_the_converter() -> None:
    for file in (ROOT / "hooks" / "survey").glob("*.py"):
        text = file.read_text("utf-8")
        for name in ("mkdocs", "pypandoc", "typst"):
            assert f"import {name}" not in text and f"from {name}" not in text, file


def test_no_adapter_imports_another() -> None:
    adapters = {"cli", "macros", "press", "site", "successor"}
    for file in (ROOT / "hooks").glob("*.py"):
        for line in file.read_text("utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]):
                assert words[1].split(".")[0] not in adapters, f"{file}: {line}"
