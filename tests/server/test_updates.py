"""What a client that follows a training job is told, in both eras of the protocol."""

import threading
from dataclasses import replace

import anyio
import anyio.to_thread
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.session import IncomingMessage
from mcp.server.subscriptions import ResourceUpdated
from mcp.shared.exceptions import MCPError

from temporec_mcp.app import App
from temporec_mcp.domain.training import TrainingRun, TrainRequest
from temporec_mcp.errors import NotFoundError
from temporec_mcp.server.build import build_server
from tests.server.conftest import NOW

pytestmark = pytest.mark.anyio
LONGEST_TEST_SECONDS = 20
IS_OLD = pytest.mark.filterwarnings("ignore:resources/(un)?subscribe is removed")
JOB = "temporec://jobs/job-1"


class Trainer(App):
    """The real application, but for one job that the test moves on."""

    def __init__(self, app: App) -> None:
        super().__init__(app._settings, app._clock)
        self.run = TrainingRun("job-1", "running", 0.1, "fitting", TrainRequest(preset="quick"), NOW)
        self.was_looked_at = threading.Event()

    def training_status(self, job_id, wait_seconds, progress, is_cancelled) -> TrainingRun:
        if job_id != self.run.job_id:
            raise NotFoundError(f"There is no job {job_id!r}.", "Start one with train_model.")
        run = self.run
        self.was_looked_at.set()
        return run

    async def move(self, moved: TrainingRun) -> None:
        """Let the job be seen as it is, and then move on."""
        await anyio.to_thread.run_sync(self.was_looked_at.wait, LONGEST_TEST_SECONDS)
        self.run = moved


async def test_a_listening_client_is_told_each_time_the_job_moves_until_it_ends(app: App) -> None:
    trainer = Trainer(app)
    with anyio.fail_after(LONGEST_TEST_SECONDS):
        async with (
            Client(build_server(trainer, lambda: NOW), mode="auto") as client,
            client.listen(resource_subscriptions=[JOB, "temporec://jobs/job-2", "temporec://status"]) as told,
        ):
            for moved in (replace(trainer.run, progress=0.5), replace(trainer.run, status="completed")):
                await trainer.move(moved)
                assert await anext(told) == ResourceUpdated(JOB)


@IS_OLD
async def test_a_subscribed_client_of_the_older_protocol_is_told_until_it_unsubscribes(app: App) -> None:
    trainer, told = Trainer(app), list[str]()
    has_heard = anyio.Event()

    async def note(message: IncomingMessage) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            told.append(message.params.uri)
            has_heard.set()

    with anyio.fail_after(LONGEST_TEST_SECONDS):
        async with Client(build_server(trainer, lambda: NOW), mode="legacy", message_handler=note) as client:
            await client.subscribe_resource(JOB)
            await trainer.move(replace(trainer.run, progress=0.5))
            await has_heard.wait()
            await client.unsubscribe_resource(JOB)
            await client.unsubscribe_resource(JOB)
            trainer.run = replace(trainer.run, status="completed")
            await client.read_resource("temporec://schema/events")
    assert told == [JOB]


@IS_OLD
async def test_only_a_job_can_be_subscribed_to(app: App) -> None:
    async with Client(build_server(app, lambda: NOW), mode="legacy") as client:
        with pytest.raises(MCPError, match="does not change by itself"):
            await client.subscribe_resource("temporec://schema/events")
        with pytest.raises(MCPError, match="There is no resource"):
            await client.subscribe_resource("temporec://nothing")


async def test_lists_are_not_said_to_change_and_resources_to_be_followed(app: App) -> None:
    async with Client(build_server(app, lambda: NOW), mode="auto") as client:
        found = client.server_capabilities
    assert found.tools and found.tools.list_changed is False
    assert found.resources and found.resources.subscribe is True
    assert found.extensions == {"io.modelcontextprotocol/tasks": {}, "io.modelcontextprotocol/ui": {}}
