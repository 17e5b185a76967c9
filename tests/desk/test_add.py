"""Adding a work: one command, both files or neither."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from local_registry import Registry, dripping, failing, half, rubbish, silent
from pybtex.database import parse_string

from killing import killed_everywhere
from support import ROOT, BookFolder, Run
from survey.addition import Addition
from survey.bibtex import read_bibtex
from survey.catalogue import Catalogue
from survey.draft import Draft


def test_an_arxiv_number_becomes_a_sorted_entry_in_both_files(
    book: BookFolder, registry: Registry, survey: Run
) -> None:
    registry.paper(
        "2512.00001", "Pebble: Searching with LLMs &\n  Patience", comment="Code at https://github.com/ada/pebble"
    )
    done = survey("add", "https://arxiv.org/pdf/2512.00001v2", "--axis", "reward")
    assert done.returncode == 0, done.stderr
    added = book.reference("lovelace2025pebble")
    assert added.title == "Pebble: Searching with LLMs & Patience"
    assert added.entry.fields["title"] == r"Pebble: Searching with {LLMs} \& Patience"
    assert [str(a) for a in added.authors] == ["Ada Lovelace", "Alan Turing"]
    assert added.arxiv == "2512.00001" and added.first_public.isoformat() == "2025-12-01"
    keys = [line.split("{")[1].rstrip(",\n") for line in book.read("refs.bib").splitlines() if line.startswith("@")]
    assert keys == sorted(keys)
    papers = book.read("docs/data/papers.yml")
    assert "  name: Pebble\n  kind: method\n" in papers and "    code: https://github.com/ada/pebble\n" in papers


def test_no_other_byte_of_either_file_changes(book: BookFolder, registry: Registry, survey: Run) -> None:
    book.write("refs.bib", book.read("refs.bib") + "\n% a comment at the end\t \n")
    before = book.sources()
    registry.paper("2512.00001", "Pebble: A Search")
    assert survey("add", "2512.00001").returncode == 0
    for old, new in zip(before, book.sources(), strict=True):
        start = next(i for i, (a, b) in enumerate(zip(old + b"\0", new + b"\0", strict=False)) if a != b)
        added = len(new) - len(old)
        assert any(new[:at] + new[at + added :] == old for at in range(max(0, start - added), start + 1))


def test_what_is_left_to_fill_in_is_said_with_file_and_line_and_asked_for_by_the_checks(
    book: BookFolder, registry: Registry, survey: Run
) -> None:
    registry.paper("2512.00001", "Pebble: A Search", comment="Accepted at ICLR 2026")
    done = survey("add", "2512.00001", "--axis", "reward")
    line = 1 + book.read("docs/data/papers.yml").splitlines().index("  summary: TO WRITE")
    assert f"docs/data/papers.yml:{line}: write its summary" in done.stderr
    assert "what it contributes to 'reward'" in done.stderr and "discuss [@lovelace2025pebble]" in done.stderr
    assert "Accepted at ICLR 2026" in done.stderr
    checked = survey("check")
    assert checked.returncode == 1
    assert f"docs/data/papers.yml:{line}: lovelace2025pebble › summary: is still to be written" in checked.stdout


def test_a_stub_that_is_filled_in_passes_the_checks(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    assert survey("add", "2512.00001", "--kind", "benchmark").returncode == 0
    book.change("docs/data/papers.yml", "TO WRITE", "Searches with patience.")
    assert survey("check").returncode == 0, survey("check").stdout
    assert Catalogue.load(book.root).works["lovelace2025pebble"].paper.summary == "Searches with patience."


def test_a_published_preprint_is_entered_under_its_venue(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search", doi="10.1145/1234.5678")
    registry.dois["10.1145/1234.5678"] = {
        "type": "proceedings-article",
        "title": ["Pebble: A Search"],
        "author": [{"given": "Ada", "family": "Lovelace"}],
        "container-title": ["Proceedings of Searching &amp; Finding"],
        "issued": {"date-parts": [[2026, 4]]},
        "page": "1-12",
    }
    assert survey("add", "2512.00001").returncode == 0
    found = book.reference("lovelace2026pebble")
    assert found.entry.type == "inproceedings" and found.year == "2026"
    assert found.text("booktitle") == "Proceedings of Searching & Finding"
    assert found.arxiv == "2512.00001" and found.first_public.isoformat() == "2025-12-01"


def test_a_doi_is_asked_of_crossref(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.dois["10.1000/xyz"] = {
        "type": "journal-article",
        "title": ["A <i>Study</i> of Üse"],
        "author": [{"given": "Ahmet", "family": "Üstün"}, {"name": "The Search Group"}],
        "container-title": ["Journal of Search"],
        "issued": {"date-parts": [[2024, 5, 6]]},
    }
    assert survey("add", "https://doi.org/10.1000/xyz").returncode == 0
    found = book.reference("ustun2024study")
    assert found.title == "A Study of Üse" and found.text("journal") == "Journal of Search"
    assert [str(a) for a in found.authors] == ["Ahmet Üstün", "The Search Group"]
    assert r"{\"U}" in found.source, "accents are written as the rest of the file writes them"


@pytest.mark.parametrize("named", ["2503.00001", "https://arxiv.org/abs/2503.00001v3", "10.48550/arXiv.2503.00001"])
def test_a_work_that_is_here_already_is_not_added_again(book: BookFolder, survey: Run, named: str) -> None:
    before = book.sources()
    done = survey("add", named)
    assert done.returncode == 1 and "here already; refs.bib:" in done.stderr
    assert book.sources() == before


def test_a_work_is_known_by_a_nearly_equal_title(book: BookFolder, registry: Registry, survey: Run) -> None:
    title = book.reference("ada2025probe").title
    registry.paper("2512.00001", title.upper() + "!")
    done = survey("add", "2512.00001")
    assert done.returncode == 1 and "'ada2025probe' has the title" in done.stderr


def test_bibtex_from_standard_input_is_brought_into_the_one_style(book: BookFolder, survey: Run) -> None:
    given = """@article{DBLP:journals/corr/abs-2512-00001, author={Ada Lovelace and Alan M. Turing}, year = 2025,
      title={Pebble: {S}earching with LLMs}, journal={CoRR}, volume={abs/2512.00001}, biburl={https://dblp.org/x}}"""
    assert survey("add", "-", given=given).returncode == 0
    found = book.reference("lovelace2025pebble")
    assert found.entry.type == "misc" and found.arxiv == "2512.00001"
    assert "biburl" not in found.entry.fields and "{LLMs}" in found.entry.fields["title"]


def test_a_dry_run_shows_the_difference_and_changes_nothing(book: BookFolder, registry: Registry, survey: Run) -> None:
    before = book.sources()
    registry.paper("2512.00001", "Pebble: A Search")
    done = survey("add", "2512.00001", "--dry-run")
    assert done.returncode == 0 and book.sources() == before
    assert "+@misc{lovelace2025pebble," in done.stdout and "+lovelace2025pebble:" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith("-") and not line.startswith("---")]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (r"Pebble: $\tau^2$ and \emph{more} of 100% & _x_ #1", "Pebble: τ² and more of 100% & _x_ #1"),
        ("Pebble: <b>bold</b><script>alert(1)</script> &lt;i&gt;", "Pebble: boldalert(1)"),
        ("🚀 Pebble: a search\u200b 🔍", "Pebble: a search"),
        ("Pebble: {unbalanced $ and } braces", "Pebble: unbalanced $ and braces"),
        ('Pebble, "quoted" @work{x, y = {z}}', 'Pebble, "quoted" @work x, y = z'),
    ],
)
def test_a_title_with_latex_html_or_emoji_is_read_back_as_text(
    book: BookFolder, registry: Registry, survey: Run, title: str, shown: str
) -> None:
    registry.paper("2512.00001", title)
    assert survey("add", "2512.00001", "--name", "Pebble").returncode == 0
    key = next(k for k in read_bibtex(book.root / "refs.bib", "refs.bib", []) if k.startswith("lovelace2025"))
    assert book.reference(key).title == shown


