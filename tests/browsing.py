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


# Two pictures and two pauses later the scripts have done what they do by themselves, also what waits for the layout.
_IDLE = """async () => {
    if (matchMedia("(scripting: none)").matches) return;
    for (let i = 0; i < 2; i++) {
        await new Promise(requestAnimationFrame);
        await new Promise(done => requestIdleCallback(done));
    }
}"""


def visit(page: Page, address: str) -> Page:
    """Opens a page and waits until its scripts have run, however slow the machine is."""
    page.goto(address)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Waits until the scripts of a loaded page have run."""
    page.wait_for_load_state("networkidle")
    page.evaluate(_IDLE)


_USUAL_MS = 25  # what the work of `slowness` takes on the machine that the limits were set for


def slowness(page: Page) -> float:
    """How many times longer the browser takes for a piece of work than on a machine of usual speed, at least 1."""
    took = page.evaluate(
        """() => {
            const times = [];
            for (let i = 0; i < 5; i++) {
                const begun = performance.now(), words = new Map();
                for (let j = 0; j < 200000; j++) words.set("word" + (j % 5000), j);
                times.push(performance.now() - begun);
            }
            return times.sort((a, b) => a - b)[2];
        }"""
    )
    return max(1.0, took / _USUAL_MS)


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
