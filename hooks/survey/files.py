"""Files and folders put in place whole or not at all: what is written is written aside, and then renamed.

A process that is killed may leave what it had aside, which no reader sees. The next one to write in its place takes
that away.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

Approve = Callable[[Mapping[Path, Path]], None]


def replace(contents: Mapping[Path, bytes], approve: Approve = lambda aside: None) -> None:
    """Put every file in place, or none of them; one that is there keeps its mode, and a symbolic link leads on.

    `approve` gets where each file lies before it is put in place, and may raise. Raises OSError with the name of the
    file that cannot be written.
    """
    places = {file: file.resolve() for file in contents}
    aside = {file: _aside(place) for file, place in places.items()}
    try:
        for file, place in places.items():
            with _naming(file):
                for left in _left(place):
                    left.unlink(missing_ok=True)
                mode = place.stat().st_mode if place.exists() else None
                if mode is not None and not (mode & stat.S_IWUSR and os.access(place, os.W_OK)):
                    raise PermissionError(errno.EACCES, "is read-only")
                aside[file].write_bytes(contents[file])
                if mode is not None:
                    aside[file].chmod(mode)
        approve(aside)
        with _uninterrupted():
            _put(places, aside)
    finally:
        for file in aside.values():
            with suppress(OSError):
                file.unlink(missing_ok=True)


def _put(places: Mapping[Path, Path], aside: Mapping[Path, Path]) -> None:
    before = {file: place.read_bytes() for file, place in places.items() if place.exists()} if len(places) > 1 else {}
    done: list[Path] = []
    try:
        for file, place in places.items():
            with _naming(file):
                aside[file].replace(place)
            done.append(file)
    except OSError:
        for file in done:
            if file not in before:
                places[file].unlink()
                continue
            aside[file].write_bytes(before[file])  # aside: the disk may be full
            aside[file].chmod(places[file].stat().st_mode)
            aside[file].replace(places[file])
        raise


def keep(file: Path, value: str | bytes) -> None:
    """Keep a value that can be found out again; where it cannot be written it costs time later, and nothing else."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        replace({file: value.encode("utf-8") if isinstance(value, str) else value})


@contextmanager
def alone(folder: Path, wait: Callable[[], None] = lambda: None) -> Iterator[int]:
    """One process at a time; `wait` is called before waiting for another.

    Gives a file descriptor: a child that inherits it keeps others out until it has ended, even if its parent is killed.
    """
    lock = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait()
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            pass  # some network drives have no locks
        yield lock
    finally:
        os.close(lock)


@contextmanager
def workshop(place: Path) -> Iterator[Path]:
    """An empty folder beside the folder `place` in which its successor is made; nothing is left of it.

    Only for a process that is alone there. What an earlier one left is removed, and what it had in hand is put back.
    """
    folder = place.with_name(f".{place.name}.new")
    if (folder / "old").is_dir() and not place.exists():
        (folder / "old").rename(place)
    with _naming(folder):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def swap(new: Path, place: Path) -> None:
    """Put the folder `new` from the workshop of `place` in its place, in one step where the system has one."""
    if not place.exists():
        new.rename(place)
    elif not _exchanged(new, place):
        old = new.with_name("old")
        with _uninterrupted():  # whoever is killed between the two has it put back by the next workshop
            place.rename(old)
            try:
                new.rename(place)
            except OSError:
                old.rename(place)
                raise


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder for what is needed for a moment; a file in it that cannot be written is told by the folder."""
    name = os.environ.get("TMPDIR", "/tmp")
    try:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
    except OSError as error:
        if error.errno and error.filename is None:
            raise OSError(error.errno, error.strerror, name) from None
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Whether two folders have changed places; Linux can do that so that neither is ever missing."""
    try:
        import ctypes

        rename = ctypes.CDLL(None).renameat2
    except (ImportError, AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <linux/fs.h>
    return rename(here, os.fsencode(one.absolute()), here, os.fsencode(other.absolute()), exchange) == 0


def _aside(place: Path) -> Path:
    return place.with_name(f".{place.name}.{os.getpid()}.{threading.get_ident()}.new")


def _left(place: Path) -> Iterator[Path]:
    """What killed processes have left beside a file."""
    for file in place.parent.glob(f".{escape(place.name)}.*.new"):
        process = file.name.removeprefix(f".{place.name}.").partition(".")[0]
        if process.isdigit() and not _lives(int(process)):
            yield file


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # someone else's
        return True
    return True


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Gives an error of the system the name of the file that it is about, which is not always in it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(file)) from None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
