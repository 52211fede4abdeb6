"""Debian's Chromium, headless; where it is missing, the tests of pictures say that they did not run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
WAIT_MILLISECONDS = 30_000
"""How long a busy machine may take; nothing waits longer than it must."""
expect.set_options(timeout=WAIT_MILLISECONDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing, so the pictures were not opened (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that asks for nothing outside itself and complains of nothing."""
    page = browser.new_page(viewport={"width": 860, "height": 900})
    page.set_default_timeout(WAIT_MILLISECONDS)
    noticed: list[str] = []
    page.on("request", lambda request: noticed.append(request.url))
    page.on("console", lambda message: noticed.append(message.text))
    page.on("pageerror", lambda error: noticed.append(str(error)))
    page.on("dialog", lambda dialog: noticed.append(dialog.message))
    yield page
    page.close()
    assert [entry for entry in noticed if not entry.startswith(("file://", "about:"))] == []
