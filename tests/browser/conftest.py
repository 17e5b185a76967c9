"""A real browser on the real site, served over HTTP from this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from provide import chromium
from support import served


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
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
        self.page.goto(self.address + path, wait_until="networkidle")
        return self.page


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
