"""What a page costs at first view."""

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support import ROOT
from survey.manuscript import reading_order

LIMIT = 400_000  # bytes, compressed
CHAPTERS = [page.removesuffix(".md") + "/" for page in reading_order(ROOT / "mkdocs.yml") if "index" not in page]


@pytest.mark.parametrize("path", [*CHAPTERS, "", "papers/", "results/", "papers/jin2025searchr1/", "results/hotpotqa/"])
def test_a_page_with_all_that_it_loads_is_light(desktop, site: Path, path: str) -> None:
    desktop.open(path)
    files = {urlsplit(url).path.lstrip("/") for url in desktop.requests if url.startswith("http")}
    assert "assets/survey.css" in files
    assert "search/whole_index.json" not in files, "the index waits until a reader searches"
    sizes = {}
    for name in files:
        content = (site / name / "index.html" if (site / name).is_dir() else site / name).read_bytes()
        sizes[name] = len(content if name.endswith((".woff2", ".png")) else gzip.compress(content, 6))
    assert sum(sizes.values()) <= LIMIT, sorted(sizes.items(), key=lambda size: -size[1])
