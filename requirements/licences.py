"""Writes docs/licences.md: every package that the locks name, what is vendored, and what packages carry within them.

`make lock` runs it. Names and versions come from the locks and the manifests, licences from the packages' own metadata
or, where that names none, from the text of the licence that lies in the package. A package that is locked but not
installed here is downloaded and read, not installed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, distribution
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).resolve().parent
LISTED = HERE.parent / "docs" / "licences.md"
LOCKS = ("build", "test", "bench", "zensical", "lock")
MANIFESTS = ("docs/assets/vendored.json", "hooks/templates/fonts/vendored.json")

# The licences, by their SPDX identifiers, under which anything may be used here.
ACCEPTED = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause BSD-3-Clause-LBNL Bitstream-Vera CC0-1.0 LicenseRef-public-domain "
    "LPPL-1.3c MIT MIT-CMU MPL-2.0 OFL-1.1 PSF-2.0 W3C".split()
)
# What is accepted for one thing alone. The book runs pandoc as a program of its own and publishes nothing of it.
ACCEPTED_FOR = {"pandoc": "GPL-2.0-or-later"}
# What metadata says in other words than SPDX.
_SAID = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# What a licence's own text says, by the licence; the first that fits.
_TEXTS = {
    "Apache-2.0": r"Apache License\s+Version 2\.0",
    "MPL-2.0": r"Mozilla Public License,? Version 2\.0",
    "BSD-3-Clause": r"Redistribution and use in source and binary forms.*Neither the names? of",
    "BSD-2-Clause": r"Redistribution and use in source and binary forms",
    "MIT": r"Permission is hereby granted, free of charge.*The above copyright notice",
}
# Read by hand: the wheel has no text of a licence, or one that tells of several parts.
READ = {
    "docutils": "LicenseRef-public-domain AND BSD-2-Clause AND 0BSD",
    **{f"sphinxcontrib-{what}": "BSD-2-Clause" for what in "applehelp devhelp htmlhelp qthelp serializinghtml".split()},
}

# What a package carries within it that its own metadata does not tell: part, version, licence. It was read in the
# version named, so that another one is looked at again. What compiled code is made of stands in a wheel's own `sboms/`.
CARRIED: dict[tuple[str, str], tuple[tuple[str, str, str], ...]] = {
    ("mkdocs-material", "9.8.2"): (
        ("clipboard", "2.0.11", "MIT"),
        ("escape-html", "", "MIT"),
        ("focus-visible", "", "W3C"),
        ("lunr", "2.3.9", "MIT"),
        ("material-design-color", "", "MIT"),
        ("Material Design Icons", "", "Apache-2.0"),
        ("rxjs", "", "Apache-2.0"),
        ("tslib", "", "0BSD"),
    ),
    ("pypandoc-binary", "1.17"): (("pandoc", "3.9", "GPL-2.0-or-later"),),
    ("typst", "0.15.2"): (
        ("DejaVu Sans Mono", "", "Bitstream-Vera"),
        ("Libertinus Serif", "", "OFL-1.1"),
        ("New Computer Modern", "", "LPPL-1.3c"),
    ),
    ("vl-convert-python", "1.9.0.post1"): (("Deno", "", "MIT"), ("Vega", "6.2.0", "BSD-3-Clause")),
    ("axe-playwright-python", "0.1.8"): (("axe-core", "4.12.1", "MPL-2.0"),),
    ("playwright", "1.65.2"): (("Node.js", "", "MIT"),),
}


@dataclass(frozen=True)
class Locked:
    """A package as the locks have it: where it is locked, and the lines that pip installs it by."""

    name: str
    version: str
    locks: tuple[str, ...]
    line: str

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}"


def locked() -> list[Locked]:
    """Every package of every lock, by name."""
    found: dict[tuple[str, str], Locked] = {}
    for lock in LOCKS:
        for match in _entries((HERE / f"{lock}.txt").read_text("utf-8")):
            name, version = canonicalize_name(match["name"]), match["version"]
            before = found.get((name, version))
            line = f"{name}=={version}{match['hashes']}"
            found[name, version] = Locked(name, version, (*(before.locks if before else ()), lock), line)
    return sorted(found.values(), key=lambda package: (package.name, package.version))


def _entries(text: str) -> Iterator[re.Match[str]]:
    """The requirements of a lock: name, version and hashes."""
    return re.finditer(
        r"^(?P<name>[\w.-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)[^\\\n]*(?P<hashes>(?:\\\n +--hash=\S+ ?)*)",
        text,
        re.MULTILINE,
    )


@dataclass(frozen=True)
class Told:
    """What a package says of itself, and the texts of its licences."""

    metadata: Message
    texts: tuple[str, ...]

    @property
    def licence(self) -> str:
        """As an SPDX expression; as the metadata says it where that is none, and empty where it says nothing."""
        if read := READ.get(canonicalize_name(self.metadata["Name"])):
            return read
        expression, field = self.metadata.get("License-Expression", ""), (self.metadata.get("License") or "").strip()
        if expression or _ids(field) <= ACCEPTED and field:
            return expression or field
        for text in self.texts:
            for licence, words in _TEXTS.items():
                if re.search(words, text, re.DOTALL | re.IGNORECASE):
                    return licence
        said = [c.rpartition(" :: ")[2] for c in self.metadata.get_all("Classifier", []) if c.startswith("License ::")]
        return " OR ".join(_SAID.get(word, word) for word in said) or _SAID.get(field, field)

    @property
    def needs(self) -> set[str]:
        """The names of the packages that it always needs."""
        needed = [Requirement(line) for line in self.metadata.get_all("Requires-Dist", [])]
        return {canonicalize_name(need.name) for need in needed if "extra" not in str(need.marker)}


def installed(package: Locked) -> Told | None:
    """What the installed package says, if it is installed in this version."""
    try:
        found = distribution(package.name)
    except PackageNotFoundError:
        return None
    if found.version != package.version:
        return None
    files = [file for file in found.files or () if _is_licence(str(file))]
    return Told(found.metadata, tuple(file.read_text("utf-8") for file in files if file.locate().is_file()))


def downloaded(package: Locked) -> Told:
    """What the package in the registry says. Raises CalledProcessError if it cannot be had as it is locked."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(f"{package.line}\n", "utf-8")
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--require-hashes"]
        pip += [
            "--disable-pip-version-check",
            "--ignore-requires-python",
            "--only-binary=:all:",
            "-r",
            str(wanted),
            "-d",
            folder,
        ]
        subprocess.run(pip, check=True)
        [file] = [file for file in Path(folder).iterdir() if file != wanted]
        return _read(file)


