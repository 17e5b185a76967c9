"""The `survey` command: check the book, add to it, say how complete it is, and build the site with its PDF."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal

import desk
import ending
from history import commit_of
from survey import check, stats, tidy
from survey.catalogue import PAPERS, Catalogue
from survey.files import alone, keep, replace, swap, workshop
from survey.problems import Problem, report
from survey.schemas import schemas

HOOKS = Path(__file__).resolve().parent
PDF = "survey.pdf"


def check_book(root: Path, form: str = "text", fix: bool = False) -> int:
    """Print every problem of the book as `path:line: message`, or as annotations of GitHub; 1 if there is any.

    With `fix`, what is mechanical is mended first.
    """
    if fix:
        with alone((root / PAPERS).parent):  # whoever adds a work waits
            for path in tidy.sources(root):
                text = (root / path).read_bytes().decode("utf-8", "surrogateescape")
                if (mended := tidy.tidied(path, text)) != text:
                    replace({root / path: mended.encode("utf-8", "surrogateescape")})
                    print(f"mended {path}", file=sys.stderr)
    book, problems = check.check(root)
    problems = sorted([*problems, *_untidy(root)])
    if problems:
        return _told(problems, form)
    keep_schemas(root, book.catalogue)
    works, chapters = len(book.catalogue.works), len(book.manuscript.chapters)
    print(f"no problems in {works} works and {chapters} chapters", file=sys.stderr)
    return 0


def _told(problems: Sequence[Problem], form: str = "text") -> int:
    print("\n".join(map(annotation, problems)) if form == "github" else report(problems))
    print(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}", file=sys.stderr)
    return 1


def _untidy(root: Path) -> Iterator[Problem]:
    for path in tidy.sources(root):
        with suppress(OSError, UnicodeDecodeError):  # the checks have told that already
            yield from tidy.untidy(path, (root / path).read_bytes().decode("utf-8"))


def keep_schemas(root: Path, catalogue: Catalogue) -> None:
    """Write the JSON Schemas of the data files where editors find them (.vscode/settings.json names the place)."""
    for name, schema in schemas(catalogue, "").items():
        keep(root / ".cache" / "schema" / f"{name}.schema.json", json.dumps(schema, ensure_ascii=False, indent=1))


def annotation(problem: Problem) -> str:
    """A problem as a workflow command of GitHub Actions.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """

    def escaped(text: str, also: str = "") -> str:
        return "".join(f"%{ord(c):02X}" if c in "%\r\n" + also else c for c in text)

    return f"::error file={escaped(problem.path, ',:')},line={problem.line}::{escaped(problem.told)}"


def build_book(root: Path, site: Path) -> int:
    """Build the site and the PDF aside, then put them in the place of `site`; 1 and `site` as it was on any error."""
    book, problems = check.check(root)
    if book is None:
        return _told(problems)
    site = site.resolve()
    site.parent.mkdir(parents=True, exist_ok=True)
    with alone(site.parent, lambda: print("another build is running; this one waits", file=sys.stderr)) as lock:
        with workshop(site) as folder:
            pages, pdf = folder / "site", folder / "print" / PDF
            config = str(root / "mkdocs.yml")
            # The two share nothing but their sources, and there are two cores.
            if not _all_run(
                [sys.executable, str(HOOKS / "press.py"), "pdf", str(pdf), "--root", str(root)],
                [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", config, "-d", str(pages)],
                root=root,
                lock=lock,
                TMPDIR=str(folder),  # so that nothing stays in another place if they are killed
            ):
                print(f"not built; {site.name}/ is as it was", file=sys.stderr)
                return 1
            pdf.replace(pages / PDF)
            swap(pages, site)
    print(f"built {site.name}/ with {PDF}", file=sys.stderr)
    return 0


def _all_run(*commands: Sequence[str], root: Path, lock: int, **environment: str) -> bool:
    """Whether all commands, side by side, come to a good end; none outlives this, unless it is killed.

    They keep the lock as long as they live, and date what they make by the commit.
    """
    date = str(int(commit_of(root)[1].timestamp()))
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": date, **environment}
    jobs: list[subprocess.Popen] = []
    try:
        for command in commands:
            # A terminal sends its interrupt to all; it is this process that ends the others.
            job = subprocess.Popen(
                command, env=environment, cwd=root, pass_fds=[lock], preexec_fn=partial(signal, SIGINT, SIG_IGN)
            )
            jobs.append(job)
        return not any([job.wait() for job in jobs])
    finally:
        for job in jobs:
            job.kill()
            job.wait()


def print_stats(root: Path) -> int:
    """Print how much of the survey is filled in; 1 and the problems if the book has any."""
    book, problems = check.check(root)
    if book is None:
        return _told(problems)
    print(stats.report(stats.coverage(book.catalogue, (chapter.body for chapter in book.manuscript.chapters))))
    steps = stats.next_steps(book.catalogue)
    print("\n".join([f"what to work on next ({len(steps)} entries have gaps)", *(f"  {step}" for step in steps[:20])]))
    return 0


DESK = {"add": desk.add, "import": desk.import_list, "readme": desk.readme, "freshness": desk.check_freshness}


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="survey", description=__doc__)
    parser.add_argument("--root", type=Path, default=HOOKS.parent, help="the folder with mkdocs.yml and refs.bib")
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="every problem in data and chapters as path:line: message; no build")
    checking.add_argument("--format", choices=("text", "github"), default="text", help="github: annotations")
    checking.add_argument("--fix", action="store_true", help="mend what is mechanical: order, alignment, spaces")
    commands.add_parser(
        "stats", help="how much is filled in: works, attributes, facts, results, and what no chapter cites"
    )
    serving = commands.add_parser("serve", help="a live preview: a saved edit, or what is wrong with it, shows at once")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, default=8000)
    build = commands.add_parser("build", help="the site with the PDF; the previous one stays if anything is wrong")
    build.add_argument("--site", type=Path, help="where to put it (site/ in the root)")
    adding = commands.add_parser("add", help="add works to refs.bib and papers.yml, and say what is left to fill in")
    adding.add_argument(
        "what", nargs="+", help="an arXiv number or address, a DOI, a BibTeX file, or - for BibTeX on standard input"
    )
    importing = commands.add_parser("import", help="add what a reading list in Markdown has and the book has not")
    importing.add_argument(
        "list", help="a Markdown file with bullets or tables of links, its sections named as the axes"
    )
    adding.add_argument("--axis", action="append", default=[], help="an axis it contributes to; may be given again")
    adding.add_argument("--name", default="", help="its short name, if not what stands before the title's colon")
    for command in (adding, importing):
        command.add_argument("--kind", default="method", help="method, benchmark, framework, survey or background")
        command.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    commands.add_parser("readme", help="print the reading list as Markdown")
    freshness = commands.add_parser(
        "freshness", help="new versions and venues, moved and dead links, archived repositories"
    )
    freshness.add_argument("--days", type=int, default=7, help="ask again what was asked longer ago (7)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Command line: one command of those listed by `survey --help`."""
    options = _options(arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # names of files may be no text
            stream.reconfigure(errors="backslashreplace")
    root = options.root.resolve()
    return ending.run(partial(_run, root, options), root)


def _run(root: Path, options: argparse.Namespace) -> int:
    if options.command == "serve":
        from preview import serve  # MkDocs takes a while to load, and no other command needs it

        return serve(root, options.host, options.port)
    if options.command in DESK:
        return DESK[options.command](root, options)
    if options.command == "check":
        return check_book(root, options.format, options.fix)
    if options.command == "stats":
        return print_stats(root)
    return build_book(root, options.site or root / "site")


if __name__ == "__main__":
    sys.exit(main())
