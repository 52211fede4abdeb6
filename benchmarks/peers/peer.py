"""Fits one peer on a task and writes its lists; runs in the peers' own environment and knows nothing of ours.

    .venv-peers/bin/python benchmarks/peers/peer.py TASK OUT NAME SETTINGS_JSON SEED

TASK holds what `tasks.write` wrote. OUT gets lists-EPOCHS.npy ([C, 10] item numbers, -1 where there is none) and
cost.json. Nets write lists every `every` epochs, so that one run gives the whole curve; scoring is not part of the
seconds of fitting.

Axes: N events, C cases, H events of all histories, V items, K places of a list.
"""

import importlib
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[2]))
from benchmarks.memory import peak_mb

PLACES = 10
NET_DEFAULTS = {"n_blocks": 2, "n_heads": 2, "n_factors": 64, "dropout_rate": 0.2, "session_max_len": 100, "lr": 1e-3}

Lists = np.ndarray
Rounds = Iterator[tuple[int, Callable[[], Lists]]]
"""After each round of fitting: how many epochs are done, and what gives the lists."""


class Task:
    """The arrays of a task."""

    def __init__(self, folder: Path) -> None:
        """Read them."""
        with np.load(folder / "fit.npz") as fit:
            self.users_N, self.items_N, self.times_N = fit["users"], fit["items"], fit["times"]
            self.user_count, self.item_count = int(fit["user_count"]), int(fit["item_count"])
        with np.load(folder / "cases.npz") as cases:
            self.starts, self.items_H, self.times_H = cases["starts"], cases["items"], cases["times"]
            self.users_C, self.as_of_C = cases["users"], cases["as_of"]
            self.keeps_seen = bool(cases["keeps_seen"])
        self.rows_H = np.repeat(np.arange(len(self.users_C)), np.diff(self.starts))

    def fit_matrix(self):
        """Give users by items with 1 where there was an event."""
        return self._matrix(self.users_N, self.items_N, self.user_count)

    def case_matrix(self):
        """Give cases by items with 1 where the history holds the item."""
        return self._matrix(self.rows_H, self.items_H, len(self.users_C))

    def _matrix(self, rows: np.ndarray, items: np.ndarray, height: int):
        from scipy import sparse

        matrix = sparse.coo_matrix((np.ones(len(items), dtype=np.float32), (rows, items)), (height, self.item_count))
        matrix = matrix.tocsr()
        matrix.data[:] = 1.0
        return matrix


def popular(task: Task, settings: dict, seed: int) -> Rounds:
    """Count the events of each item."""
    counts_V = np.bincount(task.items_N, minlength=task.item_count).astype(np.float32)
    yield 0, lambda: best(task, lambda rows: np.repeat(counts_V[None, :], len(rows), axis=0))


def als(task: Task, settings: dict, seed: int) -> Rounds:
    """implicit's alternating least squares; the user's vector is solved anew from the history of the case."""
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(**settings, random_state=seed, num_threads=1)
    model.fit(task.fit_matrix(), show_progress=False)
    histories = task.case_matrix()

    def lists() -> Lists:
        rows = np.arange(len(task.users_C))
        filtered = not task.keeps_seen
        found, _ = model.recommend(
            rows, histories, N=PLACES, filter_already_liked_items=filtered, recalculate_user=True
        )
        return found

    yield 0, lists


def bpr(task: Task, settings: dict, seed: int) -> Rounds:
    """implicit's Bayesian personalised ranking; it knows the users that it was fitted on, not their later events."""
    from implicit.bpr import BayesianPersonalizedRanking

    model = BayesianPersonalizedRanking(**settings, random_state=seed, num_threads=1)
    model.fit(task.fit_matrix(), show_progress=False)
    histories = task.case_matrix()

    def lists() -> Lists:
        found, _ = model.recommend(task.users_C, histories, N=PLACES, filter_already_liked_items=not task.keeps_seen)
        return found

    yield 0, lists


def item_knn(task: Task, settings: dict, seed: int) -> Rounds:
    """implicit's item kNN by cosine."""
    from implicit.nearest_neighbours import CosineRecommender

    model = CosineRecommender(K=settings["neighbours"], num_threads=1)
    model.fit(task.fit_matrix(), show_progress=False)
    histories = task.case_matrix()
    yield 0, lambda: best(task, lambda rows: (histories[rows] @ model.similarity).toarray())


def ease(task: Task, settings: dict, seed: int) -> Rounds:
    """RecTools' EASE; its weights are applied to the history of the case."""
    from rectools.models import EASEModel

    model = EASEModel(regularization=settings["regularization"], recommend_n_threads=1)
    model.fit(_dataset(task, task.users_N, task.items_N, task.times_N))
    histories = task.case_matrix()
    yield 0, lambda: best(task, lambda rows: histories[rows] @ model.weight)


def sasrec(task: Task, settings: dict, seed: int) -> Rounds:
    """RecTools' SASRec."""
    from rectools.models import SASRecModel

    return _net(SASRecModel, task, settings, seed)


