"""A local HTTP server that answers as arXiv and Crossref do, or as badly as a test asks it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

ENTRY = """<entry>
<id>http://arxiv.org/abs/{number}v2</id><updated>2026-02-10T08:00:00Z</updated><published>{published}T17:59:59Z</published>
<title>{title}</title><summary>{summary}</summary>{authors}
<arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">{comment}</arxiv:comment>{doi}
<arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
</entry>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">ArXiv Query</title>
<id>http://arxiv.org/api/answer</id>{entries}</feed>"""


class Registry:
    """What the server knows, and how it behaves. `asked` holds the path of every question."""

    def __init__(self) -> None:
        self.papers: dict[str, str] = {}
        self.dois: dict[str, object] = {}
        self.asked: list[str] = []
        self.behave: Callable[[BaseHTTPRequestHandler], bool] = lambda handler: False  # True: it has answered
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                registry.asked.append(self.path)
                try:
                    if not registry.behave(self):
                        registry.answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # whoever asked has given up

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def paper(
        self,
        number: str,
        title: str,
        authors: tuple[str, ...] = ("Ada Lovelace", "Alan Turing"),
        published: str = "2025-12-01",
        comment: str = "",
        summary: str = "A summary.",
        doi: str = "",
    ) -> None:
        """A paper that arXiv has from now on."""
        self.papers[number] = ENTRY.format(
            number=number,
            title=escape(title),
            authors="".join(f"<author><name>{escape(name)}</name></author>" for name in authors),
            published=published,
            comment=escape(comment),
            summary=escape(summary),
            doi=f'<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">{doi}</arxiv:doi>' if doi else "",
        )

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        if parts.path == "/arxiv":
            numbers = parse_qs(parts.query)["id_list"][0].split(",")
            entries = "".join(self.papers.get(number, "") for number in numbers)
            return send(handler, 200, FEED.format(entries=entries).encode(), "application/atom+xml")
        doi = unquote(parts.path.removeprefix("/works/"))
        if doi in self.dois:
            return send(
                handler, 200, json.dumps({"status": "ok", "message": self.dois[doi]}).encode(), "application/json"
            )
        return send(handler, 404, b"Resource not found.", "text/plain")

    def close(self) -> None:
        self.server.shutdown()


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str, length: int | None = None) -> None:
    """Answer with `body`; `length` may promise more than there is."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def half(handler: BaseHTTPRequestHandler) -> bool:
    """Half a download."""
    send(handler, 200, b"<feed><entry>", "application/atom+xml", 5000)
    handler.connection.close()
    return True


def rubbish(handler: BaseHTTPRequestHandler) -> bool:
    """An answer in no format at all."""
    send(handler, 200, b"\x00\xff<html><body>Welcome to the hotel network", "text/html")
    return True


def failing(handler: BaseHTTPRequestHandler) -> bool:
    """A server in trouble."""
    send(handler, 503, b"later", "text/plain")
    return True


def silent(handler: BaseHTTPRequestHandler) -> bool:
    """A server that accepts and says nothing."""
    time.sleep(3)
    return True


def dripping(handler: BaseHTTPRequestHandler) -> bool:
    """A server that sends a byte now and then, and never ends."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" " * 70000)
        time.sleep(0.2)
    return True
