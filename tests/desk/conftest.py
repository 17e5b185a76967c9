"""The author's command with a local registry in the place of arXiv and Crossref."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from local_registry import Registry

from support import ROOT, BookFolder, Run


@pytest.fixture
def registry() -> Iterator[Registry]:
    registry = Registry()
    yield registry
    registry.close()


@pytest.fixture
def survey(book: BookFolder, registry: Registry) -> Run:
    """The `survey` command on the small book, with the local registry in the place of the real ones."""

    def run(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "hooks" / "cli.py"), "--root", str(book.root), *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            env={
                **os.environ,
                "SURVEY_ARXIV": f"{registry.address}/arxiv",
                "SURVEY_CROSSREF": f"{registry.address}/works",
                "SURVEY_PAUSE": "0",
                "SURVEY_SILENCE": "1",
                "SURVEY_WHOLE": "1",
                **environment,
            },
        )

    return run
