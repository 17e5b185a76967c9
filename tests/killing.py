"""Work that is killed at every step it takes on the disk, one after another."""

from __future__ import annotations

import io
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from survey import files

CHANGES = ("mkdir", "rename", "replace", "unlink", "rmdir", "chmod")


def killed_everywhere(work: Callable[[], object]) -> Iterator[int]:
    """Do the work again and again, killed before its first change to the disk, its second, and so on to its last."""
    for number in count(1):
        child = os.fork()
        if not child:
            try:
                _armed(number)
                work()
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert status == 0 and number > 3
            return
        yield number


def _armed(number: int) -> None:
    left = iter(range(number - 1, -1, -1))

    def counted(real: Callable, half: Callable = lambda *arguments: None) -> Callable:
        def call(*arguments: object, **named: object) -> object:
            if next(left, None) == 0:
                half(*arguments)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return call

    for name in CHANGES:
        setattr(os, name, counted(getattr(os, name)))
    opened, files._exchanged = io.open, counted(files._exchanged)

    def half_written(file: Path, *_: object) -> None:
        with opened(file, "wb") as out:
            out.write(b"ha")

    written = counted(opened, half_written)
    io.open = lambda file, mode="r", *more, **named: (written if "w" in mode else opened)(file, mode, *more, **named)