def esasrec(task: Task, settings: dict, seed: int) -> Rounds:
    """RecTools' eSASRec: SASRec with LiGR layers and a sampled softmax, as its authors set it up."""
    from rectools.models import SASRecModel
    from rectools.models.nn.transformers.ligr import LiGRLayers

    made = {
        "transformer_layers_type": LiGRLayers,
        "loss": "sampled_softmax",
        "n_negatives": 256,
        "transformer_layers_kwargs": {"ff_factors_multiplier": 4, "bias_in_ff": False, "ff_activation": "swiglu"},
    }
    return _net(SASRecModel, task, made | settings, seed)


def hstu(task: Task, settings: dict, seed: int) -> Rounds:
    """RecTools' HSTU with relative time and position; it is told the moment of the question."""
    from rectools.models import HSTUModel

    return _net(HSTUModel, task, settings, seed)


LIBRARIES = {"als": "implicit.als", "bpr": "implicit.bpr", "item_knn": "implicit.nearest_neighbours"}
"""What a peer imports, so that importing is not counted as fitting."""
PEERS = {
    "popularity": popular,
    "als": als,
    "bpr": bpr,
    "item_knn": item_knn,
    "ease": ease,
    "sasrec": sasrec,
    "esasrec": esasrec,
    "hstu": hstu,
}


def _net(kind: type, task: Task, settings: dict, seed: int) -> Rounds:
    """Fit a RecTools net round by round; every case is a user of the dataset that is asked."""
    import logging

    import pandas as pd
    import torch
    from pytorch_lightning import seed_everything

    torch.set_num_threads(1)
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    seed_everything(seed, workers=True)
    settings = dict(settings)
    epochs, every = settings.pop("epochs"), settings.pop("every")
    model = kind(**(NET_DEFAULTS | settings), deterministic=True, epochs=every, recommend_n_threads=1)
    known = _dataset(task, task.users_N, task.items_N, task.times_N)
    asked = _dataset(task, task.rows_H, task.items_H, task.times_H)
    cases = np.unique(task.rows_H)
    context = None
    if model.require_recommend_context:
        moments = pd.to_datetime(task.as_of_C[cases], unit="s")
        context = pd.DataFrame({"user_id": cases, "datetime": moments})

    def lists() -> Lists:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = model.recommend(
                users=cases,
                dataset=asked,
                k=PLACES,
                filter_viewed=not task.keeps_seen,
                on_unsupported_targets="ignore",
                context=context,
            )
        lists_CK = np.full((len(task.users_C), PLACES), -1, dtype=np.int32)
        lists_CK[found["user_id"].to_numpy(), found["rank"].to_numpy() - 1] = found["item_id"].to_numpy()
        return lists_CK

    for done in range(every, epochs + 1, every):
        model.fit_partial(known, min_epochs=every, max_epochs=every)
        yield done, lists


def _dataset(task: Task, users: np.ndarray, items: np.ndarray, times: np.ndarray):
    """Make a RecTools dataset; its sort by time is stable, so ties keep our order."""
    import pandas as pd
    from rectools.dataset import Dataset, IdMap, Interactions

    moments = pd.to_datetime(times, unit="s")
    frame = pd.DataFrame({"user_id": users, "item_id": items, "weight": 1.0, "datetime": moments})
    user_map = IdMap.from_values(np.unique(users))
    item_map = IdMap.from_values(np.arange(task.item_count))
    return Dataset(user_map, item_map, Interactions.from_raw(frame, user_map, item_map))


def best(task: Task, score: Callable[[np.ndarray], np.ndarray]) -> Lists:
    """Give the best items of each case by dense scores, some cases at a time."""
    histories = task.case_matrix()
    lists_CK = np.full((len(task.users_C), PLACES), -1, dtype=np.int32)
    step = max(1, 20_000_000 // task.item_count)
    for start in range(0, len(task.users_C), step):
        rows = np.arange(start, min(start + step, len(task.users_C)))
        scores = np.array(score(rows), dtype=np.float32)
        if not task.keeps_seen:
            scores[histories[rows].nonzero()] = -np.inf
        lists_CK[rows] = np.argsort(-scores, axis=1, kind="stable")[:, :PLACES]
    return lists_CK


def cpu_seconds() -> float:
    """Give the CPU seconds of this process and its ended children."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Fit, write the lists of each round, and what they cost."""
    folder, out, name, settings, seed = sys.argv[1:]
    task, out_folder = Task(Path(folder)), Path(out)
    out_folder.mkdir(parents=True, exist_ok=True)
    if name != "popularity":
        importlib.import_module(LIBRARIES.get(name, "rectools.models"))
    spent, rounds = 0.0, []
    began = cpu_seconds()
    for epochs, lists in PEERS[name](task, json.loads(settings), int(seed)):
        spent += cpu_seconds() - began
        asked, clock = cpu_seconds(), time.monotonic()
        np.save(out_folder / f"lists-{epochs}.npy", lists().astype(np.int32))
        rounds.append(
            {
                "epochs": epochs,
                "fit_cpu_seconds": round(spent, 2),
                "score_cpu_seconds": round(cpu_seconds() - asked, 2),
                "score_seconds": round(time.monotonic() - clock, 2),
                "peak_mb": round(peak_mb(), 1),
            }
        )
        (out_folder / "cost.json").write_text(json.dumps(rounds))
        began = cpu_seconds()


if __name__ == "__main__":
    main()
