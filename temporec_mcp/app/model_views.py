"""How a model decides as a whole: asked for some users' next lists, imitated in readable features, kept beside it.

Axes: V items, K sampled items of a question, F features, L positions of a history.
"""

import json
from dataclasses import asdict

import numpy as np
from scipy import sparse

from temporec_mcp.app.asking import Asked
from temporec_mcp.app.explaining import Place, asked_again
from temporec_mcp.app.home import Home
from temporec_mcp.domain.log import DAY_SECONDS, EventLog, Flags, Floats, Indices
from temporec_mcp.domain.model_view import ModelView
from temporec_mcp.explain.surrogate import Sample, view_of
from temporec_mcp.models.part import Progress
from temporec_mcp.store.events import EventFilter

VIEW_FILE = "view.json"
QUESTIONS = 60
LEAST_QUESTIONS = 4
LISTED, DRAWN = 20, 40
"""Items of a question that the copies see: the best, and others by chance."""
LEAST_HISTORY = 3
NEW_DAYS = 30.0
FEATURES = (
    "users who had it (log)",
    "events of its last 30 days (log)",
    "users who had it and the newest item (log)",
    "users who had it and a past item, mean (log)",
    "share of the past in its categories",
    "likeness of its text to the newest item",
    "likeness of its text to the past",
    "times the user had it",
)


def model_view(home: Home, model_id: str, progress: Progress) -> ModelView | None:
    """Give the view that lies beside the model, made at first use; None where too few users have a history."""
    path = home.settings.models / model_id / VIEW_FILE
    if path.is_file():
        content = json.loads(path.read_text(encoding="utf-8"))
        return ModelView(**content | {"rules": tuple(content["rules"])})
    sample = _sample(home, model_id, progress)
    if sample is None:
        return None
    view = view_of(sample)
    path.write_text(json.dumps(asdict(view), ensure_ascii=False), encoding="utf-8")
    return view


def _sample(home: Home, model_id: str, progress: Progress) -> Sample | None:
    """Ask for the next list of some users, a day after their last event, from the model named."""
    state = home.catalogues.current()
    log = home.catalogues.log(state, EventFilter())
    lengths_U = np.diff(log.offsets_U)
    rng = np.random.default_rng(0)
    users = rng.permutation(np.flatnonzero(lengths_U >= LEAST_HISTORY))[:QUESTIONS]
    if len(users) < LEAST_QUESTIONS:
        return None
    facts = _Facts(log)
    features: list[Floats] = []
    scores: list[Floats] = []
    for done, user in enumerate(users):
        progress(done / len(users), "asking the model")
        asked = asked_again(home, Place(user_id=log.user_ids[int(user)], model_id=model_id), progress)
        scores_V = asked.ranker.score([asked.history], np.array([asked.as_of]))[0]
        items_K = _drawn(scores_V, rng)
        inside_V = scores_V[np.isfinite(scores_V)]
        features.append(facts.of(asked, items_K))
        scores.append((scores_V[items_K] - inside_V.mean()) / (float(inside_V.std()) or 1.0))
    questions = np.repeat(np.arange(len(scores)), [len(found) for found in scores]).astype(np.int32)
    return Sample(np.concatenate(features), FEATURES, np.concatenate(scores), questions)


def _drawn(scores_V: Floats, rng: np.random.Generator) -> Indices:
    candidates = np.flatnonzero(np.isfinite(scores_V))
    best = candidates[np.argsort(-scores_V[candidates], kind="stable")[:LISTED]]
    return np.union1d(best, rng.choice(candidates, min(DRAWN, len(candidates)), replace=False)).astype(np.int32)


class _Facts:
    """What is counted once of a log for all questions."""

    def __init__(self, log: EventLog) -> None:
        """Count users and events of items."""
        shape = (len(log.user_ids), len(log.item_ids))
        used = sparse.coo_array((np.ones(len(log.items_N), dtype=np.float32), (log.users_N, log.items_N)), shape=shape)
        self._used_UV = sparse.csc_array(used.tocsr().sign())
        self._popularity_V = np.log1p(np.asarray(self._used_UV.sum(axis=0)).ravel())
        is_new_N: Flags = log.times_N >= log.times_N.max(initial=0.0) - NEW_DAYS * DAY_SECONDS
        self._recent_V = np.log1p(np.bincount(log.items_N[is_new_N], minlength=shape[1]))

    def of(self, asked: Asked, items_K: Indices) -> Floats:
        """Give the features [K, F]."""
        past_L = asked.history.items_L
        shared_KL = np.log1p((self._used_UV[:, items_K].T @ self._used_UV[:, past_L]).toarray())
        likeness_KL = np.zeros((len(items_K), len(past_L)), dtype=np.float32)
        vectors_VD = asked.served.vectors_VD
        if vectors_VD is not None:
            likeness_KL = vectors_VD[items_K] @ vectors_VD[past_L].T
        columns = (
            self._popularity_V[items_K],
            self._recent_V[items_K],
            shared_KL[:, -1],
            shared_KL.mean(axis=1),
            self._in_categories(asked, items_K),
            likeness_KL[:, -1],
            likeness_KL.mean(axis=1),
            (past_L[None, :] == items_K[:, None]).sum(axis=1),
        )
        return np.stack(columns, axis=1).astype(np.float32)

    @staticmethod
    def _in_categories(asked: Asked, items_K: Indices) -> Floats:
        categories = asked.served.catalogue.categories
        past = [frozenset(categories[int(item)]) for item in asked.history.items_L]
        own = [frozenset(categories[int(item)]) for item in items_K]
        return np.array([sum(bool(names & found) for found in past) / len(past) for names in own], dtype=np.float32)
