"""Look for the net's shape and schedule within a time limit, going on from what earlier searches of this home tried.

Every trial learns one net from the older events and is judged by its loss on the newest ones; trials that fall behind
the median are given up. What was tried lies in a file, a JSON object a line, so a search that was cut short, or a
later training, goes on from it (tree-structured Parzen estimator: Bergstra et al. 2011, section 4).
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from temporec_mcp.models.net_config import NetConfig, NetMaking, NetPlan
from temporec_mcp.models.part import FitData, Progress

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

Params = dict[str, int | float]

WIDTHS = (32, 48, 64, 96, 128)
BLOCKS = (1, 2)
HEADS = (1, 2, 4)
DROPOUTS = (0.1, 0.6)
RATES = (2e-3, 2e-2)
DECAYS = (1e-3, 1e-1)
STARTUP_TRIALS = 4
"""Trials before any is given up."""
WARMUP_EPOCHS = 2
"""Epochs of a trial before it may be given up."""
LIKE_SIZE = 1.25
"""Trials on logs of up to so many times more or fewer events still tell something."""


@dataclass(frozen=True, slots=True)
class Search:
    """How long to look, and where what was tried is kept."""

    record: Path | None
    """None keeps nothing."""
    trial_count: int = 12
    """New trials, at most."""
    seconds: float | None = None
    """No trial begins after so long."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial."""

    horizon: str
    events: int
    """Of the log that it learnt from."""
    params: Params
    losses: tuple[float, ...]
    """After each epoch, on the newest events."""
    is_whole: bool
    """It was not given up."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave."""

    plan: NetPlan
    trials: int
    """Trials that it rests on, those of earlier searches included."""
    given_up: int
    """Those of them that fell behind."""
    loss: float
    """The best one's."""


def search(data: FitData, making: NetMaking, setting: Search, progress: Progress) -> Found:
    """Give the plan of `making` with the best shape and schedule found; it is as it was where nothing was tried.

    Args:
        data: what may be learnt from; its newest events judge the trials, so the test events must not be in it.
        making: the plan to start from, and where nets are made.
        setting: how long, and where the record lies.
        progress: told the done part and how many trials there were.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    known = [tried for tried in read_record(setting.record) if _is_alike(tried, data)]
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=data.seed + len(known), n_startup_trials=STARTUP_TRIALS),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS, n_warmup_steps=WARMUP_EPOCHS),
    )
    study.add_trials([_frozen(tried) for tried in known])
    if not known:
        study.enqueue_trial(params_of(making.plan))
    began = time.monotonic()
    for number in range(setting.trial_count):
        passed = time.monotonic() - began
        if setting.seconds is not None and passed >= setting.seconds:
            break
        progress(number / setting.trial_count, f"searching settings, trial {number + 1} of {setting.trial_count}")
        left = None if setting.seconds is None else setting.seconds - passed
        _keep(setting.record, _try(study, data, _limited(making, left)))
    return _found(study, making.plan)


def params_of(plan: NetPlan) -> Params:
    """Give the plan's place in the space that is searched."""
    shape, first = plan.shape, plan.first
    return {
        "width": shape.width,
        "block_count": shape.block_count,
        "head_count": shape.head_count,
        "dropout": shape.dropout,
        "rate": first.rate,
        "decay": first.decay,
    }


def plan_with(plan: NetPlan, params: Mapping[str, int | float]) -> NetPlan:
    """Give the plan with the settings of a trial."""
    shape = NetConfig(
        width=int(params["width"]),
        head_count=int(params["head_count"]),
        block_count=int(params["block_count"]),
        inner_factor=plan.shape.inner_factor,
        length=plan.shape.length,
        dropout=float(params["dropout"]),
    )
    ratio = float(params["rate"]) / plan.first.rate
    first = replace(plan.first, rate=float(params["rate"]), decay=float(params["decay"]))
    again = replace(plan.again, rate=plan.again.rate * ratio, decay=float(params["decay"]))
    return replace(plan, shape=shape, first=first, again=again)


def read_record(path: Path | None) -> Iterator[Tried]:
    """Give what was tried before; lines that a death cut short are passed over."""
    if path is None or not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found = cast("dict[str, object]", json.loads(line))
            losses = tuple(cast("list[float]", found["losses"]))
            params = cast("Params", found["params"])
            yield Tried(str(found["horizon"]), int(str(found["events"])), params, losses, bool(found["is_whole"]))
        except (ValueError, TypeError, KeyError):
            continue


def _keep(path: Path | None, tried: Tried) -> None:
    if path is None or not tried.losses:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as record:
        record.write(json.dumps(asdict(tried)) + "\n")
    path.chmod(0o600)


def _is_alike(tried: Tried, data: FitData) -> bool:
    ratio = tried.events / max(1, len(data.log.items_N))
    return tried.horizon == data.horizon and 1.0 / LIKE_SIZE <= ratio <= LIKE_SIZE and bool(tried.losses)


def _try(study: "Study", data: FitData, making: NetMaking) -> Tried:
    """Learn one net with settings that the study asks for, and tell the study how good it was."""
    import optuna

    from temporec_mcp.models.net_part import try_plan

    trial = study.ask(_space())
    params: Params = dict(trial.params)
    losses: list[float] = []

    def on_loss(epoch: int, loss: float) -> None:
        losses.append(loss)
        trial.report(loss, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned

    is_whole = True
    try:
        study.tell(trial, try_plan(data, replace(making, plan=plan_with(making.plan, params)), on_loss))
    except optuna.TrialPruned:
        is_whole = False
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    return Tried(data.horizon, len(data.log.items_N), params, tuple(losses), is_whole)


def _space() -> "dict[str, BaseDistribution]":
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    return {
        "width": CategoricalDistribution(WIDTHS),
        "block_count": IntDistribution(*BLOCKS),
        "head_count": CategoricalDistribution(HEADS),
        "dropout": FloatDistribution(*DROPOUTS),
        "rate": FloatDistribution(*RATES, log=True),
        "decay": FloatDistribution(*DECAYS, log=True),
    }


def _limited(making: NetMaking, seconds: float | None) -> NetMaking:
    """Give a making whose nets end in the time that is left."""
    if seconds is None:
        return making
    limit = seconds if making.plan.first.seconds is None else min(seconds, making.plan.first.seconds)
    return replace(making, plan=replace(making.plan, first=replace(making.plan.first, seconds=limit)))


def _frozen(tried: Tried) -> "FrozenTrial":
    import optuna

    state = optuna.trial.TrialState.COMPLETE if tried.is_whole else optuna.trial.TrialState.PRUNED
    return optuna.trial.create_trial(
        state=state,
        value=min(tried.losses),
        params=dict(tried.params),
        distributions=_space(),
        intermediate_values=dict(enumerate(tried.losses)),
    )


def _found(study: "Study", plan: NetPlan) -> Found:
    whole = [trial for trial in study.trials if trial.state.name == "COMPLETE" and trial.value is not None]
    given_up = sum(trial.state.name == "PRUNED" for trial in study.trials)
    if not whole:
        return Found(plan, given_up, given_up, float("inf"))
    best = min(whole, key=lambda trial: trial.value or 0.0)
    return Found(plan_with(plan, best.params), len(whole) + given_up, given_up, best.value or 0.0)
