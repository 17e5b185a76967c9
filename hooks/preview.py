"""The live preview: a saved edit shows in the browser, with only what it changed built again; so does a mistake."""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from html import escape
from operator import getitem
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer
from mkdocs.theme import Theme
from mkdocs_macros import context

from history import unknown_history
from survey.policy import allow
from survey.problems import Misuse, SurveyError

# At each build, mkdocs-macros asks git a dozen things for its variable `git`, which no chapter uses.
context.get_git_info = cache(context.get_git_info)

# The page that stands in the place of every other while the book has problems.
PROBLEMS = "problems.html"
WATCHED = ("docs", "refs.bib", "mkdocs.yml", "hooks/theme")


class Preview(LiveReloadServer):
    """Builds the book in `root` into a folder of its own and serves it; looks for edits ten times a second."""

    def __init__(self, root: Path, host: str, port: int) -> None:
        self.book = root
        self.folder = Path(tempfile.mkdtemp(prefix="survey-preview-"))
        self.broken = True
        self.whole = False  # whether the folder holds the whole site by now
        self.templates: tuple[list[tuple[Path, int]], Environment] | None = None  # with what they come from
        super().__init__(self.show, host, port, root=str(self.folder), polling_interval=0.1)
        self.build_delay = 0.02
        # The first build is made like all others, while edits are noticed and requests wait for it.
        self._want_rebuild = True
        self._wanted_epoch = self._visible_epoch + 1

    def server_activate(self) -> None:
        """Say where the preview is, from when on it can be asked."""
        super().server_activate()
        print(f"Serving on {self.url}", file=sys.stderr, flush=True)

    def show(self) -> None:
        """Build what has changed; what is wrong becomes the page that is shown."""
        begin = time.monotonic()
        try:
            config = load_config(str(self.book / "mkdocs.yml"), site_dir=str(self.folder), strict=False)
            config.site_url = self.url
            self._keep_templates(config.theme)
            config.plugins.on_startup(command="serve", dirty=self.whole)
            build(config, serve_url=self.url, dirty=self.whole)
            self.whole, self.broken = True, False
            print(f"built in {time.monotonic() - begin:.2f} s", file=sys.stderr, flush=True)
        except (SurveyError, MkDocsException, OSError) as error:
            self._tell(str(error))
        except Exception as error:  # a preview outlives whatever is wrong with the book
            logging.getLogger(__name__).debug("failed", exc_info=error)
            self._tell(f"{type(error).__name__}: {error}")

    def _keep_templates(self, theme: Theme) -> None:
        """Gives MkDocs the templates of the build before; else it lists the theme's thousands of icons each time."""
        files = [self.book / "mkdocs.yml", *(self.book / "hooks" / "theme").rglob("*.html")]
        made_from = [(file, file.stat().st_mtime_ns) for file in files]
        if not self.templates or self.templates[0] != made_from:
            templates = theme.get_env()
            templates.list_templates = _asked_once(templates.list_templates)
            self.templates = made_from, templates
        theme.get_env = partial(getitem, self.templates, 1)

    def _tell(self, told: str) -> None:
        self.broken = True
        print(told, file=sys.stderr, flush=True)
        lines = "".join(f"<li>{escape(line)}</li>" for line in told.splitlines())
        (self.folder / PROBLEMS).write_text(PAGE.format(lines=lines), "utf-8")

    def serve_request(self, environ: dict, start_response) -> Iterable[bytes]:
        """The page that was asked for, or that with the problems; which of them is right is known after a build."""
        with self._epoch_cond:
            self._epoch_cond.wait_for(lambda: self._visible_epoch == self._wanted_epoch)
        if self.broken and environ["PATH_INFO"].endswith(("/", ".html")):
            environ = {**environ, "PATH_INFO": f"{self.mount_path}{PROBLEMS}"}
        return super().serve_request(environ, start_response)

    def _inject_js_into_html(self, content: bytes, epoch: int) -> bytes:
        """The page with MkDocs' script that reloads it, which the page's policy is told to allow."""
        page = super()._inject_js_into_html(content, epoch)
        script = page.rpartition(b"<script>")[2].partition(b"</script>")[0]
        return page.replace(b"script-src 'self'", f"script-src 'self' {allow(script.decode())}".encode(), 1)


def _asked_once(question: Callable[..., list[str]]) -> Callable[..., list[str]]:
    answers: list[list[str]] = []

    def answer(**arguments: Any) -> list[str]:
        if not answers:
            answers.append(question(**arguments))
        return answers[0]

    return answer


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The book has problems</title>
<meta name="viewport" content="width=device-width"><style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }}
body {{ max-width: 60rem; margin: 3rem auto; padding: 0 1rem; }}
li {{ font-family: ui-monospace, monospace; font-size: 0.9rem; margin: 0.5rem 0; overflow-wrap: anywhere; }}
</style></head><body><h1>The book has problems</h1>
<p>The page comes back when they are mended.</p><ul>{lines}</ul></body></html>
"""


def serve(root: Path, host: str, port: int) -> int:
    """Serve the preview of the book in `root` until it is interrupted."""
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    if said := unknown_history(root):
        print(said, file=sys.stderr)
    preview = Preview(root, host, port)
    try:
        for path in WATCHED:
            if (root / path).exists():
                preview.watch(str(root / path))
        preview.serve()
    except KeyboardInterrupt:
        pass
    except (OSError, OverflowError) as error:
        raise Misuse(f"cannot serve on {host}:{port}: {getattr(error, 'strerror', None) or error}") from None
    finally:
        preview.shutdown()
        shutil.rmtree(preview.folder, ignore_errors=True)
    return 0
