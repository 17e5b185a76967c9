"""Figures drawn from the catalogue: marks that lead to works, tables that say the same, SVG that nothing breaks."""

import dataclasses
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from support import ROOT, SMALL
from survey.catalogue import Catalogue, Work
from survey.chapters import expand
from survey.figures import FIGURES
from survey.figures.colours import on_paper
from survey.figures.drawing import Cell, Drawing, Link, Place, draw, draw_ahead
from survey.manuscript import Chapter
from survey.medium import Screen, Sketch

SVG = "{http://www.w3.org/2000/svg}"
CALLS: dict[str, Callable[[Catalogue], Drawing]] = {
    "timeline": lambda book: FIGURES["timeline"](book),
    "lineage": lambda book: FIGURES["lineage"](book),
    "overlap": lambda book: FIGURES["overlap"](book),
    "matrix": lambda book: FIGURES["matrix"](book, rows="axes", columns="algorithms", kind="method"),
    "results": lambda book: FIGURES["results"](book, "quiz", "em"),
    "pairs": lambda book: FIGURES["pairs"](
        book,
        before="local corpus",
        after="live web",
        caption="One system",
        rows=[
            {
                "label": "Search",
                "work": "ada2025probe",
                "benchmark": "quiz",
                "before": {"environment": "offline-corpus"},
                "after": {"environment": "live-web"},
            }
        ],
    ),
}


@pytest.fixture(scope="module")
def book() -> Catalogue:
    return Catalogue.load(ROOT)


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return dataclasses.replace(Catalogue.load(SMALL), cache=None)


def marks(svg: str) -> list[tuple[str, str]]:
    """Where each mark leads, and its text."""
    return [(link.get("href", ""), link.findtext(f"{SVG}title") or "") for link in ET.fromstring(svg).iter(f"{SVG}a")]


