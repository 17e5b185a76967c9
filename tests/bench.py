"""How long the book takes to build, beside the floor: the same pages, already expanded, by plain Material.

The PDF stands beside the same text set by LaTeX, where that is installed.

Prints a table for the book and for synthetic catalogues; `bench.py 50 500` chooses their sizes.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

from support import ROOT, SMALL, copy_book

SIZES = (50, 500, 5000)
WORDS = (
    "agent search reward question answer policy retrieval step trajectory evidence query training web document "
    "judge model tool rollout credit token"
).split()

# Writes down every page as MkDocs is about to convert it, which is what the floor starts from.
CAPTURE = """
from pathlib import Path
from mkdocs.plugins import event_priority

@event_priority(-200)
def on_page_markdown(markdown, page, config, files):
    out = Path({folder!r}) / page.file.src_uri
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("---\\ntitle: " + repr(str(page.title or "Page")) + "\\n---\\n" + markdown, "utf-8")
    return markdown
"""


@dataclass(frozen=True)
class Measured:
    """Seconds and megabytes of one run."""

    seconds: float
    megabytes: float


def measure(*command: str) -> Measured:
    """Run a command to its end; raises RuntimeError if it fails."""
    begin = time.perf_counter()
    process = os.posix_spawn(command[0], command, {**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"failed: {' '.join(command)}")
    return Measured(time.perf_counter() - begin, usage.ru_maxrss / 1024)


def synthetic(folder: Path, size: int) -> Path:
    """A book with `size` made-up works that look like real ones, on the axes and with the terms of the small book."""
    root = copy_book(folder).root
    dice = random.Random(size)
    say = lambda n: " ".join(dice.choice(WORDS) for _ in range(n))  # noqa: E731
    entries, papers = [], {}
    for number in range(size):
        year, month, day = 2015 + number % 11, 1 + number % 12, 1 + number % 28
        key = f"author{year}work{number:05d}"
        authors = " and ".join(
            f"Family{dice.randrange(4000)}, Given{dice.randrange(40)}" for _ in range(dice.randint(2, 9))
        )
        entries.append(
            f"@inproceedings{{{key},\n  title = {{{{Work{number}}}: {say(9).capitalize()}}},\n"
            f"  author = {{{authors}}},\n  booktitle = {{Proceedings of the {year} Conference on {say(3).title()}}},\n"
            f"  year = {{{year}}},\n  origdate = {{{year}-{month:02d}-{day:02d}}},\n"
            f"  eprint = {{{year - 2000}{month:02d}.{number:05d}}},\n  archivePrefix = {{arXiv}}\n}}\n"
        )
        papers[key] = {
            "name": f"Work{number}",
            "kind": "method",
            "added": yaml.safe_load("2025-07-14"),
            "summary": f"{say(24)}.",
            "axes": {
                axis: f"{say(20)}."
                for axis in dice.sample(
                    ["training", "reward"], dice.randint(0, 2) if size < 200 else dice.choice([0] * 30 + [1])
                )
            },
            "learning": dice.choice(["online-rl", "untrained"]),
            "algorithms": ["grpo"],
            "base_models": ["Small-7B"],
            "rewards": ["outcome"],
            "tools": ["search"],
            "environments": ["offline-corpus"],
            "modalities": ["text"],
            "links": {"code": f"https://example.org/{key}"},
        }
    for axis in ("training", "reward"):  # a chapter discusses what is listed on its axis
        chapter = root / "docs" / f"{axis}.md"
        listed = " ".join(f"[@{key}]" for key, paper in papers.items() if axis in paper["axes"])
        chapter.write_text(f"{chapter.read_text('utf-8')}\n\n{listed}\n", "utf-8")
    (root / "refs.bib").write_text("\n".join([(SMALL / "refs.bib").read_text("utf-8"), *entries]), "utf-8")
    data = root / "docs" / "data" / "papers.yml"
    data.write_text(
        data.read_text("utf-8") + "\n" + yaml.dump(papers, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper))
    )
    return root


def floor(root: Path, folder: Path) -> Path:
    """A plain Material project with the expanded pages of the book in `root`."""
    docs = folder / "docs"
    hook = folder / "capture.py"
    folder.mkdir(parents=True)
    hook.write_text(CAPTURE.format(folder=str(docs)))
    config = (root / "mkdocs.yml").read_text("utf-8")
    capture = root / "mkdocs.capture.yml"
    capture.write_text(config.replace("hooks: [hooks/site.py]", f"hooks: [hooks/site.py, {hook}]"))
    try:
        measure(sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(capture), "-d", str(folder / "captured"))
    finally:
        capture.unlink()
    shutil.copytree(root / "docs" / "assets", docs / "assets")
    shutil.copytree(root / "docs" / "data", docs / "data")
    shutil.copy(root / "refs.bib", docs / "refs.bib")
    plugins = config.index("\nplugins:")
    (folder / "mkdocs.yml").write_text(
        config[:plugins].replace("strict: true", "strict: false").replace("watch: [refs.bib, hooks]\n", "")
        + "\nplugins: [search]\n"
    )
    return folder


def row(name: str, root: Path, folder: Path, press: bool) -> str:
    """One line of the table."""
    plain = floor(root, folder / "floor")
    base = measure(
        sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(plain / "mkdocs.yml"), "-d", str(folder / "a")
    )
    shutil.rmtree(root / ".cache", ignore_errors=True) if root != ROOT else None
    ours = measure(
        sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(root / "mkdocs.yml"), "-d", str(folder / "b")
    )
    check = measure(sys.executable, str(ROOT / "hooks" / "cli.py"), "--root", str(root), "check")
    pdf = latex = "–"
    if press:
        made = [sys.executable, str(ROOT / "hooks" / "press.py")]
        pdf = f"{measure(*made, 'pdf', str(folder / 'x.pdf'), '--root', str(root)).seconds:.1f} s"
        if tex := shutil.which("latexmk"):
            packed = measure(*made, "arxiv", str(folder / "x.tar.gz"), "--root", str(root))
            shutil.unpack_archive(folder / "x.tar.gz", folder / "tex", filter="data")
            options = ("-pdf", "-bibtex-", "-interaction=batchmode", "-silent", "-cd", str(folder / "tex" / "main.tex"))
            latex = f"{packed.seconds + measure(tex, *options).seconds:.1f} s"
    pages = sum(1 for _ in (folder / "b").rglob("index.html"))
    return (
        f"| {name} | {pages} | {base.seconds:.1f} s | {ours.seconds:.1f} s | {ours.seconds / base.seconds:.2f} | "
        f"{base.megabytes:.0f} MB | {ours.megabytes:.0f} MB | {check.seconds:.1f} s | {pdf} | {latex} |"
    )


def main() -> None:
    """Measure the book and the synthetic catalogues, smallest first."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print("| catalogue | pages | floor | build | ratio | floor's memory | memory | check | PDF | by LaTeX |")
    print("|" + " --- |" * 10)
    with tempfile.TemporaryDirectory() as folder:
        print(row("the book", ROOT, Path(folder, "book-out"), press=True), flush=True)
        for size in sizes:
            out = Path(folder, str(size))
            print(row(f"{size} works", synthetic(out / "root", size), out / "out", press=size <= 500), flush=True)


if __name__ == "__main__":
    main()
