"""Tools as tasks (the extension io.modelcontextprotocol/tasks), for clients that declare it.

A call that takes longer than a moment goes on as a task that its client asks about, cancels or comes back to. A
training is a task by its job id: what is told of it comes from the store, so it outlives the connection and the
process. Every other task lives as long as its server.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Literal
from uuid import uuid4

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.shared.exceptions import MCPError

from temporec_mcp.domain.times import iso
from temporec_mcp.server.watch import Watch

PATIENCE_SECONDS = 0.5
"""A call that ends within this long is answered at once."""
POLL_MILLISECONDS = 1_000
"""How often a client should ask."""
KEPT = timedelta(hours=1)
"""How long a task that has ended can be asked about."""
MOST_AT_WORK = 16
"""Tasks of one server that are at work at once; more wait for their turn."""

Fields = dict[str, object]
Status = Literal["working", "completed", "failed", "cancelled"]
Work = Callable[[Watch], types.CallToolResult]


@dataclass(slots=True)
class Task:
    """A call that goes on."""

    task_id: str
    created_at: datetime
    watch: Watch
    turn: Future[types.CallToolResult]
    updated_at: datetime
    """When it was seen at work last, or when it was first seen to have ended."""
    _has_ended: bool = False

    def cancel(self) -> None:
        """Ask the work to stop; what has ended stays as it is."""
        if not self.turn.done():
            self.watch.cancel()

    def fields(self, now: datetime) -> Fields:
        """Give the task as a client sees it, with its outcome when it has one."""
        status, outcome = self._outcome()
        if not self._has_ended:
            self.updated_at, self._has_ended = now, status != "working"
        done = f"{100 * self.watch.part:.0f} % done: {self.watch.phase}" if self.watch.phase else "At work."
        shown = task_fields(self.task_id, status, done if status == "working" else f"The call is {status}.")
        times: Fields = {"createdAt": iso(self.created_at), "lastUpdatedAt": iso(self.updated_at)}
        return shown | times | {"ttlMs": KEPT // timedelta(milliseconds=1)} | outcome

    def _outcome(self) -> tuple[Status, Fields]:
        if self.watch.is_cancelled():
            return "cancelled", {}
        if not self.turn.done():
            return "working", {}
        fault = self.turn.exception()
        if fault is None:
            return "completed", {"result": result_fields(self.turn.result())}
        if isinstance(fault, MCPError):
            return "failed", {"error": {"code": fault.error.code, "message": fault.error.message}}
        return "failed", {"error": {"code": types.INTERNAL_ERROR, "message": "Internal server error"}}


@dataclass
class Tasks:
    """The tasks of one server."""

    clock: Callable[[], datetime]
    _line: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST_AT_WORK, thread_name_prefix="task")
    )
    _tasks: dict[str, Task] = field(default_factory=dict[str, Task])

    async def begin(self, work: Work) -> types.CallToolResult | Fields:
        """Start `work` and give its result, or the task that it has become when it takes longer."""
        watch = Watch()
        turn = self._line.submit(work, watch)
        try:
            await anyio.to_thread.run_sync(partial(wait, [turn], PATIENCE_SECONDS), abandon_on_cancel=True)
        except anyio.get_cancelled_exc_class():
            watch.cancel()
            raise
        return turn.result() if turn.done() else self._keep(watch, turn)

    def get(self, task_id: str) -> Task | None:
        """Give the task, unless there is none of that id (any more)."""
        self._drop_old()
        return self._tasks.get(task_id)

    def close(self) -> None:
        """Tell everything at work that nobody waits for it any more."""
        for task in self._tasks.values():
            task.watch.cancel()
        self._line.shutdown(wait=False, cancel_futures=True)

    def _keep(self, watch: Watch, turn: Future[types.CallToolResult]) -> Fields:
        self._drop_old()
        now = self.clock()
        task = Task(f"task-{uuid4().hex}", now, watch, turn, now)
        self._tasks[task.task_id] = task
        return task.fields(now) | {"resultType": "task"}

    def _drop_old(self) -> None:
        before = self.clock() - KEPT
        for task in [task for task in self._tasks.values() if task.created_at < before and task.turn.done()]:
            del self._tasks[task.task_id]


def task_fields(task_id: str, status: Status, said: str) -> Fields:
    """Give the fields that every task has, but for its times."""
    return {"taskId": task_id, "status": status, "statusMessage": said, "pollIntervalMs": POLL_MILLISECONDS}


def result_fields(result: types.CallToolResult) -> Fields:
    """Give a result as it would be sent on its own."""
    return result.model_dump(by_alias=True, mode="json", exclude_none=True)
