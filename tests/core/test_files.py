"""Files and folders are put in place whole or not at all, wherever the process that does it is killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from killing import killed_everywhere
from survey import files
from survey.files import alone, keep, replace, swap, workshop

HOOKS = Path(files.__file__).parents[1]


def test_a_file_is_the_old_or_the_new_wherever_the_process_is_killed(tmp_path: Path) -> None:
    file, seen = tmp_path / "refs.bib", set()
    file.write_bytes(b"old")
    for _ in killed_everywhere(lambda: replace({file: b"new"})):
        seen.add(file.read_bytes())
        file.write_bytes(b"old")
    assert seen == {b"old", b"new"}
    replace({file: b"newer"})
    assert file.read_bytes() == b"newer" and os.listdir(tmp_path) == ["refs.bib"]


def test_of_two_files_the_second_is_never_put_in_place_alone(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    seen = set()
    one.write_bytes(b"old"), two.write_bytes(b"old")
    for _ in killed_everywhere(lambda: replace({one: b"new", two: b"new"})):
        seen.add((one.read_bytes(), two.read_bytes()))
        one.write_bytes(b"old"), two.write_bytes(b"old")
    assert seen == {(b"old", b"old"), (b"new", b"old"), (b"new", b"new")}
    replace({one: b"newer", two: b"newer"})
    assert sorted(os.listdir(tmp_path)) == ["one", "two"]


def _site(folder: Path, text: str) -> Path:
    (folder / "papers").mkdir(parents=True)
    for name in ("index.html", "papers/a.html", "papers/b.html"):
        (folder / name).write_text(text)
    return folder


def _text(folder: Path) -> set[str]:
    found = [file.read_text() for file in folder.rglob("*.html")]
    assert len(found) == 3
    return set(found)


def _rebuild(place: Path) -> None:
    with workshop(place) as folder:
        swap(_site(folder / "site", "new"), place)


@pytest.mark.parametrize("exchange", [True, False])
def test_a_folder_is_the_old_or_the_new_wherever_the_process_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    place = _site(tmp_path / "site", "old")
    if not exchange:
        monkeypatch.setattr(files, "_exchanged", lambda one, other: False)
    elif not files._exchanged(place, _site(tmp_path / "other", "old")):
        pytest.skip("two folders cannot change places on this file system")
    shutil.rmtree(tmp_path / "other", ignore_errors=True)
    seen = []
    for _ in killed_everywhere(lambda: _rebuild(place)):
        assert place.exists() or not exchange
        with workshop(place):  # the next build puts right what the killed one has left
            seen += _text(place)
        assert os.listdir(tmp_path) == ["site"]
        shutil.rmtree(place)
        _site(place, "old")
    assert set(seen) == {"old", "new"}


def test_what_a_living_process_has_aside_stays(tmp_path: Path) -> None:
    file, aside = tmp_path / "a", tmp_path / f".a.{os.getppid()}.1.new"
    aside.write_text("half")
    replace({file: b"whole"})
    assert aside.exists()


def test_a_file_keeps_its_mode_and_a_link_leads_on(tmp_path: Path) -> None:
    file, link = tmp_path / "a", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    replace({link: b"new"})
    assert link.is_symlink() and file.read_text() == "new" and file.stat().st_mode & 0o777 == 0o640


def test_a_read_only_file_is_named_and_left(tmp_path: Path) -> None:
    file, other = tmp_path / "a", tmp_path / "b"
    file.write_text("old")
    file.chmod(0o444)
    with pytest.raises(PermissionError, match=f"is read-only: '{file}'"):
        replace({other: b"new", file: b"new"})
    assert file.read_text() == "old" and os.listdir(tmp_path) == ["a"]


def test_what_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    keep(tmp_path / "cache" / "value", "1")
    keep(tmp_path / "other" / "value", "1")
    assert (tmp_path / "other" / "value").read_text() == "1"


def test_a_process_alone_keeps_others_out_as_long_as_a_child_lives(tmp_path: Path) -> None:
    code = (
        f"import sys, subprocess, os; sys.path.insert(0, {str(HOOKS)!r}); from pathlib import Path\n"
        "from survey.files import alone\n"
        "with alone(Path(sys.argv[1])) as lock:\n"
        "    subprocess.Popen(['sleep', '1'], pass_fds=[lock])\n"
        "    os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)])
    waited: list[float] = []
    with alone(tmp_path, lambda: waited.append(time.monotonic())):
        assert waited and time.monotonic() - waited[0] > 0.3
