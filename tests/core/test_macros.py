"""What macros write. Each file of macros/ is one behaviour: a macro, and the Markdown that it gives."""

from pathlib import Path

import pytest
import yaml

from support import SMALL
from survey.catalogue import Catalogue
from survey.chapters import expand
from survey.manuscript import Chapter
from survey.medium import Print, Screen

CASES = sorted((Path(__file__).parent / "macros").glob("*.yml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_macro(case: Path) -> None:
    golden = yaml.safe_load(case.read_text("utf-8"))
    medium = {"screen": Screen, "paper": Print}[golden.get("medium", "screen")](golden.get("page", "reward.md"))
    problems: list = []
    catalogue = Catalogue.load(SMALL)
    written = expand(Chapter(golden.get("page", "reward.md"), golden["macro"]), catalogue, medium, problems)
    assert problems == []
    assert written.strip() == golden["gives"].strip()


def test_a_figure_is_an_inline_drawing_with_caption_alternative_and_table() -> None:
    written = expand(
        Chapter("training.md", '{{ figure("timeline") }}'), Catalogue.load(SMALL), Screen("training.md"), []
    )
    assert "<svg" in written and 'href="../papers/ada2025probe/"' in written
    assert "<title>Probe, 12 March 2025</title>" in written
    assert 'aria-label="Timeline of 3 listings on 2 axes, March 2025 to May 2025"' in written
    assert "| March 2025 | 1 | 1 |" in written
    assert "vega.github.io" not in written


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
