"""Files from elsewhere are the ones that the manifests name."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from support import ROOT

# Each manifest stands in or above the folders that it tells of.
MANIFESTS = {"docs/assets": ("fonts", "table-core"), "hooks/templates/fonts": (".",)}


@pytest.mark.parametrize("place", MANIFESTS)
def test_every_vendored_file_has_version_licence_and_checksum(place: str) -> None:
    base = ROOT / place
    manifest = json.loads((base / "vendored.json").read_text("utf-8"))
    listed = {}
    for package in manifest["packages"]:
        assert package["version"] and package["licence"] and (base / package["licence_file"]).is_file()
        listed |= package["files"]
    present = {_below(base, file) for name in MANIFESTS[place] for file in (base / name).iterdir()}
    assert set(listed) == present - {"vendored.json"}
    for name, checksum in listed.items():
        assert hashlib.sha256((base / name).read_bytes()).hexdigest() == checksum, name


def _below(base: Path, file: Path) -> str:
    return str(file.relative_to(base))


def test_no_other_file_of_the_assets_comes_from_elsewhere() -> None:
    """A file that is new here is the book's own, and named so, or is vendored."""
    own = {"explorer.css", "explorer.js", "figures.js", "preview.png", "reading.js", "search-worker.js", "survey.css"}
    for place, folders in MANIFESTS.items():
        base = ROOT / place
        vendored = {"vendored.json", *(name for name in folders if name != ".")}
        if place == "docs/assets":
            assert {entry.name for entry in base.iterdir()} == own | vendored
    foreign = {".js", ".mjs", ".wasm", ".css", ".woff", ".woff2", ".otf", ".ttf"}
    for folder in ("docs", "hooks"):
        for file in (ROOT / folder).rglob("*"):
            if file.suffix in foreign and not any(file.is_relative_to(ROOT / place) for place in MANIFESTS):
                assert file == ROOT / "hooks" / "templates" / "book.css", file


def test_the_site_has_no_script_or_font_but_its_own_the_vendored_and_the_theme_s_bundle(site: Path) -> None:
    listed = {
        f"assets/{name}"
        for package in json.loads((ROOT / "docs" / "assets" / "vendored.json").read_text("utf-8"))["packages"]
        for name in package["files"]
    }
    own = {f"assets/{name}.js" for name in ("explorer", "figures", "reading", "search-worker")}
    published = {
        _below(site, file) for kind in ("js", "mjs", "wasm", "woff*", "otf", "ttf") for file in site.rglob(f"*.{kind}")
    }
    theme = {
        name for name in published if re.fullmatch(r"assets/javascripts/(?:bundle|workers/search)\.\w+\.min\.js", name)
    }
    assert len(theme) == 2
    assert published - theme <= listed | own
