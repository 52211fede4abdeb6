"""train and evaluate: the commands that take their time."""

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import Answer, Session, answer, open_session, show

WAIT_SECONDS = 45
"""As long as one call may wait; the command asks again until the job has ended."""
GOES_ON = ("queued", "running")


def train(options: Options) -> int:
    """Train and wait for the end; Ctrl-C cancels the job, and nothing else does."""
    arguments = options.given("preset", "horizon", "time_budget_seconds", "seed")
    with open_session(options) as session:
        found = _until_ended(session, session.answer("train_model", arguments | {"wait_seconds": 0}))
    show(options, found)
    return 0 if found.fields["status"] == "completed" else 1


def _until_ended(session: Session, found: Answer) -> Answer:
    job = {"job_id": found.fields["job_id"]}
    try:
        while found.fields["status"] in GOES_ON:
            found = session.answer("get_training_status", job | {"wait_seconds": WAIT_SECONDS})
    except KeyboardInterrupt:
        return session.answer("cancel_training", job)
    return found


def evaluate(options: Options) -> int:
    """Measure a recipe on held-out events."""
    return answer(options, "evaluate", options.given("split", "preset", "seed"))
