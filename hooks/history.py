"""What git knows of the book: its version, and which files changed on which day."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections import defaultdict
from pathlib import Path

from survey.manuscript import History
from survey.problems import Misuse


def commit_of(root: Path) -> tuple[str, dt.datetime]:
    """The short commit and its date; SOURCE_DATE_EPOCH comes first, and outside git the date is the epoch.

    Raises Misuse if SOURCE_DATE_EPOCH says no date.
    """
    name, _, stamp = _git(root, "log", "-1", "--format=%H %ct").strip().partition(" ")
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or stamp or "0"
    try:
        return name[:7], dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise Misuse(f"SOURCE_DATE_EPOCH is '{seconds}' and should be a number of seconds") from None


def history_of(root: Path) -> History:
    """The version and the changes of the book in `root`, by the days of their authors; empty outside git.

    A shallow clone has no changes: in its oldest commit every file would look new.
    """
    commit, date = commit_of(root)
    if not commit:
        return History()
    changes: dict[dt.date, set[str]] = defaultdict(set)
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == "false":
        day = date.date()
        # With -z no name is quoted; a commit is its day, marked by ">", and then its files.
        for part in _git(root, "log", "-z", "--format=>%as", "--name-only", "--relative", "--", "docs").split("\0"):
            path = part.strip("\n")
            if path.startswith(">"):
                day = dt.date.fromisoformat(path[1:])
            elif path:
                changes[day].add(path)
    return History(commit, date.date(), {day: frozenset(paths) for day, paths in changes.items()})


def unknown_history(root: Path) -> str:
    """Why nothing is known of the history that a book in git has, and what it lacks; empty where all is well."""
    if not (root / ".git").exists():
        return ""
    done = _asked(root, "rev-parse", "HEAD")
    if done and done.returncode == 0:
        return ""
    why = done.stderr.strip().partition("\n")[0] if done else "git is not installed"
    return f"no version, and no dates of changes: {why}"


def _git(root: Path, *arguments: str) -> str:
    """What git answers; empty where it is not installed or the folder is not its own."""
    done = _asked(root, *arguments)
    return done.stdout if done and done.returncode == 0 else ""


def _asked(root: Path, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    command = ["git", "-c", "log.showSignature=false", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
