"""What has changed out there since an entry was written: versions, venues, links, repositories.

Never part of a build. What was asked is kept, so that a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from registries import BATCH, NoAnswer, Registries
from survey.bibtex import Reference
from survey.catalogue import BIB, PAPERS, Catalogue, Work
from survey.draft import Draft
from survey.files import keep
from survey.identifiers import Identifier
from survey.models import Links
from survey.problems import Misuse, Problem
from survey.yaml_file import read_yaml

KEPT = ".cache/freshness.json"


@dataclass
class Memory:
    """Answers by what was asked, each with the day; those older than `days` are forgotten."""

    file: Path
    days: int
    today: dt.date
    answers: dict[str, dict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            kept = json.loads(self.file.read_text("utf-8"))
            oldest = (self.today - dt.timedelta(days=self.days)).isoformat()
            self.answers = {asked: told for asked, told in kept.items() if told["on"] > oldest}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.answers = {}

    def keep(self, asked: str, **told: object) -> None:
        """Remember an answer, at once."""
        self.answers[asked] = {"on": self.today.isoformat(), **told}
        keep(self.file, json.dumps(self.answers, indent=1, sort_keys=True))


def stale(root: Path, days: int, today: dt.date) -> Iterator[Problem]:
    """Everything that should be looked at again, as it is found. Raises Misuse when there is no network."""
    catalogue = Catalogue.load(root)
    memory = Memory(root / KEPT, days, today)
    asker = _Asker(memory)
    yield from _versions(catalogue, asker)
    lines = read_yaml(root / PAPERS, PAPERS, [])
    for work in catalogue.works.values():
        reference = work.reference
        if not reference.arxiv:
            yield from _link(asker, BIB, reference.line, work.key, reference.url)
        for name in Links.model_fields:
            if address := getattr(work.paper.links, name):
                yield from _link(asker, PAPERS, lines.line(work.key, "links", name), work.key, address)


class _Asker:
    """Asks one server no more than once in a while, and nothing twice."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.registries = Registries()
        self.gateway = os.environ.get("SURVEY_GATEWAY", "")  # an address that stands before every link
        self.github = os.environ.get("SURVEY_GITHUB", "https://api.github.com")
        self._last: dict[str, float] = {}

    def link(self, address: str) -> dict:
        """`status` and, for a permanent redirect, `to`; status 0 where nobody answers."""
        if address not in self.memory.answers:
            self.memory.keep(address, **self._ask(address))
        return self.memory.answers[address]

    def _ask(self, address: str) -> dict:
        self._wait(address)
        session, asked = self.registries.session, f"{self.gateway}{address}"
        try:
            for method in ("HEAD", "GET"):  # some servers know only the second
                with session.request(
                    method, asked, timeout=self.registries.silence, allow_redirects=False, stream=True
                ) as answer:
                    if method == "HEAD" and answer.status_code in (403, 404, 405, 501):
                        continue
                    moved = answer.headers.get("Location", "") if answer.status_code in (301, 308) else ""
                    return {"status": answer.status_code, "to": urljoin(address, moved) if moved else ""}
        except requests.RequestException:
            pass
        return {"status": 0, "to": ""}

    def archived(self, owner: str, name: str) -> bool:
        """Whether a repository of GitHub is archived; false where GitHub does not say."""
        asked = f"{self.github}/repos/{owner}/{name}"
        if asked not in self.memory.answers:
            self._wait(asked)
            token = os.environ.get("GITHUB_TOKEN")
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            try:
                answer = self.registries.session.get(asked, timeout=self.registries.silence, headers=headers)
                if answer.status_code in (403, 429):  # more questions than it allows; another day
                    return False
                self.memory.keep(asked, archived=answer.ok and bool(answer.json().get("archived")))
            except (requests.RequestException, ValueError, AttributeError):
                return False
        return bool(self.memory.answers[asked]["archived"])

    def _wait(self, address: str) -> None:
        host = urlsplit(address).netloc
        pause = self.registries.pause / 3
        time.sleep(max(0.0, self._last.get(host, -pause) + pause - time.monotonic()))
        self._last[host] = time.monotonic()


def _versions(catalogue: Catalogue, asker: _Asker) -> Iterator[Problem]:
    """Later versions on arXiv than the one that was read, withdrawals, and venues that refs.bib does not know."""
    works = {w.reference.arxiv: w for w in catalogue.works.values() if w.reference.arxiv}
    wanted = [number for number in works if f"arXiv {number}" not in asker.memory.answers]
    for start in range(0, len(wanted), BATCH):
        found = asker.registries.arxiv(wanted[start : start + BATCH])
        if no_answer := next((told for told in found.values() if isinstance(told, NoAnswer)), None):
            raise no_answer
        for one, told in found.items():
            asker.memory.keep(str(one), **_kept(told))
    for number, work in works.items():
        yield from _changed(work, asker.memory.answers.get(str(Identifier("arXiv", number)), {}))


def _kept(told: Draft | Misuse) -> dict:
    if isinstance(told, Misuse):
        return {"fault": str(told)}
    return {"version": told.version, "doi": told.doi, "remarks": list(told.remarks)}


def _changed(work: Work, told: dict) -> Iterator[Problem]:
    reference: Reference = work.reference

    def says(what: str) -> Problem:
        return Problem(BIB, reference.line, f"'{work.key}': {what}")

    if "fault" in told:
        yield says(told["fault"])
        return
    read = re.search(r"\bv(\d+)\b", work.paper.read or "")
    if read and int(told.get("version", 0)) > int(read[1]):
        yield says(f"arXiv has v{told['version']}, v{read[1]} was read")
    if reference.entry.type == "misc":
        if told.get("doi"):
            yield says(f"is published as DOI {told['doi']}")
        for remark in told.get("remarks", ()):
            if re.search(r"\b(accepted|to appear|published|proceedings)\b|journal reference", remark, re.IGNORECASE):
                yield says(f"may have a venue; {remark}")


def _link(asker: _Asker, path: str, line: int, key: str, address: str) -> Iterator[Problem]:
    told = asker.link(address)
    if told["status"] in (404, 410):
        yield Problem(path, line, f"'{key}': dead link {address} ({told['status']})")
    elif told["to"] and told["to"].rstrip("/") != address.rstrip("/"):
        yield Problem(path, line, f"'{key}': {address} has moved to {told['to']}")
    elif not told["status"]:
        yield Problem(path, line, f"'{key}': nobody answers at {address}")
    if (repository := re.match(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?$", address)) and not told["to"]:
        if asker.archived(*repository.groups()):
            yield Problem(path, line, f"'{key}': the repository {address} is archived")
