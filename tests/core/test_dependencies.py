"""What the book depends on is pinned, hashed, and under a licence that is accepted and listed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email.message import Message

import pytest

import licences
from licences import CARRIED, Told, carried_faults, fault, installed, locked
from support import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
INSTALLING = [ROOT / "Makefile", ROOT / ".ci" / "run", *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
THEIRS = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_is_pinned_and_has_hashes(lock) -> None:
    assert lock.stem in licences.LOCKS
    entries = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
    assert len(entries) > 10
    for entry in entries:
        assert re.fullmatch(r"[\w.-]+==\S+ (?:; [^\\]*?)?(?: *--hash=sha256:[0-9a-f]{64})+", entry.strip()), entry


@pytest.mark.parametrize("file", INSTALLING, ids=lambda file: file.name)
def test_nothing_is_installed_from_an_index_without_hashes(file) -> None:
    text = file.read_text("utf-8")
    for line in re.findall(r".*\bpip3? (?:install|download|wheel)\b.*", text):
        assert "--require-hashes -r " in line, line
    assert not re.search(r"\b(?:curl|wget|npx|pipx|uvx|npm (?:i|ci|install)|uv (?:run|tool|sync|pip install))\b", text)


def _listed() -> dict[tuple[str, str], str]:
    """The licences of Python packages as the list tells them."""
    section = licences.LISTED.read_text("utf-8").split("\n## ")[1]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in section.splitlines() if "|" in line]
    return {(name.strip("`"), version): licence for name, version, licence, *_ in rows[2:]}


def test_the_list_has_every_locked_package_with_an_accepted_licence() -> None:
    listed = _listed()
    assert set(listed) == {(package.name, package.version) for package in locked()}, "run make lock"
    assert [text for (name, _), licence in listed.items() if (text := fault(name, licence))] == []


def test_the_list_tells_what_the_installed_packages_say() -> None:
    said = {(package.name, package.version): told.licence for package in locked() if (told := installed(package))}
    listed = _listed()
    assert len(said) > 50
    assert {package: listed[package] for package in said} == said


def test_the_list_has_what_is_vendored_and_what_packages_carry() -> None:
    text = licences.LISTED.read_text("utf-8")
    for place, package in licences.vendored():
        folder = (place / package["licence_file"]).parent.relative_to(ROOT)
        assert f"| `{package['name']}` | {package['version']} | {package['licence']} | `{folder}/` |" in text
        assert not fault(package["name"], package["licence"])
    for (name, version), parts in CARRIED.items():
        for part, number, licence in parts:
            assert f"| `{part}` | {number} | {licence} | `{name}` {version} |" in text
            assert not fault(part, licence)


def test_the_theme_carries_what_the_list_says(site) -> None:
    maps = [*site.rglob("assets/javascripts/**/*.map"), *site.rglob("assets/stylesheets/*.map")]
    sources = [source for file in maps for source in json.loads(file.read_text("utf-8"))["sources"]]
    [parts] = [parts for (name, _), parts in CARRIED.items() if name == "mkdocs-material"]
    listed = {part for part, _, _ in parts} - {"Material Design Icons"}
    assert {found[1] for source in sources if (found := THEIRS.search(source))} == listed


def test_what_a_package_carries_is_looked_at_again_when_its_version_changes() -> None:
    assert list(carried_faults(locked())) == []
    other = [replace(one, version="99") if one.name == "typst" else one for one in locked()]
    assert list(carried_faults(other)) == [
        "CARRIED tells of typst 0.15.2, which is not locked; look at what it carries now"
    ]


def _told(text: str = "", **fields: str) -> Told:
    metadata = Message()
    metadata["Name"] = "thing"
    for name, value in fields.items():
        metadata[name.replace("_", "-")] = value
    return Told(metadata, (text,) if text else ())


@pytest.mark.parametrize(
    ("told", "licence", "wrong"),
    [
        (_told(License_Expression="MIT OR Apache-2.0"), "MIT OR Apache-2.0", ""),
        (_told(License="BSD-3-Clause"), "BSD-3-Clause", ""),
        (_told("Redistribution and use in source and binary forms …", License="BSD"), "BSD-2-Clause", ""),
        (_told(Classifier="License :: OSI Approved :: MIT License"), "MIT", ""),
        (_told(), "", "thing names no licence"),
        (_told(License="Proprietary"), "Proprietary", "thing is under 'Proprietary', which is not accepted"),
        (
            _told(License_Expression="MIT AND GPL-2.0-or-later"),
            "MIT AND GPL-2.0-or-later",
            "thing is under 'GPL-2.0-or-later', which is not accepted",
        ),
    ],
)
def test_a_licence_is_found_or_refused(told: Told, licence: str, wrong: str) -> None:
    assert told.licence == licence
    assert fault("thing", licence) == wrong
