"""A new entry put into a file that is sorted by key, with every other byte of the file as it was."""

from __future__ import annotations

import re

from survey.problems import Misuse

# The first line of an entry, its key in group 1.
BIB_START = re.compile(r"^@(?!comment|string|preamble)\w+\s*[{(]\s*([^\s,{}()]+)", re.MULTILINE | re.IGNORECASE)
YAML_START = re.compile(r"^([^\s#:'\"-][^\s:]*):", re.MULTILINE)
_COMMENTS = re.compile(r"(?:^[#%][^\n]*\n)+\Z", re.MULTILINE)


def insert(text: str, start: re.Pattern[str], key: str, entry: str) -> str:
    """The text of a file with one more entry, before the first whose key comes after it.

    Comment lines directly above an entry belong to it; those at the top of the file to the file. Raises Misuse if the
    key is there already.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    entry = entry.strip("\n").replace("\n", newline) + newline
    place = None
    for match in start.finditer(text):
        if match[1] == key:
            raise Misuse(f"the key '{key}' is taken")
        if match[1] > key and place is None:
            place = match.start()
    if place is None:
        gap = newline * (2 - (text.endswith(newline) + text.endswith(newline * 2))) if text else ""
        return text + gap + entry
    if (comments := _COMMENTS.search(text, 0, place)) and comments.start() > 0:
        place = comments.start()
    return text[:place] + entry + newline + text[place:]
