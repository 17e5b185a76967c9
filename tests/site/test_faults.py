"""What a build leaves when it is killed, when the disk is full or closed to it, and when it is not alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from support import ROOT, BookFolder, files_of

CLI = [sys.executable, str(ROOT / "hooks" / "cli.py"), "--root"]
PRESS = [sys.executable, str(ROOT / "hooks" / "press.py")]


@pytest.fixture
def built(small_site: BookFolder, tmp_path: Path) -> BookFolder:
    """A built book that a test may break."""
    return BookFolder(Path(shutil.copytree(small_site.root, tmp_path / "built", symlinks=True)))


def _build(book: BookFolder) -> subprocess.Popen[str]:
    command = [*CLI, str(book.root), "build"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def _beside_the_site(book: BookFolder) -> list[str]:
    return [name for name in os.listdir(book.root) if name.startswith(".site")]


def _living(session: int) -> list[str]:
    listed = subprocess.run(["ps", "-s", str(session), "-o", "stat=,args="], capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if not line.startswith("Z")]


def _wait_for(happened: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_build_leaves_the_old_site_or_the_new_and_the_next_cleans_up(built: BookFolder) -> None:
    old, sources = files_of(built.root / "site"), built.sources()
    built.change("docs/index.md", "What is asked", "What, then, is asked")
    left = [old]
    for moment in ("site/index.html", "site/reward/index.html", "print/survey.pdf"):
        build = _build(built)
        _wait_for(lambda build=build, path=built.root / ".site.new" / moment: path.exists() or build.poll() is not None)
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        left.append(files_of(built.root / "site"))
        assert built.sources() == sources
    done = built.run("build")
    assert done.returncode == 0, done.stdout + done.stderr
    new = files_of(built.root / "site")
    assert new != old and left.count(old) + left.count(new) == len(left) and left.count(old) > 2
    assert not _beside_the_site(built) and not list(built.root.rglob(".*.new"))


def test_the_next_build_waits_for_what_a_killed_one_has_still_running(built: BookFolder) -> None:
    old, first = files_of(built.root / "site"), _build(built)
    _wait_for((built.root / ".site.new" / "site").exists)
    os.killpg(first.pid, signal.SIGSTOP)
    first.kill()
    second = _build(built)
    told = second.stdout.readline()
    os.killpg(first.pid, signal.SIGCONT)
    assert told == "another build is running; this one waits\n"
    assert second.communicate(timeout=60)[0] == "built site/ with survey.pdf\n"
    assert files_of(built.root / "site") == old and not _beside_the_site(built)


def test_a_build_that_is_told_to_end_takes_its_children_along_and_leaves_nothing(built: BookFolder) -> None:
    old = files_of(built.root / "site")
    build = _build(built)
    _wait_for((built.root / ".site.new" / "site").exists)
    build.terminate()
    assert build.wait(30) == 128 + signal.SIGTERM
    assert not _living(build.pid) and not _beside_the_site(built)
    assert build.stdout.read() == ""
    assert files_of(built.root / "site") == old


def test_of_two_builds_at_once_one_waits_and_both_give_what_one_gives(built: BookFolder) -> None:
    alone = files_of(built.root / "site")
    shutil.rmtree(built.root / ".cache")
    shutil.rmtree(built.root / "site")
    builds = [_build(built), _build(built)]
    beside = subprocess.Popen([*PRESS, "pdf", "site/survey.pdf", "--root", "."], cwd=built.root)  # cold, as they are
    told = "".join(build.communicate(timeout=120)[0] for build in builds)
    assert [build.returncode for build in builds] == [0, 0] and beside.wait(60) == 0
    assert told.count("another build is running; this one waits") == 1 and told.count("built site/") == 2
    assert files_of(built.root / "site") == alone


def test_a_folder_closed_to_writing_is_checked_and_can_be_built_elsewhere(built: BookFolder, tmp_path: Path) -> None:
    old = files_of(built.root / "site")
    shutil.rmtree(built.root / ".cache")
    for folder in [built.root, *built.root.rglob("*/")]:
        if not folder.is_symlink():
            folder.chmod(0o555)
    try:
        run = partial(_without_power, *CLI, str(built.root))
        assert run("check").returncode == 0
        done = run("build")
        assert done.returncode == 1 and done.stderr == ".site.new: Permission denied\n"
        done = run("check", "--fix")
        assert done.returncode == 0
        done = run("build", "--site", str(tmp_path / "site"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert files_of(tmp_path / "site") == old == files_of(built.root / "site")
    finally:
        for folder in [built.root, *built.root.rglob("*/")]:
            if not folder.is_symlink():
                folder.chmod(0o755)


def _without_power(*command: str) -> subprocess.CompletedProcess[str]:
    """Run without what lets root write everywhere."""
    drop = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.getuid() == 0 else []
    if drop and shutil.which("setpriv") is None:
        pytest.skip("root writes everywhere, and setpriv is not installed")
    return subprocess.run([*drop, *command], capture_output=True, text=True, timeout=120)


FULL = """
mount -t tmpfs -o size=24m survey "$DISK" && cp -a "$BOOK/." "$DISK" && cd "$DISK"
fill() {
  rm -f filler && free=$(df -k --output=avail . | tail -n 1)
  dd if=/dev/zero of=filler bs=1024 count=$((free - $1)) 2>/dev/null
}
fill 1500 && rm -r .cache && $CLI . build >"$OUT/build" 2>&1
echo $? >>"$OUT/build"
fill 0
$CLI . check >"$OUT/check" 2>&1
echo $? >>"$OUT/check"
$PRESS epub survey.epub --root . >"$OUT/epub" 2>&1
echo $? >>"$OUT/epub"
$CLI . add "$OUT/new.bib" >"$OUT/add" 2>&1
echo $? >>"$OUT/add"
rm filler && cp -a . "$OUT/after"
"""


def test_a_full_disk_is_told_in_a_line_and_leaves_everything_as_it_was(built: BookFolder, tmp_path: Path) -> None:
    disk, out = tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    out.mkdir()
    apart = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"]), "sh", "-c"]
    tried = [*apart, f"mount -t tmpfs survey {disk}"]
    if not shutil.which("unshare") or subprocess.run(tried, capture_output=True).returncode:
        pytest.skip("no small disk can be made here")
    built.change("docs/index.md", "What is asked", "What, then, is asked")
    (out / "new.bib").write_text("@misc{a, title={Pebble}, author={Lovelace, Ada}, year=2025, eprint={2512.00009}}")
    names = {"DISK": str(disk), "BOOK": str(built.root), "OUT": str(out)}
    subprocess.run([*apart, FULL], env={**os.environ, **names, "CLI": " ".join(CLI), "PRESS": " ".join(PRESS)})
    full = "No space left on device\n"
    told = {name: (out / name).read_text() for name in ("build", "check", "epub", "add")}
    assert full in told["build"] and told["build"].endswith("not built; site/ is as it was\n1\n"), told
    assert told["check"] == "no problems in 3 works and 7 chapters\n0\n"
    assert told["epub"] == f"survey.epub: {full}1\n"
    assert told["add"] == f"refs.bib: {full}1\n"
    assert "Traceback" not in "".join(told.values())
    after, before = files_of(out / "after"), files_of(built.root)
    assert {path: after[path] for path in before if not path.startswith(".cache")} == {
        path: content for path, content in before.items() if not path.startswith(".cache")
    }
    assert not [path for path in after if path.endswith(".new") or path.startswith(".site")]


@pytest.mark.parametrize(
    ("shell", "told"),
    [
        ("$SURVEY stats >&-", ""),
        ("$SURVEY check >&- 2>&-", ""),
        ("$SURVEY add - <&-", "standard input:1: holds no BibTeX entry\n"),
        ("$SURVEY stats | head -n 0", ""),
        ("$SURVEY stats >/dev/full", "standard output: No space left on device\n"),
        ("PYTHONIOENCODING=ascii $SURVEY stats | grep -o 'Qu.xedz'", "Qu\\xedz\n"),
        ("PYTHONIOENCODING=ascii $SURVEY readme | grep -o 'Sécond'", "Sécond\n"),
        ("env -u HOME -u LANG -u TERM TMPDIR=/nonexistent $SURVEY check", "no problems in 3 works and 7 chapters\n"),
    ],
)
def test_a_command_minds_neither_closed_streams_nor_an_old_terminal(book: BookFolder, shell: str, told: str) -> None:
    book.change("refs.bib", "A Second Look", "A Sécond Look")
    book.change("docs/data/papers.yml", "name: Quiz", "name: Quíz")
    names = {"SURVEY": f"{' '.join(CLI)} {book.root}"}
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, env={**os.environ, **names}, timeout=60)
    assert done.stdout + done.stderr == told


def test_without_git_a_line_says_what_is_missing(built: BookFolder, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(built.root)], check=True)
    done = built.run("build", PATH="/nonexistent")
    assert done.returncode == 0
    assert done.stderr == "no version, and no dates of changes: git is not installed\nbuilt site/ with survey.pdf\n"
