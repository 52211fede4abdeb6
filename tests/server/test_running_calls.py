"""Progress, cancellation and faults of a call at work, in an application whose import the test steers."""

import threading
import time
from collections.abc import Callable

import anyio
import pytest
from mcp.shared.exceptions import MCPError

from temporec_mcp.app import App
from temporec_mcp.domain.requests import ImportReport, ImportRequest
from tests.server.conftest import Connect

pytestmark = pytest.mark.anyio
LONGEST_TEST_SECONDS = 10
FILE = {"path": "history.csv"}
REPORT = ImportReport("csv", 1, 1, {}, 0, 1, None, None, 1, 1, ())


class Importer(App):
    """The real application, but for an import that waits for the test."""

    def __init__(self, app: App, work: Callable[["Importer"], None]) -> None:
        super().__init__(app._settings, app._clock)
        self.work = work
        self.has_started, self.may_end = threading.Event(), threading.Event()
        self.was_cancelled = threading.Event()

    def import_history(self, request: ImportRequest, progress, is_cancelled) -> ImportReport:
        self.progress, self.is_cancelled = progress, is_cancelled
        self.has_started.set()
        self.work(self)
        return REPORT


def until_cancelled(importer: Importer) -> None:
    deadline = time.monotonic() + LONGEST_TEST_SECONDS
    while not importer.is_cancelled() and time.monotonic() < deadline:
        importer.may_end.wait(0.01)
    if importer.is_cancelled():
        importer.was_cancelled.set()


async def test_progress_rises_and_reaches_the_caller_while_the_call_runs(app: App, connect: Connect) -> None:
    seen: list[tuple[float, str | None]] = []

    def report_until_seen(importer: Importer) -> None:
        importer.progress(0.5, "reading rows")
        importer.progress(0.25, "reading rows")
        assert importer.may_end.wait(LONGEST_TEST_SECONDS)

    importer = Importer(app, report_until_seen)

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, message))
        importer.may_end.set()

    with anyio.fail_after(LONGEST_TEST_SECONDS):
        async with connect(importer) as client:
            result = await client.call_tool("import_history", FILE, progress_callback=note)
    assert not result.is_error
    assert seen == [(0.5, "reading rows")]


async def test_a_cancelled_call_stops_its_work_and_the_server_goes_on(app: App, connect: Connect) -> None:
    importer = Importer(app, until_cancelled)
    with anyio.fail_after(LONGEST_TEST_SECONDS):
        async with connect(importer) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(client.call_tool, "import_history", FILE)
                await anyio.to_thread.run_sync(importer.has_started.wait)
                tasks.cancel_scope.cancel()
            assert await anyio.to_thread.run_sync(importer.was_cancelled.wait, LONGEST_TEST_SECONDS)
            assert (await client.list_tools()).tools


async def test_a_slow_call_does_not_hold_up_another_one(app: App, connect: Connect) -> None:
    importer = Importer(app, lambda importer: importer.may_end.wait(LONGEST_TEST_SECONDS) and None)
    with anyio.fail_after(LONGEST_TEST_SECONDS):
        async with connect(importer) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "import_history", FILE)
            await anyio.to_thread.run_sync(importer.has_started.wait)
            result = await client.call_tool("log_behavior", {"events": []})
            assert result.is_error
            importer.may_end.set()


async def test_a_fault_of_our_own_is_told_without_its_insides(app: App, connect: Connect) -> None:
    def fail(importer: Importer) -> None:
        raise KeyError("a secret title")

    async with connect(Importer(app, fail)) as client:
        with pytest.raises(MCPError) as caught:
            await client.call_tool("import_history", FILE)
    assert "secret" not in str(caught.value)