def numbers(svg: str) -> list[str]:
    """The numbers written into a drawing, in the order of the marks."""
    texts = (text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text"))
    return [text for text in texts if text.isdigit()]


def shown(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    return cell.text if isinstance(cell, Place) else ", ".join(link.text for link in cell)


def linked(drawn: Drawing) -> Counter[str]:
    """The pages that the cells of a table lead to."""
    cells = (cell for row in drawn.rows for cell in row if not isinstance(cell, (str, Place)))
    return Counter(link.page for cell in cells for link in cell)


def test_the_timeline_has_one_mark_for_each_work_on_each_of_its_axes(book: Catalogue) -> None:
    drawn = FIGURES["timeline"](book)
    first = min(work.date for work in book.select(kind="method"))
    listed = Counter(
        f"papers/{work.key}/" for axis in book.taxonomy.axes for work in book.select(axis) if work.date >= first
    )
    assert Counter(page for page, _ in marks(drawn.svg)) == listed
    assert Counter(page.replace(".md", "/") for page in linked(drawn).elements()) == listed


def test_the_marks_of_the_timeline_follow_each_other_by_axis_and_day(book: Catalogue) -> None:
    axes = [axis.label for axis in book.taxonomy.axes.values()]
    dates = {f"papers/{work.key}/": work.date for work in book.works.values()}
    order = [
        (next(n for n, axis in enumerate(axes) if f". {axis}, " in text), dates[page])
        for page, text in marks(FIGURES["timeline"](book).svg)
    ]
    assert order == sorted(order)


def test_the_lineage_has_one_mark_for_each_work_of_its_table(book: Catalogue) -> None:
    drawn = FIGURES["lineage"](book)
    works = [row[0][0].page.replace(".md", "/") for row in drawn.rows]
    assert [page for page, _ in marks(drawn.svg)] == works
    assert len(set(works)) == len(works) > 20


def test_the_overlap_counts_the_works_that_two_axes_share_and_those_on_one_alone(book: Catalogue) -> None:
    drawn = FIGURES["overlap"](book)
    labels = {axis.label: name for name, axis in book.taxonomy.axes.items()}
    told = {(labels[row[0]], labels.get(row[1], labels[row[0]])): shown(row[2]) for row in drawn.rows}
    expected = {
        (one, other): str(
            sum(
                set(work.paper.axes) == {one} if one == other else {one, other} <= set(work.paper.axes)
                for work in book.works.values()
            )
        )
        for one, other in combinations_with_replacement(book.taxonomy.axes, 2)
    }
    assert told == expected
    assert Counter(numbers(drawn.svg)) == Counter(told.values())


def test_a_cell_of_the_overlap_leads_to_its_works_in_the_table(book: Catalogue) -> None:
    drawn = FIGURES["overlap"](book)
    rows = {row[2].anchor: row for row in drawn.rows}
    for page, text in marks(drawn.svg):
        row = rows[page.removeprefix("#")]
        assert f": {shown(row[2])} work" in text or f", {shown(row[2])} of them" in text
        assert len(row[3]) == int(shown(row[2])) or row[3] == "–"
    reward_and_training = book.select("reward")
    named = {link.page for link in rows["overlap-training-reward"][3]}
    assert named == {f"papers/{w.key}.md" for w in reward_and_training if "training" in w.paper.axes}


@pytest.mark.parametrize("columns", ["rewards", "algorithms", "environments", "topology"])
def test_a_matrix_says_the_same_as_its_table_and_zero_where_no_work_is(book: Catalogue, columns: str) -> None:
    drawn = FIGURES["matrix"](book, rows="axes", columns=columns, kind="method")
    cells = [shown(cell) for row in drawn.rows for cell in row[1:]]
    assert numbers(drawn.svg) == cells
    assert "0" in cells
    assert len(marks(drawn.svg)) == sum(cell != "0" for cell in cells)


def test_a_cell_of_a_matrix_leads_to_its_works_on_the_page_of_all_works(book: Catalogue) -> None:
    drawn = FIGURES["matrix"](book, rows="axes", columns="algorithms", kind="method")
    for page, text in marks(drawn.svg):
        path, _, query = page.partition("?")
        chosen = dict(parse_qsl(query))
        assert path == "papers/" and set(chosen) == {"kind", "axis", "algorithms"}
        axis, algorithm = chosen["axis"], chosen["algorithms"]
        values = {"not-reported": None, "none": ()}.get(algorithm, algorithm)
        works = [w for w in book.select(axis, kind="method") if _has(w.paper.algorithms, values)]
        assert text.endswith(f" {len(works)} work{'s' * (len(works) != 1)}")
        assert f"Axis: {book.taxonomy.axes[axis].label}." in text


def _has(found: tuple[str, ...] | None, wanted: str | tuple | None) -> bool:
    return wanted in (found or ()) if isinstance(wanted, str) else found == wanted


def test_a_cell_that_no_selection_can_say_is_no_link_and_names_its_works(book: Catalogue) -> None:
    drawn = FIGURES["matrix"](book, rows="axes", columns="learning", axis="reward")
    both = next(row for row in drawn.rows if row[0] == book.taxonomy.axes["training"].label)[1]
    assert not any("axis=reward&axis=training" in page for page, _ in marks(drawn.svg))
    assert all(isinstance(link, Link) and link.page.startswith("papers/") and "?" not in link.page for link in both)


HOSTILE = "\"><script>alert(1)</script> & 'x' \\ [@nobody] {{ x }} <!-- ]]>"


@pytest.mark.parametrize("name", CALLS)
def test_a_hostile_name_stays_text(small: Catalogue, name: str) -> None:
    works = {
        key: Work(work.reference, work.paper.model_copy(update={"name": f"{HOSTILE} {key}"}))
        for key, work in small.works.items()
    }
    axes = {key: axis.model_copy(update={"label": f"{HOSTILE} {key}"}) for key, axis in small.taxonomy.axes.items()}
    hostile = dataclasses.replace(small, works=works, taxonomy=small.taxonomy.model_copy(update={"axes": axes}))
    drawn = CALLS[name](hostile)
    root = ET.fromstring(drawn.svg)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "g", "path", "line", "text", "tspan", "a", "title")
    }
    assert {link.get("href", "")[:7] for link in root.iter(f"{SVG}a")} <= {"papers/", "#overla"}
    if name in ("timeline", "lineage", "overlap", "matrix"):
        assert any(HOSTILE in text for _, text in marks(drawn.svg))
    written = Screen("training.md").figure("x", drawn, "")
    assert "<script" not in written and "[@nobody]" not in written