def _read(file: Path) -> Told:
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            texts = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" in name}
    else:
        with tarfile.open(file) as archive:
            texts = {
                one.name: archive.extractfile(one).read()
                for one in archive
                if one.isfile() and one.name.count("/") == 1
            }
    [metadata] = [text for name, text in texts.items() if name.endswith(("/METADATA", "/PKG-INFO"))]
    licences = tuple(text.decode("utf-8", "replace") for name, text in texts.items() if _is_licence(name))
    return Told(Parser().parsestr(metadata.decode("utf-8")), licences)


def _is_licence(path: str) -> bool:
    return ".dist-info/" in path and bool(re.match(r"licen[cs]e|copying", Path(path).name, re.IGNORECASE))


def _ids(expression: str) -> set[str]:
    return set(re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", expression)) - {""}


def fault(what: str, licence: str) -> str:
    """What is wrong with the licence of something, or the empty string."""
    if not licence:
        return f"{what} names no licence"
    foreign = sorted(_ids(licence) - ACCEPTED - {ACCEPTED_FOR.get(what.partition(" ")[0], "")})
    return f"{what} is under '{', '.join(foreign)}', which is not accepted" if foreign else ""


def carried_faults(packages: Iterable[Locked]) -> Iterator[str]:
    """Packages that have changed since it was looked at what they carry."""
    now = {(package.name, package.version) for package in packages}
    for name, version in CARRIED:
        if (name, version) not in now:
            yield f"CARRIED tells of {name} {version}, which is not locked; look at what it carries now"


def vendored() -> Iterator[tuple[Path, dict]]:
    """The packages of the manifests of vendored files, each with the folder that its manifest stands in."""
    for manifest in MANIFESTS:
        file = HERE.parent / manifest
        yield from ((file.parent, package) for package in json.loads(file.read_text("utf-8"))["packages"])


def _direct() -> set[str]:
    """The packages that pyproject.toml names."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    return {canonicalize_name(Requirement(line).name) for line in lines}


HEAD = """---
title: Licences
description: Every dependency of this book with its version, its licence and what needs it.
about_the_book: true
search: {exclude: true}
---

# Licences of all dependencies

Written by `make lock` from the locks and the packages' own metadata; not to be edited.
[About](about.md#how-it-is-built) says what the main ones are for.
"""
_LOCKED = """## Python packages

`build` is what the book is built with; the other locks add to it. `test` is what it is tested with, `bench` and
`zensical` what it is compared with, and `lock` what writes the locks.
"""
_VENDORED = f"""## Vendored files

Their checksums stand in {" and ".join(f"`{name}`" for name in MANIFESTS)}.
"""
_WITHIN = """## Within packages

What a package brings that its metadata does not name. What compiled code is made of stands in the package's own
`sboms/`.
"""


def page(packages: Iterable[Locked], told: dict[str, Told]) -> str:
    """The list as Markdown."""
    direct = _direct()
    needed: dict[str, set[str]] = {}
    for package in packages:
        for name in told[package.label].needs:
            needed.setdefault(name, set()).add(package.name)
    rows = []
    for package in packages:
        by = [f"`{name}`" for name in sorted(needed.get(package.name, set()) - {package.name})]
        by[:0] = ["the book"] * (package.name in direct)
        rows.append((f"`{package.name}`", package.version, told[package.label].licence, _for(package), ", ".join(by)))
    parts = [HEAD, _LOCKED]
    parts.append(_table(("Package", "Version", "Licence", "Locked for", "Needed by"), rows))
    kept = [(f"`{one['name']}`", one["version"], one["licence"], _folder(place, one)) for place, one in vendored()]
    parts.append(_VENDORED)
    parts.append(_table(("Package of npm", "Version", "Licence", "Folder"), kept))
    within = [
        (f"`{part}`", number, licence, f"`{name}` {version}")
        for (name, version), carried in CARRIED.items()
        for part, number, licence in carried
    ]
    parts.append(_WITHIN)
    parts.append(_table(("Part", "Version", "Licence", "Within"), within))
    return "\n".join(parts)


def _folder(place: Path, package: dict) -> str:
    return f"`{(place / package['licence_file']).parent.relative_to(HERE.parent)}/`"


def _for(package: Locked) -> str:
    return "build" if "build" in package.locks else ", ".join(package.locks)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> int:
    """0 when the list is written; 1 with every fault, and the list as it was, when there is any."""
    packages = locked()
    try:
        told = {package.label: installed(package) or downloaded(package) for package in packages}
    except subprocess.CalledProcessError:
        return 1  # pip has said why
    licences = {package.label: told[package.label].licence for package in packages}
    licences |= {part: licence for parts in CARRIED.values() for part, _, licence in parts}
    licences |= {one["name"]: one["licence"] for _, one in vendored()}
    faults = [fault(what, licence) for what, licence in licences.items()] + list(carried_faults(packages))
    if any(faults):
        print("\n".join(f"requirements/licences.py: {text}" for text in faults if text), file=sys.stderr)
        return 1
    LISTED.write_text(page(packages, told), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
