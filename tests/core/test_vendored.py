"""Files from elsewhere are the ones that the manifests name."""

import hashlib
import json
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
