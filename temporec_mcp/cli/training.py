"""train and evaluate: the commands that take their time."""

from temporec_mcp.cli.options import Options
from temporec_mcp.cli.session import Session, open_session, show
from temporec_mcp.domain.training import ENDED, TrainingRun
from temporec_mcp.tools.evaluate import EvaluateRequest
from temporec_mcp.tools.evaluate import evaluate as run_evaluate
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.training import LONGEST_WAIT_SECONDS, TrainToolRequest, train_request, training_reply


def train(options: Options) -> int:
    """Train and wait for the end; Ctrl-C cancels the job."""
    arguments = options.given("preset", "horizon", "time_budget_seconds", "seed")
    request = train_request(read_arguments(TrainToolRequest, arguments, "train"))
    with open_session(options) as session:
        run = _until_ended(session, session.app.start_training(request))
    show(options, training_reply(run))
    return 0 if run.status == "completed" else 1


def _until_ended(session: Session, run: TrainingRun) -> TrainingRun:
    call = session.call
    try:
        while run.status not in ENDED:
            run = session.app.training_status(run.job_id, LONGEST_WAIT_SECONDS, call.progress, call.is_cancelled)
    except KeyboardInterrupt:
        return session.app.cancel_training(run.job_id)
    return run


def evaluate(options: Options) -> int:
    """Measure a recipe on held-out events."""
    request = read_arguments(EvaluateRequest, options.given("split", "preset", "seed"), "evaluate")
    with open_session(options) as session:
        reply = run_evaluate(session.app, request, session.call)
    return show(options, reply)
