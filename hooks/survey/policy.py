"""What a page may load and run: its Content-Security-Policy, and what in a page the policy would block.

A static site sends no headers of its own, so that each page carries its policy in its head. No script runs that stands
in the page itself but the theme's own, which are allowed by their hashes; no style stands in the page, no file comes
from another server. https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256

from survey.markdown import Found, line_of

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",  # the icons in the theme's stylesheet
    "font-src 'self'",
    "connect-src 'self'",  # the search index, the list of works
    "worker-src 'self'",  # the search
    "base-uri 'none'",
    "form-action 'none'",
)
# Elements that the policy leaves without effect.
_NEVER = frozenset("applet audio base embed frame iframe object style track video".split())
# Attributes by which an element loads a file, and the elements that only lead to one.
_LOADS = frozenset("src srcset href xlink:href poster data background".split())
_LEADS = frozenset("a area".split())
_TOLD = _NEVER | {"script"}
_LINKS_THAT_LEAD = frozenset("alternate author canonical help license next prev search".split())
# Types of scripts that are data, which no browser runs.
_DATA = frozenset({"application/json", "application/ld+json"})

_OWN = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+"""
_ELEMENT = re.compile(
    rf"<!--.*?-->|<(?P<script>script)\b(?P<told>{_ATTRIBUTES})>(?P<text>.*?)</script\s*>"
    rf"|<(?P<name>[a-z][\w:-]*)(?P<attributes>{_ATTRIBUTES})>",
    re.DOTALL | re.IGNORECASE,
)
# Without any of it, an element that leads or shows has nothing that is blocked; most have none.
_MAYBE = re.compile(r"\bstyle\b|\bon[a-z]+|javascript", re.IGNORECASE)
_MAYBE_LOADS = re.compile(rf"{_MAYBE.pattern}|(?:{'|'.join(_LOADS)})\s*=", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_ELSEWHERE = re.compile(r"\s*(?:(?!data:)[a-z][a-z\d+.-]*:|//|\\\\)", re.IGNORECASE)


@lru_cache(maxsize=64)
def policy(scripts: str = "") -> str:
    """The policy of a page whose own scripts are those in `scripts`, HTML that the theme's templates give."""
    allowed = [allow(found["text"]) for found in _ELEMENT.finditer(scripts) if found["script"] and _runs(found["told"])]
    return "; ".join(_POLICY).replace("script-src 'self'", " ".join(["script-src 'self'", *allowed]))


def allow(script: str) -> str:
    """What a policy says to allow exactly this script."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def blocked(html: str) -> Iterator[Found]:
    """What the policy of a page would block in it, each with its line."""
    own = _OWN.search(html)
    allowed = own[1] if own else ""
    for found in _ELEMENT.finditer(html):
        name = (found["script"] or found["name"] or "").lower()
        if not (name in _TOLD or (_MAYBE if name in _LEADS else _MAYBE_LOADS).search(found["attributes"] or "")):
            continue
        for what in _faults(name, found, allowed) if name else ():
            yield Found(what, line_of(html, found.start()), found.start())


def _faults(name: str, found: re.Match[str], allowed: str) -> Iterator[str]:
    if name in _NEVER:
        yield f"<{name}>"
    attributes = _read(found["told"] or found["attributes"] or "")
    if name == "script" and _runs(found["told"]) and allow(found["text"]) not in allowed:
        yield "<script>" if not found["text"].strip() else f"<script>{found['text'].strip()[:40]}…"
    leads = name in _LEADS or name == "link" and set(attributes.get("rel", "").split()) <= _LINKS_THAT_LEAD
    for attribute, value in attributes.items():
        if attribute == "style" or attribute.startswith("on") and attribute.isalpha():
            yield f'{attribute}="{value}"'
        elif attribute in _LOADS and _ELSEWHERE.match(value):
            if not leads or re.match(r"\s*javascript:", value, re.IGNORECASE):
                yield f'{attribute}="{value}"'


def _runs(told: str) -> bool:
    """Whether a script with these attributes is one whose text runs."""
    attributes = _read(told)
    return "src" not in attributes and attributes.get("type", "").lower() not in _DATA


def _read(attributes: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(attributes)}
