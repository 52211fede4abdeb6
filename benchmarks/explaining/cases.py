"""Real questions about MovieLens 100K: a trained home, and users' lists with up to 50 events behind them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from examples.movielens import movielens_100k
from temporec_mcp.app import App
from temporec_mcp.app.asking import Asked
from temporec_mcp.app.explaining import Place, asked_again, scale_of
from temporec_mcp.app.home import Home, open_home
from temporec_mcp.domain.log import DAY_SECONDS, History
from temporec_mcp.domain.requests import ImportRequest
from temporec_mcp.domain.training import ENDED, Preset, TrainRequest
from temporec_mcp.explain import ExplainTarget
from temporec_mcp.models.net_config import NAME as NET
from temporec_mcp.pipeline.rank import Ranked
from temporec_mcp.settings import Settings

NOW = datetime(1998, 4, 23, tzinfo=UTC)
LEAST_EVENTS = 10
MOST_EVENTS = 50
LIST_LENGTH = 10


@dataclass(frozen=True)
class Case:
    """One item of one user's list."""

    asked: Asked
    ranker: Ranked
    item: int
    rank: int

    @property
    def history(self) -> History:
        """The user's past."""
        return self.asked.history

    @property
    def target(self) -> ExplainTarget:
        """What our own explanation is asked for."""
        asked = self.asked
        return ExplainTarget(
            item=self.item,
            k=LIST_LENGTH,
            user_id=asked.request.user_id,
            model_id=asked.served.model_id,
            strategy=asked.strategy,
            history=asked.history,
            action_names=asked.action_names,
            titles=asked.served.catalogue.titles,
            as_of=asked.request.as_of,
            labels=asked.served.catalogue.labels,
            rating_top=scale_of(asked),
        )


def prepare(home: Path, preset: Preset) -> None:
    """Import MovieLens 100K and train on it, where that is not done yet."""
    app = App(Settings(home=home), lambda: NOW)
    if not app.status().event_count:
        request = ImportRequest(path=str(movielens_100k()), is_dry_run=False, is_trusted=True)
        app.import_history(request, lambda done, phase: None, lambda: False)
    if not app.model_ids():
        run = app.start_training(TrainRequest(preset=preset))
        while run.status not in ENDED:
            run = app.training_status(run.job_id, 10, lambda done, phase: None, lambda: False)
        print(f"trained: {run.status} {run.metrics}", flush=True)
    app.close()


@contextmanager
def opened(home: Path, narrator: str = "", now: datetime = NOW) -> Iterator[Home]:
    """Open a prepared home, with a language model to word its explanations if one is named."""
    found = open_home(Settings(home=home, narrator=narrator), lambda: now)
    try:
        yield found
    finally:
        found.close()


def questions(home: Home, count: int, seed: int) -> list[Asked]:
    """Ask for `count` users, each a day after an event of theirs with 10 to 50 events before."""
    user_ids = sorted(home.store.users.list("", 10_000))
    random = np.random.default_rng(seed)
    asked: list[Asked] = []
    for user in random.permutation(len(user_ids)):
        whole = asked_again(home, Place(user_id=user_ids[user], at=home.clock(), k=LIST_LENGTH), _silent)
        times = np.unique(whole.history.times_L)
        ends = [time for time in times if LEAST_EVENTS <= (whole.history.times_L <= time).sum() <= MOST_EVENTS]
        if ends:
            at = datetime.fromtimestamp(float(random.choice(ends)), UTC) + timedelta(seconds=DAY_SECONDS)
            place = asked_again(home, Place(user_id=user_ids[user], at=at, k=LIST_LENGTH), _silent)
            asked += [place] if len(place.history) <= MOST_EVENTS else []
        if len(asked) == count:
            break
    return asked


def cases(asked: Asked, ranks: range, *, is_net_only: bool = False) -> list[Case]:
    """Give the items at these ranks, of the whole blend's list or of the net's own."""
    ranker = net_only(asked) if is_net_only else asked.ranker
    scores_V = ranker.score([asked.history], np.array([asked.as_of]))[0]
    listed = ranker.top(scores_V, LIST_LENGTH)
    return [Case(asked, ranker, listed[rank - 1], rank) for rank in ranks if rank <= len(listed)]


def net_only(asked: Asked, net: object | None = None) -> Ranked:
    """Give a ranker by the sequence net alone, the trained one unless another is given."""
    blend = asked.served.blend
    own = next(part for part in blend.parts if part.name == NET) if net is None else net
    alone = replace(blend, parts=(own,), weights={NET: 1.0}, logit_parts=frozenset({NET}))
    return Ranked(replace(asked.served, blend=alone), asked.question)


def _silent(done: float, phase: str) -> None:
    """Tell nobody."""