def test_three_hundred_authors_are_all_entered(book: BookFolder, registry: Registry, survey: Run) -> None:
    names = tuple(f"Given{n} van Family{n}" for n in range(300))
    registry.paper("2512.00001", "Pebble: A Search", authors=names)
    assert survey("add", "2512.00001").returncode == 0
    found = book.reference("family02025pebble")
    assert [str(a) for a in found.authors] == list(names)


@pytest.mark.parametrize(
    ("behave", "told"),
    [
        (half, "broke off"),
        (rubbish, "arXiv's answer is broken"),
        (failing, "503"),
        (silent, "does not answer"),
        (dripping, "too slowly"),
    ],
)
def test_a_bad_answer_is_told_and_changes_nothing(
    book: BookFolder, registry: Registry, survey: Run, behave: Callable, told: str
) -> None:
    before = book.sources()
    registry.behave = behave
    done = survey("add", "2512.00001")
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and "nothing was added" in done.stderr
    assert book.sources() == before


def test_a_server_in_trouble_is_asked_again(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    registry.behave = lambda handler: len(registry.asked) < 3 and failing(handler)
    assert survey("add", "2512.00001").returncode == 0
    assert len(registry.asked) == 3


def test_without_a_network_a_message_says_so(book: BookFolder, survey: Run) -> None:
    before = book.sources()
    done = survey("add", "2512.00001", SURVEY_ARXIV="http://127.0.0.1:9/arxiv")
    assert done.returncode == 1 and "cannot be reached; is there a network?" in done.stderr
    assert book.sources() == before


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("2512.99999", "arXiv knows no 2512.99999"),
        ("2599.1", "'2599.1' is not an arXiv number"),
        ("https://example.org/paper", "neither an arXiv number"),
        ("10.1000/none", "knows no 10.1000/none"),
    ],
)
def test_a_wrong_number_is_told(book: BookFolder, survey: Run, named: str, told: str) -> None:
    before = book.sources()
    done = survey("add", named)
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert book.sources() == before


