"""Made-up answers of every shape, and how they are told."""

from dataclasses import replace

import numpy as np

from temporec_mcp.explain import Telling
from tests.explain.rankers import ACTIONS, AS_OF, World, history_of, noisy_world

TARGET = 30
A_DAY_IN_ALL = 0.02
"""Of their pauses, so that all events lie in one day."""
TELLINGS = [Telling(language, detail) for language in ("en", "zh") for detail in ("brief", "full")]
VERBS = {"watch": "watched", "rate": "rated", "purchase": "purchased", "dislike": "disliked"}


def varied_world(seed: int) -> World:
    """Worlds of every kind that the narrator has words for."""
    random = np.random.default_rng(seed)
    world = noisy_world(seed, length=int(random.integers(1, 14)), noise=float(random.choice([0.02, 0.1, 0.4])))
    length = len(world.history)
    kind = seed % 6
    if kind == 1 and length > 2:
        world.ranker.groups.append((frozenset({0, 1}), TARGET, 1.5, "any"))
    elif kind == 2:
        world.ranker.half_life = 2.0
    elif kind == 3:
        items = random.integers(0, length, 2 * length).tolist()
        world.history = history_of(items, random.integers(0, len(ACTIONS), 2 * length).tolist())
        world.ranker.seen = frozenset() if seed % 4 == 1 else frozenset(world.history.items_L.tolist())
    elif kind == 4:
        world.ranker.popularity_V[TARGET] = 3.0
    elif kind == 5:
        world.ranker.weights_VV[0, TARGET] = 2.0
    if seed % 7 == 3:
        ages_L = AS_OF.timestamp() - world.history.times_L
        world.history = replace(world.history, times_L=AS_OF.timestamp() - A_DAY_IN_ALL * ages_L)
    if seed % 2:
        is_rating_L = world.history.actions_L == ACTIONS.index("rate")
        ratings_L = random.integers(1, 6, len(is_rating_L)).astype(np.float32)
        world.history = replace(world.history, values_L=np.where(is_rating_L, ratings_L, np.float32(np.nan)))
    world.user_id = ("me", None, "u7")[seed % 3]
    return world
