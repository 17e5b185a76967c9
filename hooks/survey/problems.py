"""What is wrong in the book, as data: where, what, and what was probably meant. Printing comes last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from survey.characters import blank_unseen

LONGEST = 1000  # letters of a message


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one line of one file."""

    path: str
    line: int
    message: str
    meant: str = ""

    @property
    def told(self) -> str:
        """What is wrong, and what was meant."""
        return _on_one_line(self.message + (f"; did you mean '{self.meant}'?" if self.meant else ""))

    def __str__(self) -> str:
        return f"{_on_one_line(self.path)}:{self.line}: {self.told}"


class SurveyError(Exception):
    """Raised when the book cannot be built; holds every problem found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(report(self.problems))


class Unknown(LookupError):
    """A name that the survey does not have, with the nearest one that it has."""

    def __init__(self, what: str, name: object, choices: Iterable[str]) -> None:
        self.name = str(name)
        self.message = f"unknown {what} '{name}'"
        self.meant = nearest(str(name), choices)
        super().__init__(self.message)


class Misuse(Exception):
    """A macro was called in a way that gives nothing; the message says why."""


def nearest(name: str, choices: Iterable[str]) -> str:
    """The choice most like `name`, or the empty string when none is close."""
    by_lower = {choice.lower(): choice for choice in choices}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def _on_one_line(text: str) -> str:
    """What a terminal can show of a text that may hold anything."""
    shown = " ".join(blank_unseen(text, "\ufffd").split())
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def report(problems: Iterable[Problem]) -> str:
    """All problems as `path:line: message` lines."""
    return "\n".join(str(problem) for problem in problems)
