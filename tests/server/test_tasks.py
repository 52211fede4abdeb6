"""Long calls as tasks, for a client that declares the extension, in an application whose import the test steers."""

import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal

import anyio
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.extension import ClientExtension, ResultClaim
from mcp.shared.exceptions import MCPError
from pydantic import ConfigDict

from temporec_mcp.app import App
from temporec_mcp.domain.requests import ImportReport, ImportRequest
from temporec_mcp.server.build import build_server
from temporec_mcp.server.tasks import PATIENCE_SECONDS
from temporec_mcp.tools.base import IsCancelled, Progress
from tests.server.conftest import NOW

pytestmark = pytest.mark.anyio
LONGEST_TEST_SECONDS = 30
TASKS = "io.modelcontextprotocol/tasks"
FILE = {"path": "history.csv"}
REPORT = ImportReport("csv", 1, 1, {}, 0, 1, None, None, 1, 1, ())
EVENTS = [
    {"user_id": f"u{user}", "item_id": f"x{(user + step) % 6}", "action": "watch", "timestamp": 1_760_000_000 + step}
    for user in range(8)
    for step in range(5)
]


class Created(types.Result):
    """A task as tools/call gives it."""

    model_config = ConfigDict(extra="allow")
    result_type: Literal["task"] = "task"
    task_id: str


class Told(types.Result):
    """What tasks/get gives."""

    model_config = ConfigDict(extra="allow")
    task_id: str | None = None
    status: str | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class TaskClient(ClientExtension):
    """Declares tasks."""

    identifier = TASKS

    def claims(self) -> Sequence[ResultClaim[Any]]:
        async def resolve(result: Created, context: object) -> types.CallToolResult:
            raise AssertionError("the tests take tasks as they are")

        return [ResultClaim(result_type="task", model=Created, resolve=resolve)]


class Importer(App):
    """The real application, but for an import that waits for the test."""

    def __init__(self, app: App, work: Callable[["Importer", Progress, IsCancelled], None]) -> None:
        super().__init__(app._settings, app._clock)
        self.work = work
        self.may_end, self.has_stopped = threading.Event(), threading.Event()

    def import_history(self, request: ImportRequest, progress: Progress, is_cancelled: IsCancelled) -> ImportReport:
        try:
            self.work(self, progress, is_cancelled)
        finally:
            self.has_stopped.set()
        return REPORT


def wait_for_the_test(importer: Importer, progress: Progress, is_cancelled: IsCancelled) -> None:
    while not importer.may_end.wait(0.01):
        progress(0.5, "reading rows")


@asynccontextmanager
async def connected(app: App, *extensions: ClientExtension) -> AsyncGenerator[Client]:
    with anyio.fail_after(LONGEST_TEST_SECONDS):
        async with Client(build_server(app, lambda: NOW), mode="auto", extensions=extensions) as client:
            yield client


async def call(client: Client, name: str, arguments: dict[str, object]) -> types.Result:
    return await client.session.call_tool(name, arguments, allow_claimed=True)


async def ask(client: Client, method: str, task_id: str, **more: object) -> Told:
    request = types.Request[Any, Any](method=method, params={"taskId": task_id} | more)
    return await client.session.send_request(request, Told)


async def until_ended(client: Client, task_id: str) -> Told:
    while (told := await ask(client, "tasks/get", task_id)).status == "working":
        await anyio.sleep(0.05)
    return told


async def test_a_long_call_becomes_a_task_that_gives_its_progress_and_then_its_result(app: App) -> None:
    importer = Importer(app, wait_for_the_test)
    async with connected(importer, TaskClient()) as client:
        task = await call(client, "import_history", FILE)
        assert isinstance(task, Created)
        working = await ask(client, "tasks/get", task.task_id)
        assert (working.status, working.result) == ("working", None)
        assert working.model_dump()["statusMessage"] == "50 % done: reading rows"
        importer.may_end.set()
        told = await until_ended(client, task.task_id)
    assert told.status == "completed" and told.result
    assert told.result["structuredContent"]["rows"] == 1


