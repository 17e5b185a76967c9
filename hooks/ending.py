"""How the book's commands end: with a message and an exit code, however they end, and never with a traceback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

from survey.problems import Misuse, SurveyError, Unknown


def run(command: Callable[[], int], root: Path) -> int:
    """What the command gives, or a code for what has ended it; paths in messages are told from `root`.

    A signal to end lets it clean up first, as an interrupt from the keyboard does.
    """
    _open_streams()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores one of them
            signal.signal(number, _end)
    try:
        status = command()
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever reads has read enough
        _forget_output()
        return 1
    except (SurveyError, Misuse, UnicodeError, RuntimeError) as error:  # the last from pandoc and Typst
        return _told(str(error))
    except Unknown as error:
        return _told(f"{error.message}; did you mean '{error.meant}'?" if error.meant else error.message)
    except OSError as error:
        _forget_output()
        if error.errno is None:
            return _told(str(error))
        place = "standard output" if error.filename is None else _shown(error.filename, root)
        return _told(f"{place}: {error.strerror}")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _told(message: str) -> int:
    with suppress(OSError):
        print(message, file=sys.stderr)
    return 1


def _shown(path: object, root: Path) -> Path:
    told = Path(os.fsdecode(path)) if isinstance(path, (str, bytes)) else Path(str(path))
    return told.relative_to(root) if told.is_relative_to(root) and told != root else told


def _open_streams() -> None:
    """Make good for what the shell has closed or set to an encoding without umlauts."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # else the next file that is opened would take the place of the terminal
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Leave unwritten what standard output does not take; Python would try again as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
