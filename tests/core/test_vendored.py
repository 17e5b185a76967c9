"""Files from elsewhere are the ones that the manifest names."""

import hashlib
import json

from support import ROOT

ASSETS = ROOT / "docs" / "assets"
FOLDERS = ("fonts", "table-core")


def test_every_vendored_file_has_version_licence_and_checksum() -> None:
    manifest = json.loads((ASSETS / "vendored.json").read_text("utf-8"))
    listed = {}
    for package in manifest["packages"]:
        assert package["version"] and package["licence"] and (ASSETS / package["licence_file"]).is_file()
        listed |= package["files"]
    present = {str(file.relative_to(ASSETS)) for name in FOLDERS for file in (ASSETS / name).iterdir()}
    assert set(listed) == present
    for name, checksum in listed.items():
        assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == checksum, name