def test_a_withdrawn_paper_is_not_added(book: BookFolder, registry: Registry, survey: Run) -> None:
    before = book.sources()
    registry.paper(
        "2512.00001", "Pebble: A Search", comment="This paper has been withdrawn by the author due to an error"
    )
    done = survey("add", "2512.00001")
    assert done.returncode == 1 and "arXiv 2512.00001 is withdrawn" in done.stderr
    assert book.sources() == before


def test_one_bad_number_among_good_ones_adds_none(book: BookFolder, registry: Registry, survey: Run) -> None:
    before = book.sources()
    registry.paper("2512.00001", "Pebble: A Search")
    done = survey("add", "2512.00001", "2512.00002")
    assert done.returncode == 1 and "arXiv knows no 2512.00002" in done.stderr
    assert book.sources() == before


def test_a_syntax_error_in_the_middle_of_a_bibtex_file_is_located(book: BookFolder, survey: Run) -> None:
    before = book.sources()
    given = (
        "@misc{a, title={A}, author={B, C}, year=2025, url={https://example.org}}\n\n@misc{b, title={x,\n\n@misc{c}\n"
    )
    done = survey("add", "-", given=given)
    assert done.returncode == 1 and "standard input:" in done.stderr and "broken BibTeX" in done.stderr
    assert book.sources() == before


def test_an_unknown_axis_is_told_with_the_nearest(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    done = survey("add", "2512.00001", "--axis", "rewards")
    assert done.returncode == 1 and "unknown axis 'rewards'; did you mean 'reward'?" in done.stderr


def test_a_broken_data_file_is_not_written_to(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    book.change("docs/data/papers.yml", "kind: method", "kind: [method")
    before = book.sources()
    done = survey("add", "2512.00001")
    assert done.returncode == 1 and "docs/data/papers.yml:4: broken YAML" in done.stderr
    assert book.sources() == before


def test_an_interrupt_while_waiting_changes_nothing(book: BookFolder, registry: Registry) -> None:
    before = book.sources()
    registry.behave = silent
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "hooks" / "cli.py"), "--root", str(book.root), "add", "2512.00001"],
        env={**os.environ, "SURVEY_ARXIV": f"{registry.address}/arxiv", "SURVEY_PAUSE": "0"},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.time() + 20
    while not registry.asked and time.time() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert (process.returncode, told) == (130, "")
    assert book.sources() == before


