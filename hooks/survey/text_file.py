"""The text of a source file."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from survey.characters import blank_unseen, unseen
from survey.problems import Problem

LARGEST = 32_000_000  # bytes; the data of ten thousand works is smaller


@dataclass(frozen=True)
class Snapshot:
    """A file as it was at one moment, whatever becomes of it: its contents, or what keeps it from being read."""

    contents: bytes
    fault: str = ""

    @classmethod
    def of(cls, file: Path) -> Snapshot:
        """The file as it is now."""
        try:
            found = file.stat()
            if not stat.S_ISREG(found.st_mode):  # to read a pipe would wait for its writer
                return cls(b"", "is not a file")
            if found.st_size > LARGEST:
                return cls(b"", f"is larger than {LARGEST // 1_000_000} MB")
            return cls(file.read_bytes())
        except OSError as error:
            return cls(b"", f"cannot be read: {error.strerror or error}")


def read_text(file: Path | Snapshot, path: str, problems: list[Problem], foreign: bool = False) -> str | None:
    """The text of a UTF-8 file; None with a problem where there is none.

    What nobody sees in it is a problem too, and a space stands in its place; in a `foreign` text, which is read once
    and not kept, it may stand.
    """
    found = file if isinstance(file, Snapshot) else Snapshot.of(file)
    raw = found.contents
    if found.fault:
        problems.append(Problem(path, 1, found.fault))
        return None
    try:
        text, fault = raw.decode("utf-8"), raw.find(b"\0")
    except UnicodeDecodeError as error:
        text, fault = "", error.start
    if fault >= 0:
        problems.append(Problem(path, raw.count(b"\n", 0, fault) + 1, "is not UTF-8 text"))
        return None
    if foreign:
        return text
    told: set[str] = set()
    for offset, message in unseen(text):
        if message not in told:
            told.add(message)
            problems.append(Problem(path, text.count("\n", 0, offset) + 1, message))
    return blank_unseen(text) if told else text
