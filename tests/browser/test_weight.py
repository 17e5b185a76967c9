"""What a page costs at first view."""

from pathlib import Path

import pytest

from browsing import weights
from support import ROOT
from survey.manuscript import reading_order

LIMIT = 400_000  # bytes, compressed
CHAPTERS = [page.removesuffix(".md") + "/" for page in reading_order(ROOT / "mkdocs.yml") if "index" not in page]


@pytest.mark.parametrize("path", [*CHAPTERS, "", "papers/", "results/", "papers/jin2025searchr1/", "results/hotpotqa/"])
def test_a_page_with_all_that_it_loads_is_light(desktop, site: Path, path: str) -> None:
    desktop.open(path)
    sizes = weights(site, desktop.requests)
    assert "assets/survey.css" in sizes
    assert "search/whole_index.json" not in sizes, "the index waits until a reader searches"
    assert sum(sizes.values()) <= LIMIT, sorted(sizes.items(), key=lambda size: -size[1])
