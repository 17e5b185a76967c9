"""`survey freshness`: what has changed out there, without asking twice."""

from __future__ import annotations

import pytest
from local_registry import Registry, failing, send

from support import BookFolder, Run

CODE = "https://github.com/ada/probe"


@pytest.fixture
def fresh(book: BookFolder, registry: Registry, survey: Run):
    """The command, with every link and GitHub answered by the local server."""
    for number, title in (("2503.00001", "Probe"), ("2505.00002", "Seek")):
        registry.paper(number, title)
    book.change("docs/data/papers.yml", "code: https://example.org/probe", f"code: {CODE}")
    book.change("docs/data/papers.yml", "read: arXiv v1", "read: arXiv v2")
    answers: dict[str, tuple[int, str]] = {}

    def behave(handler) -> bool:
        for path, (status, to) in answers.items():
            if handler.path.endswith(path):
                if status in (301, 308):
                    handler.send_response(status)
                    handler.send_header("Location", to)
                    handler.send_header("Content-Length", "0")
                    handler.end_headers()
                else:
                    send(handler, status, to.encode(), "application/json")
                return True
        if handler.path.startswith("/link/") or handler.path.startswith("/github/"):
            send(handler, 200, b"{}", "application/json")
            return True
        return False

    registry.behave = behave

    def run(*arguments: str):
        return survey(
            "freshness",
            *arguments,
            SURVEY_GATEWAY=f"{registry.address}/link/",
            SURVEY_GITHUB=f"{registry.address}/github",
        )

    run.answers = answers
    return run


def test_nothing_new_is_said_to_be_nothing(fresh) -> None:
    done = fresh()
    assert done.returncode == 0 and done.stdout == "" and "nothing to look at" in done.stderr, done.stdout


def test_a_dead_a_moved_link_and_an_archived_repository_are_told_with_their_line(fresh, book: BookFolder) -> None:
    line = book.read("docs/data/papers.yml").splitlines().index(f"    code: {CODE}") + 1
    fresh.answers["/link/https://example.org/quiz"] = (404, "")
    fresh.answers["/repos/ada/probe"] = (200, '{"archived": true}')
    done = fresh()
    assert "refs.bib:21: 'field2020quiz': dead link https://example.org/quiz (404)" in done.stdout
    assert f"docs/data/papers.yml:{line}: 'ada2025probe': the repository {CODE} is archived" in done.stdout
    assert done.returncode == 1 and "2 to look at" in done.stderr
    fresh.answers["/link/https://github.com/ada/probe"] = (301, "https://github.com/ada/probe2")
    (book.root / ".cache" / "freshness.json").unlink()
    assert f"papers.yml:{line}: 'ada2025probe': {CODE} has moved to https://github.com/ada/probe2" in fresh().stdout


def test_a_venue_and_a_withdrawal_are_told(fresh, registry: Registry) -> None:
    registry.paper("2505.00002", "Seek", comment="Accepted at ICLR 2026")
    registry.paper("2503.00001", "Probe", comment="withdrawn")
    told = fresh().stdout
    assert "'ada2025seek': may have a venue; arXiv's comment: Accepted at ICLR 2026" in told
    assert "'ada2025probe': arXiv 2503.00001 is withdrawn" in told


def test_a_later_version_than_the_one_read_is_told(fresh, book: BookFolder) -> None:
    book.change("docs/data/papers.yml", "read: arXiv v2", "read: arXiv v1")
    assert "refs.bib:1: 'ada2025probe': arXiv has v2, v1 was read" in fresh().stdout


def test_what_was_asked_is_not_asked_again_until_it_is_old(fresh, registry: Registry) -> None:
    fresh()
    before = len(registry.asked)
    assert before > 2
    fresh()
    assert len(registry.asked) == before
    fresh("--days", "0")
    assert len(registry.asked) == 2 * before


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(fresh, registry: Registry) -> None:
    fresh.answers["/arxiv"] = (200, "")
    behave = registry.behave
    registry.behave = lambda handler: failing(handler) if handler.path.startswith("/arxiv") else behave(handler)
    done = fresh()
    assert done.returncode == 1 and "503" in done.stderr and "Traceback" not in done.stderr
    registry.behave = lambda handler: behave(handler) if not handler.path.startswith("/arxiv") else False
    assert fresh().returncode == 0


def test_a_number_that_arxiv_does_not_know_does_not_end_the_run(fresh, registry: Registry) -> None:
    registry.papers.clear()
    done = fresh()
    assert "'ada2025probe': arXiv knows no 2503.00001" in done.stdout and "2 to look at" in done.stderr
