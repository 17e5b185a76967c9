"""The characters that no source may hold, because no reader sees them or they change what others see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Controls, private use (with which this program marks places in a text), halves of characters, and what is invisible or
# changes the direction of what follows. The marks of direction and the joiners stay: scripts and emoji need them.
_UNSEEN = re.compile(
    "\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u180e\u200b\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef"
    "\ufeff\ufff9-\uffff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
_KINDS = {"Cc": "a control character", "Cs": "half a character", "Co": "private use", "Cn": "no character"}


def unseen(text: str) -> Iterator[tuple[int, str]]:
    """Where a text holds what nobody sees, and what it is."""
    for found in _UNSEEN.finditer(text):
        yield found.start(), f"holds the invisible character U+{ord(found[0]):04X} ({_name(found[0])}); take it out"


def blank_unseen(text: str, blank: str = " ") -> str:
    """The text with `blank` in the place of each of them, so that offsets still hold."""
    return _UNSEEN.sub(blank, text)


def without_unseen(text: str) -> str:
    """The text without what nobody sees; where that parted two words, a space does."""
    return _UNSEEN.sub(lambda found: " " if unicodedata.category(found[0]) in ("Cc", "Zl", "Zp") else "", text)


def _name(character: str) -> str:
    if character == "\ufffd":
        return "in place of a letter that was lost"
    return unicodedata.name(character, "").lower() or _KINDS.get(unicodedata.category(character), "no character")
