"""A real browser on the real site, served over HTTP from this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from browsing import launch, serving, visit


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with serving(site) as found:
        yield found


# What pages did against the policy that they carry, and what they asked other servers for, in the test that is running.
_against: list[str] = []


def _watch(context: BrowserContext) -> BrowserContext:
    context.on("console", lambda told: _against.append(told.text) if "Content Security Policy" in told.text else None)
    context.on("request", lambda asked: _against.append(asked.url) if _from_elsewhere(asked) else None)
    return context


def _from_elsewhere(asked: Request) -> bool:
    """Whether a page asks another server; that a reader leaves it by a link is no request of the page."""
    return not asked.is_navigation_request() and not asked.url.startswith(("http://127.0.0.1:", "data:", "blob:"))


@pytest.fixture(autouse=True)
def against() -> Iterator[list[str]]:
    """Nothing that a test does on a page may break the page's policy or ask another server."""
    _against.clear()
    yield _against
    assert _against == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = launch(playwright)
        new_context = running.new_context
        running.new_context = lambda **told: _watch(new_context(**told))
        yield running
        running.close()


class Watched:
    """A page, with everything it asked for and complained of."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str) -> Page:
        return visit(self.page, self.address + path)


@pytest.fixture(params=["desktop", "phone"])
def reader(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:
    """A reader with a wide or a narrow window."""
    size = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}[request.param]
    context = browser.new_context(viewport=size)
    yield Watched(context, address)
    context.close()


@pytest.fixture
def plain_reader(browser: Browser, address: str) -> Iterator[Watched]:
    """A reader without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield Watched(context, address)
    context.close()


@pytest.fixture
def desktop(browser: Browser, address: str) -> Iterator[Watched]:
    """A reader with a wide window, a mouse and a keyboard."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Watched(context, address)
    context.close()


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Watched]:
    """A reader with a narrow window who taps."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield Watched(context, address)
    context.close()
