"""The small book with text that would break out of every format it is written in."""

from __future__ import annotations

from support import BookFolder

TITLE = (
    "A \"quoted\" 'title' </script><script>alert(1)</script> <b>R&D</b> ]]> &amp; [@nobody] \u200fRTL\u200f + 1% = 2"
)
SUMMARY = 'Says <img src=x onerror=alert(1)> & ]]> </script> "twice".'


def make_hostile(book: BookFolder) -> None:
    """Give the work ada2025seek a hostile title, author and summary."""
    book.change("refs.bib", "{{Seek}: A Second Look}", f"{{{TITLE}}}")
    book.change("refs.bib", "Dunn, Dora", "{O'Quote \" </script> & Sons}")
    book.change("docs/data/papers.yml", "summary: Looks again before it answers.", f"summary: '{SUMMARY}'")