def test_a_disk_that_is_full_or_closed_to_writing_leaves_both_files(
    book: BookFolder, registry: Registry, survey: Run
) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    before = book.sources()
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))"
    code = (
        f"import sys, signal; sys.path.insert(0, {str(ROOT / 'hooks')!r}); import cli; {limit}\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"sys.exit(cli.main(['--root', {str(book.root)!r}, 'add', '2512.00001']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "SURVEY_ARXIV": f"{registry.address}/arxiv", "SURVEY_PAUSE": "0"},
    )
    assert done.returncode == 1 and "File too large" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert book.sources() == before
    assert not list(book.root.rglob(".*.bib.*")) and not list(book.root.rglob(".*.yml.*"))


def test_the_entry_is_bibtex_that_others_read(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: 100% of {LLMs}")
    assert survey("add", "2512.00001").returncode == 0
    assert parse_string(book.read("refs.bib"), "bibtex").entries["lovelace2025pebble"].persons["author"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("eprint={2512.00009v2}, archivePrefix={arXiv}, year=2025", {"arxiv": "2512.00009"}),
        (
            "eprint={2512.00009}, eprinttype={arxiv}, eprintclass={cs.CL}, date={2025-03-04}",
            {"arxiv": "2512.00009", "year": "2025"},
        ),
        ("year=2025, doi={https://doi.org/10.1000/ABC}", {"url": "https://doi.org/10.1000/ABC"}),
    ],
)
def test_bibtex_of_other_tools_keeps_number_year_and_doi(
    book: BookFolder, survey: Run, given: str, expected: dict[str, str]
) -> None:
    done = survey("add", "-", given=f"@online{{a, title={{Pebble: A Search}}, author={{Lovelace, Ada}}, {given}}}")
    assert done.returncode == 0, done.stderr
    found = book.reference("lovelace2025pebble")
    assert {name: getattr(found, name) for name in expected} == expected


def test_an_entry_takes_over_what_its_crossref_names(book: BookFolder, survey: Run) -> None:
    given = """@inproceedings{a, title={Pebble: A Search}, author={Lovelace, Ada}, crossref={p}, doi={10.1000/a}}
    @proceedings{p, title={Proceedings of Searching}, editor={Bell, Boris}, year=2025, doi={10.1000/p}}"""
    assert survey("add", "-", given=given).returncode == 0
    found = book.reference("lovelace2025pebble")
    assert (found.text("booktitle"), found.year) == ("Proceedings of Searching", "2025")
    assert "crossref" not in found.entry.fields and "bell2025" not in book.read("refs.bib")


def test_editors_are_not_made_authors(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.dois["10.1000/xyz"] = {
        "type": "book",
        "title": ["A Book of Search"],
        "subtitle": ["A Book of Search"],
        "editor": [{"given": "Ada", "family": "Lovelace"}],
        "issued": {"date-parts": [[2024]]},
    }
    assert survey("add", "10.1000/xyz").returncode == 0
    persons = book.reference("lovelace2024book").entry.persons
    assert list(persons) == ["editor"] and book.reference("lovelace2024book").title == "A Book of Search"


def test_the_colon_between_a_team_and_its_members_is_no_author(
    book: BookFolder, registry: Registry, survey: Run
) -> None:
    registry.paper("2512.00001", "Pebble: A Search", authors=("Pebble Team", ":", "Ada Lovelace"))
    assert survey("add", "2512.00001").returncode == 0
    assert [str(a) for a in book.reference("pebbleteam2025pebble").authors] == ["Pebble Team", "Ada Lovelace"]


@pytest.mark.parametrize(
    ("comment", "summary"),
    [("Withdrawn from ICLR 2026; under review", ""), ("", "We teach an agent to find withdrawn papers.")],
)
def test_a_paper_that_only_speaks_of_withdrawal_is_added(
    book: BookFolder, registry: Registry, survey: Run, comment: str, summary: str
) -> None:
    registry.paper("2512.00001", "Pebble: A Search", comment=comment, summary=summary)
    assert survey("add", "2512.00001").returncode == 0


def test_a_name_is_given_to_one_work_that_alone_has_it(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    registry.paper("2512.00002", "Stone: A Find")
    before = book.sources()
    assert "--name is for one work" in survey("add", "2512.00001", "2512.00002", "--name", "Rock").stderr
    assert "another work is named 'probe' already" in survey("add", "2512.00001", "--name", "probe").stderr
    assert book.sources() == before


def test_a_dry_run_fails_where_the_addition_would(book: BookFolder, survey: Run) -> None:
    given = "@misc{a, title={Pebble: A Search}, author={Lovelace, Ada}, year=2025}"
    for arguments in ((), ("--dry-run",)):
        done = survey("add", "-", *arguments, given=given)
        assert done.returncode == 1 and "has no link" in done.stderr and done.stdout == ""


def test_a_line_in_a_quotation_is_not_taken_for_an_entry(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    book.change("docs/data/papers.yml", "summary: Asks a judge twice", 'summary: "Asks\nzebra: a judge twice')
    book.change("docs/data/papers.yml", "keeps the lower score.", 'keeps the lower score."')
    before = book.sources()
    done = survey("add", "2512.00001")
    assert book.sources() == before or done.returncode == 0
    assert "Traceback" not in done.stderr
    assert Catalogue.load(book.root).works["ada2025probe"].paper.summary.startswith("Asks zebra: a judge")


def test_a_read_only_file_is_not_written_to(book: BookFolder, registry: Registry, survey: Run) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    before = book.sources()
    (book.root / "refs.bib").chmod(0o444)
    done = survey("add", "2512.00001")
    assert done.returncode == 1 and "refs.bib: is read-only" in done.stderr
    assert book.sources() == before


def test_of_two_additions_at_once_the_second_waits_for_the_first(
    book: BookFolder, registry: Registry, survey: Run
) -> None:
    registry.paper("2512.00001", "Pebble: A Search")
    before = book.sources()
    folder = os.open(book.root / "docs" / "data", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    with ThreadPoolExecutor() as pool:
        done = pool.submit(survey, "add", "2512.00001")
        time.sleep(3)
        assert not done.done() and book.sources() == before
        os.close(folder)
        assert done.result().returncode == 0


def test_when_the_second_file_cannot_be_put_in_place_the_first_is_as_it_was(
    book: BookFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = book.sources()
    addition = Addition(book.root)
    addition.add(Draft("Pebble: A Search", ("Lovelace, Ada",), "2025", arxiv="2512.00001"), (), "method", date.today())
    replace = Path.replace

    def refusing(self: Path, target: Path) -> Path:
        if target.name == "papers.yml":
            raise PermissionError(13, "Permission denied", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refusing)
    with pytest.raises(PermissionError):
        addition.write()
    assert book.sources() == before and not list(book.root.rglob(".*.bib.*"))


def test_an_addition_killed_at_any_step_is_whole_after_the_same_command_again(book: BookFolder) -> None:
    draft = Draft("Pebble: A Search", ("Lovelace, Ada",), "2025", arxiv="2512.00001")

    def add() -> None:
        addition = Addition(book.root)
        if not addition.known(draft):
            addition.add(draft, (), "method", date(2025, 12, 1))
            addition.write()

    before, seen = book.sources(), []
    for _ in killed_everywhere(add):
        seen.append([new != old for new, old in zip(book.sources(), before, strict=True)])
        add()
        after = book.sources()
        assert all(text.count(b"lovelace2025pebble") == 1 for text in after)
        assert not list(book.root.rglob(".*.new"))
        for path, text in zip(("refs.bib", "docs/data/papers.yml"), before, strict=True):
            (book.root / path).write_bytes(text)
    assert [False, False] in seen and [True, False] in seen and [False, True] not in seen


def test_a_setting_that_is_no_number_is_told(survey: Run) -> None:
    for value in ("abc", "nan", "-1", "1e9"):
        done = survey("add", "2505.15107", SURVEY_PAUSE=value)
        assert done.returncode == 1 and f"SURVEY_PAUSE: '{value}' is no number of seconds" in done.stderr
        assert "Traceback" not in done.stderr
