"""What git knows of the book: its version, and which files changed on which day."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections import defaultdict
from pathlib import Path

from survey.manuscript import History


def commit_of(root: Path) -> tuple[str, dt.datetime]:
    """The short commit and its date; SOURCE_DATE_EPOCH comes first, and outside git the date is the epoch."""
    name, _, stamp = _git(root, "log", "-1", "--format=%h %ct").strip().partition(" ")
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or stamp or 0)
    return name, dt.datetime.fromtimestamp(seconds, dt.UTC)


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


def _git(root: Path, *arguments: str) -> str:
    """What git answers; empty where it is not installed or the folder is not its own."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
