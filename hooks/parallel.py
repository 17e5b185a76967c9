"""The pages are built by two processes, since MkDocs builds one page after another.

The second process is a fork, so that it has all that MkDocs has read, and builds into the same folder. Whichever is
done with a page takes the next, so that both come to an end together.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation

from survey.processes import end_with_parent

# MkDocs reads all pages before it writes the first. To write a page takes so much of the time that it takes to read it.
WRITING = 0.5
POSSIBLE = sys.platform == "linux"  # elsewhere a fork is not safe, or there is none


class Shared(Files):
    """The files of a site, some of whose pages another process may build."""

    _turns: Iterator[File] | None = None
    _mine: list[File] | None = None  # the pages that this process builds, if they are shared

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] | None = None
    ) -> list[File] | Iterator[File]:
        """All pages; for MkDocs as it builds them, which names an inclusion, only those that it is to build.

        Which these are is found out as it reads them.
        """
        if inclusion is None or self._mine is None:
            return super().documentation_pages(inclusion=inclusion or InclusionLevel.is_included)
        turns, self._turns = self._turns, None
        return turns or self._mine

    def share(
        self,
        in_order: Callable[[File], Any],
        nav: Navigation,
        config: MkDocsConfig,
        first: Callable[[], None],
        last: Callable[[], Any],
    ) -> Callable[[], Any]:
        """Share the pages with another process, which begins at once; MkDocs has its navigation by now.

        This process takes pages `in_order` from the first on, the other from the last, after it has done `first`. What
        comes back waits for it and gives what `last` gave there; it raises Abort or OSError for what went wrong there.
        Raises OSError or ImportError, and shares nothing, where processes can share no memory.
        """
        context = multiprocessing.get_context("fork")
        pages = sorted(self.documentation_pages(), key=in_order)
        left = context.Value("l", len(pages))
        here, there = context.Pipe(duplex=False)
        sys.stdout.flush()
        sys.stderr.flush()  # what is not written yet would be written twice
        worker = context.Process(
            target=_work,
            args=(self, _turns(reversed(pages), left), nav, config, first, last, there),
            daemon=True,
        )
        worker.start()
        there.close()
        self._mine, self._turns = [], self._taken(pages, left)

        def result() -> Any:
            try:
                records, error, found = here.recv()
            except EOFError:
                raise Abort("the process that builds the pages of works has been ended") from None
            worker.join()
            for record in records:
                logging.getLogger(record.name).handle(record)
            if error:
                raise error
            return found

        return result

    def _taken(self, pages: list[File], left: Any) -> Iterator[File]:
        """Pages until the other process needs as long for what is left as this one to write what it has taken."""
        begin, used = time.perf_counter(), time.process_time()
        for file in _turns(pages, left):
            self._mine.append(file)
            yield file
            made_there = len(pages) - left.value - len(self._mine)
            needed_there = left.value * (time.perf_counter() - begin) / max(made_there, 1)
            if needed_there < WRITING * (time.process_time() - used):
                break


def _turns(pages: Iterable[File], left: Any) -> Iterator[File]:
    for file in pages:
        with left.get_lock():
            if not left.value:
                return
            left.value -= 1
        yield file


def _work(
    files: Shared,
    pages: Iterator[File],
    nav: Navigation,
    config: MkDocsConfig,
    first: Callable[[], None],
    last: Callable[[], Any],
    there: Connection,
) -> None:
    """Build pages as MkDocs does, and send what was said, what went wrong, and what `last` gives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the first process ends the others
    end_with_parent()
    said: SimpleQueue = SimpleQueue()
    logging.getLogger("mkdocs").handlers[:] = [QueueHandler(said)]
    error = found = None
    try:
        first()
        env = config.plugins.on_env(config.theme.get_env(), config=config, files=files)
        every = files.documentation_pages()
        for file in pages:
            _populate_page(file.page, config, files)
            _build_page(file.page, config, every, nav, env)
        found = last()
    except OSError as failed:
        error = failed
    except BaseException as failed:  # the first process tells it and ends
        error = Abort(str(failed) or type(failed).__name__)
    there.send(([said.get() for _ in range(said.qsize())], error, found))
