"""The live preview: a saved edit shows at once; a mistake shows in the page until it is mended."""

import json
import re
import time
import urllib.request

from support import BookFolder


def _get(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()


def _shows(address: str, page: str, text: str, seconds: float = 20) -> bool:
    deadline = time.time() + seconds
    while time.time() < deadline:
        if text in _get(f"{address}/{page}"):
            return True
        time.sleep(0.05)
    return False


def test_an_edit_to_a_chapter_to_the_data_and_to_the_bibliography_shows(book: BookFolder, served: str) -> None:
    assert _shows(served, "reward/", "asks twice")
    book.change("docs/reward.md", "asks twice", "asks three times")
    assert _shows(served, "reward/", "asks three times")
    book.change("docs/data/papers.yml", "Pays the lower of two scores", "Pays the higher of two scores")
    assert _shows(served, "reward/", "Pays the higher of two scores")
    assert _shows(served, "papers/ada2025probe/", "Pays the higher of two scores")
    book.change("refs.bib", "{Seek}: A Second Look", "{Seek}: A Third Look")
    assert _shows(served, "papers/ada2025seek/", "Seek: A Third Look")
    assert _shows(served, "bibliography/", "Seek: A Third Look")


def test_an_edit_while_the_first_build_runs_is_not_lost(book: BookFolder, served: str) -> None:
    book.change("docs/reward.md", "asks twice", "asks three times")
    assert "built in" not in book.read("log")
    assert _shows(served, "reward/", "asks three times")


def test_a_number_that_changes_in_one_chapter_changes_where_others_refer_to_it(book: BookFolder, served: str) -> None:
    book.change("docs/reward.md", "The works stand in", 'See {{ eq("group") }}.\n\nThe works stand in')
    assert _shows(served, "reward/", ">Equation 1.1<") or _shows(served, "reward/", ">Equation 2.1<")
    number = re.search(r">Equation (\d\.)1<", _get(f"{served}/reward/"))[1]
    book.change("docs/training.md", "Formula:", "$$\nx = y\n$$ {#eq-other}\n\nFormula:")
    assert _shows(served, "reward/", f">Equation {number}2<")


def test_only_what_an_edit_changes_is_built_again_and_soon(book: BookFolder, served: str) -> None:
    untouched = re.search(r"livereload\((\d+)", _get(f"{served}/training/"))
    assert untouched, "the page reloads by itself"
    book.change("docs/reward.md", "asks twice", "asks three times")
    assert _shows(served, "reward/", "asks three times")
    took = [float(seconds) for seconds in re.findall(r"built in ([\d.]+) s", book.read("log"))]
    assert len(took) == 2 and took[1] < took[0] / 2, took
    found = {entry["location"] for entry in json.loads(_get(f"{served}/search/whole_index.json"))["docs"]}
    assert {"reward/", "training/", "papers/ada2025seek/"} <= found, "search still knows every page"


def test_a_mistake_is_told_in_the_page_with_file_and_line_and_heals(book: BookFolder, served: str) -> None:
    book.change("docs/data/papers.yml", "kind: method", "kind: [method")
    assert _shows(served, "reward/", "docs/data/papers.yml:4: broken YAML")
    assert "livereload" in _get(f"{served}/reward/"), "the page with the problems reloads too"
    assert "docs/data/papers.yml:4: broken YAML" in book.read("log") and "Traceback" not in book.read("log")
    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    book.change("docs/data/papers.yml", "kind: [method", "kind: method")
    assert _shows(served, "papers/ada2025probe/", "docs/reward.md:8: unknown citation key &#x27;ada2025sekk&#x27;")
    book.change("docs/reward.md", "see @ada2025sekk", "see @ada2025seek")
    assert _shows(served, "reward/", "asks twice")


def test_a_book_that_is_broken_from_the_start_is_served_as_its_problems(book: BookFolder, request) -> None:
    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    address = request.getfixturevalue("served")
    assert "docs/reward.md:8: unknown citation key" in _get(f"{address}/")
    book.change("docs/reward.md", "see @ada2025sekk", "see @ada2025seek")
    assert _shows(address, "reward/", "asks twice")
