"""The policy that every page carries: what a page has of its own works under it, what is slipped into it does not.

That no page breaks its policy is watched in every test of this folder, by conftest.py.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from browsing import visit
from support import BookFolder

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
# What someone could slip into a page, each telling by its name in `window.ran`, or by a request, that it worked.
SLIPPED_IN = """
<script>(window.ran ??= []).push("script")</script>
<img src="nowhere.png" onerror="(window.ran ??= []).push('handler')">
<svg onload="(window.ran ??= []).push('load')"></svg>
<a id="slipped-in" href="javascript:void (window.ran ??= []).push('link')">link</a>
<iframe srcdoc="<script>(parent.ran ??= []).push('frame')</script>"></iframe>
<script src="https://elsewhere.example/script.js"></script>
<link rel="stylesheet" href="https://elsewhere.example/style.css">
<img src="https://elsewhere.example/picture.png">
<form id="sent" action="https://elsewhere.example/form" target="another"><input name="secret"></form>
<div id="styled" style="position: fixed; inset: 0">Log in</div>
"""


class _Parts(HTMLParser):
    """What of a page a policy has to do with, read by a parser of its own."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.first_in_head = self.policy = ""
        self.faults: list[str] = []
        self.scripts: list[str] = []
        self._text: list[str] | None = None
        self._in_head = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if self._in_head and not self.first_in_head:
            self.first_in_head = told.get("http-equiv", tag)
        self._in_head |= tag == "head"
        if told.get("http-equiv") == "Content-Security-Policy":
            self.policy = told["content"]
        if tag == "script" and "src" not in told and not told.get("type", "").endswith("json"):
            self._text = []
        if tag in ("style", "iframe", "object", "embed", "base"):
            self.faults.append(f"<{tag}>")
        self.faults += [f"{name}={value}" for name, value in told.items() if name == "style" or name.startswith("on")]
        leads = tag == "a" or told.get("rel", "").strip() in ("alternate", "canonical", "prev", "next")
        for name in {"src", "srcset", "href", "xlink:href", "action", "data", "poster"} & set(told):
            parts = urlsplit(told[name])
            if parts.scheme == "javascript" or (parts.scheme or parts.netloc) and not leads:
                self.faults.append(f"{tag} {name}={told[name]}")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._text is not None:
            self.scripts.append("".join(self._text))
            self._text = None


def test_every_page_has_a_strict_policy_and_nothing_that_it_blocks(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 300
    for file in pages:
        parts = _Parts(file.read_text("utf-8"))
        name = str(file.relative_to(site))
        assert parts.first_in_head == "Content-Security-Policy", name
        directives = dict(directive.split(" ", 1) for directive in parts.policy.split("; "))
        assert directives.pop("script-src").split() == ["'self'", *map(_hash, parts.scripts)], name
        assert directives.pop("img-src") == "'self' data:"
        assert set(directives.values()) == {"'self'", "'none'"}
        assert [directives[of] for of in ("default-src", "base-uri", "form-action")] == ["'none'"] * 3
        assert parts.faults == [], name


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    yield context.new_page()
    context.close()


def _with_slipped_in(page: Page, address: str, policy: bool, asked: list[str]) -> list[str]:
    """What of SLIPPED_IN has run on the page, with its policy or without; adds what was asked of elsewhere."""

    def slip_in(route: Route) -> None:
        html = route.fetch().text()
        html = html if policy else POLICY.sub("", html)
        route.fulfill(body=html.replace("<main ", f"{SLIPPED_IN}<main ", 1), content_type="text/html")

    page.route(address, slip_in)
    page.context.route("https://elsewhere.example/**", lambda route: (asked.append(route.request.url), route.abort()))
    page.goto(address)
    page.locator("#slipped-in").evaluate("link => link.click()")
    page.locator("#sent").evaluate("form => form.submit()")
    page.wait_for_timeout(300)
    return sorted(page.evaluate("window.ran ?? []"))


def test_what_is_slipped_into_a_page_runs_without_the_policy_and_not_with_it(
    page: Page, browser: Browser, address: str, against: list[str]
) -> None:
    asked: list[str] = []
    assert _with_slipped_in(page, address + "reward/", True, asked) == []
    assert asked == []
    assert page.locator("#styled").evaluate("box => getComputedStyle(box).position") == "static"
    other = browser.new_context()
    ran = _with_slipped_in(other.new_page(), address + "reward/", False, asked)
    other.close()
    assert ran == ["frame", "handler", "link", "load", "script"]
    assert {urlsplit(url).path for url in asked} == {"/script.js", "/style.css", "/picture.png", "/form"}
    against.clear()  # as it should be


def test_the_chosen_scheme_is_kept_and_there_before_the_page_is_drawn(page: Page, address: str) -> None:
    visit(page, address + "reward/")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    toggle = page.locator("form[data-md-component=palette] label:visible")
    for expected in ("default", "slate"):
        toggle.click()
        page.wait_for_function(f"{scheme} === '{expected}'")
    page.route("**/bundle.*.js", lambda route: route.abort())
    page.goto(address + "papers/jin2025searchr1/")
    assert page.evaluate(scheme) == "slate", "by the script in the page, before the theme's own is loaded"


def test_code_is_copied_with_the_button_beside_it(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, address + "contributing/")
    code = page.locator("article pre > code").first
    page.locator("article pre button[data-md-type=copy], article pre .md-clipboard").first.click()
    page.locator(".md-dialog--active").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.inner_text().strip()


def test_what_is_not_found_is_searched_for_and_enter_leads_to_it(page: Page, address: str) -> None:
    visit(page, address + "404.html")
    page.keyboard.press("/")
    page.keyboard.type("HiRA")
    page.locator(".md-search-result__item a[href*=jin2025hira]").first.wait_for(timeout=30000)
    page.keyboard.press("Enter")
    page.wait_for_url("**/papers/jin2025hira/**")


def test_the_preview_reloads_by_itself_under_the_policy_and_shows_what_is_wrong(
    page: Page, book: BookFolder, served: str
) -> None:
    page.goto(f"{served}/reward/")
    assert page.locator("meta[http-equiv=Content-Security-Policy]").count() == 1
    page.wait_for_timeout(500)  # the page asks for news when it is loaded
    book.change("docs/reward.md", "asks twice", "asks three times")
    page.get_by_text("asks three times").first.wait_for()
    page.wait_for_timeout(500)
    book.change("docs/reward.md", "see @ada2025seek", "see @ada2025sekk")
    page.get_by_text("unknown citation key").wait_for()
    assert page.locator("body").evaluate("body => getComputedStyle(body).maxWidth") == "960px"
    page.wait_for_timeout(500)
    book.change("docs/reward.md", "see @ada2025sekk", "see @ada2025seek")
    page.get_by_text("asks three times").first.wait_for()