async def test_a_short_call_is_answered_at_once_although_tasks_are_declared(app: App) -> None:
    importer = Importer(app, lambda importer, progress, is_cancelled: None)
    async with connected(importer, TaskClient()) as client:
        result = await call(client, "import_history", FILE)
    assert isinstance(result, types.CallToolResult)
    assert result.structured_content["rows"] == 1


async def test_a_client_that_declares_nothing_waits_for_the_result_and_has_no_tasks(app: App) -> None:
    def outlast_patience(importer: Importer, progress: Progress, is_cancelled: IsCancelled) -> None:
        importer.may_end.wait(2 * PATIENCE_SECONDS)

    async with connected(Importer(app, outlast_patience)) as client:
        assert isinstance(await call(client, "import_history", FILE), types.CallToolResult)
        with pytest.raises(MCPError) as caught:
            await ask(client, "tasks/get", "task-1")
    assert caught.value.error.code == types.MISSING_REQUIRED_CLIENT_CAPABILITY
    assert caught.value.error.data == {"requiredCapabilities": {"extensions": {TASKS: {}}}}


async def test_cancelling_a_task_stops_work_that_only_tells_its_progress(app: App) -> None:
    importer = Importer(app, wait_for_the_test)
    async with connected(importer, TaskClient()) as client:
        task = await call(client, "import_history", FILE)
        assert isinstance(task, Created)
        await ask(client, "tasks/cancel", task.task_id)
        assert await anyio.to_thread.run_sync(importer.has_stopped.wait, LONGEST_TEST_SECONDS)
        assert (await until_ended(client, task.task_id)).status == "cancelled"
    assert not importer.may_end.is_set()


async def test_a_task_that_has_ended_cannot_be_cancelled_any_more(app: App) -> None:
    importer = Importer(app, wait_for_the_test)
    async with connected(importer, TaskClient()) as client:
        task = await call(client, "import_history", FILE)
        assert isinstance(task, Created)
        importer.may_end.set()
        await until_ended(client, task.task_id)
        await ask(client, "tasks/cancel", task.task_id)
        assert (await ask(client, "tasks/get", task.task_id)).status == "completed"


async def test_a_fault_of_our_own_fails_the_task_without_its_insides(app: App) -> None:
    def fail(importer: Importer, progress: Progress, is_cancelled: IsCancelled) -> None:
        importer.may_end.wait(LONGEST_TEST_SECONDS)
        raise KeyError("a secret title")

    importer = Importer(app, fail)
    async with connected(importer, TaskClient()) as client:
        task = await call(client, "import_history", FILE)
        assert isinstance(task, Created)
        importer.may_end.set()
        told = await until_ended(client, task.task_id)
    assert told.status == "failed"
    assert told.error == {"code": types.INTERNAL_ERROR, "message": "Internal server error"}


async def test_a_training_is_a_task_by_its_job_id_and_outlives_the_connection(app: App) -> None:
    async with connected(app, TaskClient()) as client:
        logged = await call(client, "log_behavior", {"events": EVENTS})
        if isinstance(logged, Created):  # the store opens at the first call, which may take a while
            assert (await until_ended(client, logged.task_id)).status == "completed"
        task = await call(client, "train_model", {"preset": "quick"})
    assert isinstance(task, Created)
    assert task.task_id == app.training_status(None, 0, lambda part, phase: None, lambda: False).job_id
    async with connected(app, TaskClient()) as client:
        await ask(client, "tasks/update", task.task_id, inputResponses={})
        await ask(client, "tasks/cancel", task.task_id)
        assert (await ask(client, "tasks/get", task.task_id)).status == "cancelled"
        status = await call(client, "get_training_status", {"job_id": task.task_id})
    assert isinstance(status, types.CallToolResult) and status.structured_content["status"] == "cancelled"


async def test_a_task_that_is_not_there_is_refused_with_what_to_do(app: App) -> None:
    async with connected(app, TaskClient()) as client:
        for method in ("tasks/get", "tasks/cancel", "tasks/update"):
            with pytest.raises(MCPError, match=r"task-7.*Call the tool again"):
                await ask(client, method, "task-7")
