"""What is slow to make, kept between runs in the book's `.cache` until anything that it is made from changes.

A file of the cache begins with a hash of all that went in: what the caller names, this program and the libraries that
are installed, and the kept value itself. One that was made from anything else, or was damaged, has another hash and is
not looked at any further; so what is read back is what was written.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from survey import files

T = TypeVar("T")
CACHE = ".cache"
HOOKS = Path(__file__).parents[1]
_LENGTH = hashlib.sha256().digest_size


def fingerprint(*parts: str | bytes) -> str:
    """A hash that is the same for the same parts in the same order, and for no others."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part).digest())
    return digest.hexdigest()


def _program() -> str:
    """Of this program's files, of Python, and of the names with versions of all that is installed for it."""
    own = (part for file in sorted(HOOKS.rglob("*.py")) for part in (str(file.relative_to(HOOKS)), file.read_bytes()))
    folders = filter(os.path.isdir, sys.path)
    installed = (name for folder in folders for name in sorted(os.listdir(folder)) if name.endswith("-info"))
    return fingerprint(sys.version, *own, *installed)


PROGRAM = _program()  # as it is when it starts, since that is what runs


def kept(
    cache: Path | None, name: str, make: Callable[[], T], *made_from: str | bytes, program: str | bytes = PROGRAM
) -> T:
    """What `make` gives from nothing but `made_from`: as it is kept in the folder `cache` under `name`, or made now.

    Without a folder, or where it cannot be written, nothing is kept. `program` changes with what makes it.
    """
    found = recall(cache, name, *made_from, program=program)
    return found[0] if found else keep(cache, name, make(), *made_from, program=program)


def recall(cache: Path | None, name: str, *made_from: str | bytes, program: str | bytes = PROGRAM) -> tuple[Any] | None:
    """The value that was kept under `name` and made from just that; none if there is no such."""
    with suppress(OSError):
        if cache is not None:
            told = (cache / name).read_bytes()
            if told[:_LENGTH] == _seal(told[_LENGTH:], program, made_from):
                return (pickle.loads(told[_LENGTH:]),)
    return None


def keep(cache: Path | None, name: str, value: T, *made_from: str | bytes, program: str | bytes = PROGRAM) -> T:
    """Keep a value for later runs, and give it back."""
    if cache is not None:
        told = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        files.keep(cache / name, _seal(told, program, made_from) + told)
    return value


def _seal(told: bytes, program: str | bytes, made_from: Iterable[str | bytes]) -> bytes:
    return bytes.fromhex(fingerprint(program, *made_from, told))
