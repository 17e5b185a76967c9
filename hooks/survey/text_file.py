"""The text of a source file."""

from __future__ import annotations

import stat
from pathlib import Path

from survey.characters import blank_unseen, unseen
from survey.problems import Problem

LARGEST = 32_000_000  # bytes; the data of ten thousand works is smaller


def read_text(file: Path, path: str, problems: list[Problem], foreign: bool = False) -> str | None:
    """The text of a UTF-8 file; None with a problem where there is none.

    What nobody sees in it is a problem too, and a space stands in its place; in a `foreign` text, which is read once and
    not kept, it may stand.
    """
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):  # to read a pipe would wait for its writer
            problems.append(Problem(path, 1, "is not a file"))
            return None
        if found.st_size > LARGEST:
            problems.append(Problem(path, 1, f"is larger than {LARGEST // 1_000_000} MB"))
            return None
        raw = file.read_bytes()
    except OSError as error:
        problems.append(Problem(path, 1, f"cannot be read: {error.strerror or error}"))
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
