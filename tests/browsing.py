"""A real browser on a folder served over HTTP from this machine, and what is measured in it."""

from __future__ import annotations

import gzip
import statistics
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright

from provide import chromium


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder are served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def launch(playwright: Playwright) -> Browser:
    """Chromium, without what it would ask of other servers."""
    return playwright.chromium.launch(
        executable_path=chromium(),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    )


def weights(site: Path, requested: Iterable[str]) -> dict[str, int]:
    """The compressed bytes of every file of the site that a page asked for."""
    sizes = {}
    for name in {urlsplit(url).path.lstrip("/") for url in requested if url.startswith("http")}:
        content = (site / name / "index.html" if (site / name).is_dir() else site / name).read_bytes()
        sizes[name] = len(content if name.endswith((".woff2", ".png")) else gzip.compress(content, 6))
    return sizes


# Notes how long each key takes until the next picture.
SLOW = """
window.slow = [];
new PerformanceObserver(list => window.slow.push(...list.getEntries().map(entry => entry.duration)))
  .observe({ type: "event", durationThreshold: 16 });
"""


def typing_delay(page: Page, word: str = "search") -> float:
    """Milliseconds from a key to the next picture, the median of typing and deleting a word; needs SLOW on the page."""
    page.evaluate("window.slow.length = 0")
    page.keyboard.type(word, delay=150)
    for _ in word:
        page.keyboard.press("Backspace", delay=150)
    page.wait_for_timeout(300)
    return statistics.median(page.evaluate("window.slow") or [0])