@pytest.mark.parametrize("name", CALLS)
def test_a_mark_says_what_it_is_in_its_title_alone(small: Catalogue, name: str) -> None:
    drawn = CALLS[name](small)
    assert marks(drawn.svg) and all(text for _, text in marks(drawn.svg))
    assert "aria-label" not in drawn.svg and "aria-roledescription" not in drawn.svg


@pytest.mark.parametrize("name", CALLS)
def test_on_paper_there_are_no_links(small: Catalogue, name: str) -> None:
    printed = on_paper(CALLS[name](small).svg)
    assert marks(printed) == [] and "<title>" not in printed
    assert len(list(ET.fromstring(printed).iter(f"{SVG}path"))) > 0


def test_a_drawing_with_marks_is_reached_by_its_marks_and_one_without_by_itself() -> None:
    screen = Screen("training.md")
    for svg, by_itself in (('<svg><a href="papers/x/"></a></svg>', False), ("<svg></svg>", True)):
        written = screen.figure("x", Drawing(svg, "", "", [], []), "")
        assert ('tabindex="0"' in written) == by_itself


def test_a_text_that_is_only_read_is_written_without_drawing(small: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    draw.cache_clear()
    sketch = Sketch("training.md")
    written = {name: sketch.figure(name, call(small), "") for name, call in CALLS.items()}
    assert not any("<svg" in written[name] for name in sketch.drawings) and set(sketch.drawings) == {*CALLS} - {
        "results"
    }
    assert written["timeline"] != sketch.figure("timeline", CALLS["lineage"](small), "")


def test_what_is_drawn_ahead_is_what_would_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specifications = [SPEC.replace("1", str(number)) for number in range(1, 6)]
    draw.cache_clear()
    drawn = [draw(specification, tmp_path / "here") for specification in specifications]
    draw.cache_clear()
    draw_ahead(specifications, tmp_path / "there")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert [draw(specification, tmp_path / "there") for specification in specifications] == drawn


def test_two_runs_draw_the_same() -> None:
    program = (
        "import dataclasses, hashlib, pathlib, sys; sys.path[:0] = sys.argv[1:3]\n"
        "import test_figures as t\n"
        "book = dataclasses.replace(t.Catalogue.load(t.SMALL), cache=None)\n"
        "print([hashlib.sha256(call(book).svg.encode()).hexdigest() for call in t.CALLS.values()])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program, str(ROOT / "hooks"), str(Path(__file__).parent)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "tests")},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1 and len(runs.pop()) > 300


SPEC = '{"data": {"values": [{"x": 1}]}, "mark": "point", "encoding": {"x": {"field": "x", "type": "quantitative"}}}'


def test_a_drawing_is_kept_and_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw.cache_clear()
    first = draw(SPEC, tmp_path / "cache")
    draw.cache_clear()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert draw(SPEC, tmp_path / "cache") == first
    with pytest.raises(ImportError):
        draw(SPEC.replace("1", "2"), tmp_path / "cache")


def test_a_kept_drawing_is_not_used_when_the_way_of_drawing_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw.cache_clear()
    draw(SPEC, tmp_path)
    monkeypatch.setattr("survey.figures.drawing._tools", lambda: b"another")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    draw.cache_clear()
    with pytest.raises(ImportError):
        draw(SPEC, tmp_path)


def test_a_cell_on_the_screen_leads_from_any_page_to_the_page_of_all_works() -> None:
    macro = '{{ figure("matrix", axis="reward", rows="rewards", columns="learning") }}'
    written = expand(Chapter("results/index.md", macro), Catalogue.load(SMALL), Screen("results/index.md"), [])
    query = "?axis=reward&amp;rewards=outcome&amp;learning=online-rl"
    assert f'<a href="../papers/{query}">' in written
    assert "](../papers/index.md?axis=reward&rewards=outcome&learning=online-rl)" in written
    assert not re.search(r'href="papers/', written)


def test_a_cell_that_leads_to_a_row_below_stays_on_its_page(small: Catalogue) -> None:
    written = Screen("training.md").figure("overlap", FIGURES["overlap"](small), "")
    assert '<a href="#overlap-training-reward">' in written
