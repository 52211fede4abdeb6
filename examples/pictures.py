"""Makes the pictures of `docs/` on MovieLens 100K: `python -m examples.pictures [HOME]`.

A HOME has the data and a model already. Needs Chromium and playwright.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from examples.app_host import HOST, Show
from examples.movielens import movielens_100k
from temporec_mcp.app import App
from temporec_mcp.pages.apps import Page as PageName
from temporec_mcp.pages.apps import app_page
from temporec_mcp.server.work import reply_result
from temporec_mcp.settings import Settings
from temporec_mcp.tools.base import Call
from temporec_mcp.tools.registry import TOOLS

DOCS = Path(__file__).resolve().parent.parent / "docs"
CHROMIUM = "/usr/bin/chromium"
USER, ASKED_AT = "279", "1998-04-23T20:00:00Z"
"""A person who came back on forty days; the evening after the data end."""
NOW = datetime(1998, 4, 24, tzinfo=UTC)
WIDTH, REPORT_WIDTH = 720, 840
SETTLE_MILLISECONDS = 300


@dataclass(frozen=True, slots=True)
class Made:
    """What the pictures are taken of."""

    report: Path
    results: dict[PageName, dict[str, object]]


def main() -> None:
    """Import, train, ask, and take the pictures."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else filled(Path(folder) / "home")
        made = ask(home, Path(folder) / "report.html")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, result in made.results.items():
            take_app(browser, name, result)
        take_report(browser, made.report)
        browser.close()


def filled(home: Path) -> Path:
    """Bring the data into a new home, and train on them."""
    run(home, "import", str(movielens_100k()))
    run(home, "train", "--preset", "quick", "--seed", "1")
    return home


def ask(home: Path, report: Path) -> Made:
    """Let a home answer."""
    run(home, "report", USER, "--at", ASKED_AT, "--output", str(report))
    app = App(Settings(home=home), lambda: NOW)
    shown = answer(app, "recommend", user_id=USER, at=ASKED_AT, k=5)
    fields = json.loads(json.dumps(shown["structuredContent"]))
    asked = {"recommendation_id": fields["recommendation_id"], "item_id": fields["items"][0]["item_id"]}
    results: dict[PageName, dict[str, object]] = {
        "timeline": answer(app, "summarize_user_timeline", user_id=USER, until=ASKED_AT, detail="full"),
        "explain": answer(app, "explain_recommendation", **asked),
    }
    app.close()
    return Made(report, results)


def run(home: Path, *arguments: str) -> None:
    """Run one command of the product in a process of its own."""
    subprocess.run([sys.executable, "-m", "temporec_mcp", "--home", str(home), "--standalone", *arguments], check=True)


def answer(app: App, name: str, **arguments: object) -> dict[str, object]:
    """Give the result that a host gets which shows pages."""
    reply = TOOLS[name].answer(app, arguments, Call(NOW, lambda part, phase: None, lambda: False))
    return reply_result(reply, has_pages=True).model_dump(by_alias=True, mode="json", exclude_none=True)


def take_app(browser: Browser, name: PageName, result: dict[str, object]) -> None:
    """Take a page in light and in dark, as a host shows it."""
    for theme in ("light", "dark"):
        page = browser.new_page(viewport={"width": WIDTH, "height": 400})
        page.set_content(HOST)
        page.evaluate("shown => play(shown)", Show(app_page(name), result, theme=theme).as_json())
        page.frame_locator("iframe").locator("section").first.wait_for()
        whole(page, WIDTH)
        save(page, f"{name}-app.png" if theme == "light" else f"{name}-app-dark.png")


def take_report(browser: Browser, report: Path) -> None:
    """Take the beginning of the report in light, and its reasons and model in dark."""
    page = browser.new_page(viewport={"width": REPORT_WIDTH, "height": 900}, color_scheme="light")
    page.goto(report.as_uri())
    save(page, "report.png", (0, top(page, "section:nth-of-type(3)")))
    page.emulate_media(color_scheme="dark")
    save(page, "report-reasons-dark.png", (top(page, "article"), top(page, "article:nth-of-type(2)")))
    model = "section:nth-of-type(5)"
    save(page, "report-model.png", (top(page, model), top(page, f"{model} .card.across:last-child")))


def top(page: Page, selector: str) -> float:
    """Give how far below the beginning an element lies."""
    return float(page.locator(selector).first.evaluate("found => found.getBoundingClientRect().top + scrollY"))


def whole(page: Page, width: int) -> None:
    """Make the window as high as what it shows, so that all of it is drawn."""
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    page.set_viewport_size({"width": width, "height": int(page.evaluate("document.documentElement.scrollHeight"))})
    page.wait_for_timeout(SETTLE_MILLISECONDS)


def save(page: Page, name: str, rows: tuple[float, float] | None = None) -> None:
    """Write a picture, all of the page or the rows between two heights, and tell its size."""
    DOCS.mkdir(exist_ok=True)
    if rows is None:
        data = page.screenshot(full_page=True)
    else:
        clip = {"x": 0.0, "y": max(rows[0] - 14, 0), "width": float(REPORT_WIDTH), "height": rows[1] - max(rows[0], 0)}
        data = page.screenshot(full_page=True, clip=clip)  # pyright: ignore[reportArgumentType]
    (DOCS / name).write_bytes(data)
    print(f"docs/{name}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
