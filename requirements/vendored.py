"""Compares every vendored file with the package of npm that its manifest names, byte for byte; `make vendored` runs it.

The tests compare the files with the manifests, without a network. This needs npm, which checks what it downloads.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from licences import vendored


def faults(folder: Path) -> Iterator[str]:
    """What of the vendored files differs from the published packages. Raises CalledProcessError if npm has none."""
    for place, package in vendored():
        name, version = package["name"], package["version"]
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}"]
        packed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
        with tarfile.open(folder / packed) as archive:
            checksums = {
                hashlib.sha256(archive.extractfile(file).read()).hexdigest() for file in archive if file.isfile()
            }
            licence = json.load(archive.extractfile("package/package.json")).get("license")
        if licence != package["licence"]:
            yield f"{name} {version}: the licence is {licence}, not {package['licence']}"
        for file in package["files"]:
            if hashlib.sha256((place / file).read_bytes()).hexdigest() not in checksums:
                yield f"{name} {version}: {file} is not in the package"


def main() -> int:
    """0 when all agree; 1 with a line for each that does not."""
    if not shutil.which("npm"):
        print("npm is missing", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = list(faults(Path(folder)))
        except subprocess.CalledProcessError:
            return 1  # npm has said why
    print("\n".join(found) or "every vendored file is as it was published", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
