"""Shows what the context of a question does: made-up IDE sessions of developers in three projects.

    python -m benchmarks.context [--seeds 0 1 2] [--developers 12] [--rounds 60]

Every developer works in three projects that share commands and differ in their order, one project a day, with detours.
The recipe (quick) is fitted before the last tenth of the time, and each later step asked with everything before it:
with the project that it happens in as `context`, as a client that knows its folder would; by the same model without a
context; and by a recipe that was fitted without any. Prints NDCG@10, the part of cases whose next command is first, and
what the context adds with its 95 % interval (paired bootstrap over developers).

Axes: B histories, L positions, C cases.
"""

import argparse
import random
from dataclasses import replace

import numpy as np

from temporec_mcp.domain.log import PADDING, EventLog, Flags, Floats, HistoryBatch
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import FitData
from temporec_mcp.pipeline.context import in_context
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.fit import Recipe, fit_recipe
from temporec_mcp.pipeline.split import make_split, quantile_cut

HABITS = {
    "web-shop": ["git pull", "npm install", "npm test", "git commit", "git push"],
    "data-pipeline": ["git pull", "make fix", "make test", "git commit", "git push"],
    "handbook": ["git pull", "vale", "mkdocs build", "git commit", "mkdocs deploy"],
}
DETOURS = ["git status", "git diff", "ls", "git log"]
DETOUR_SHARE = 0.2
START = 1.7e9
DAY = 86_400.0
USES = np.ones(1, dtype=np.float32)


def sessions(developers: int, rounds: int, seed: int) -> EventLog:
    """Give the commands of all developers, one project a day."""
    chance = random.Random(seed)
    names = sorted({*DETOURS, *(command for habit in HABITS.values() for command in habit)})
    projects = list(HABITS)
    items: list[int] = []
    times: list[float] = []
    contexts: list[int] = []
    ends = [0]
    for _ in range(developers):
        for day in range(rounds):
            project = chance.randrange(len(projects))
            moment = START + day * DAY + chance.randrange(18_000)
            for command in HABITS[projects[project]]:
                steps = [chance.choice(DETOURS), command] if chance.random() < DETOUR_SHARE else [command]
                for step in steps:
                    moment += chance.randrange(20, 400)
                    items.append(names.index(step))
                    times.append(moment)
                    contexts.append(project)
        ends.append(len(items))
    count = len(items)
    return EventLog(
        user_ids=tuple(f"developer {number}" for number in range(developers)),
        item_ids=tuple(names),
        action_names=("run",),
        context_names=tuple(projects),
        offsets_U=np.array(ends, dtype=np.int64),
        items_N=np.array(items, dtype=np.int32),
        times_N=np.array(times, dtype=np.float64),
        actions_N=np.zeros(count, dtype=np.int32),
        values_N=np.full(count, np.nan, dtype=np.float32),
        contexts_N=np.array(contexts, dtype=np.int32),
        seqs_N=np.arange(count, dtype=np.int64),
        date_only_N=np.zeros(count, dtype=np.bool_),
    )


def measured(log: EventLog, blend: Blend, *, is_told: bool) -> Evaluation:
    """Measure step by step on the last tenth of the time; `is_told` asks each in the context that it happens in."""
    held = make_split(log, "temporal", USES, keeps_seen=True)
    asked_C = log.contexts_N[held.cases.ends_C]
    # Contexts travel as values, which no closed-form part reads: so the batch comes without any of its own.
    bare = replace(without_contexts(log), values_N=log.contexts_N.astype(np.float32))
    place = 0

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        nonlocal place
        asked_B = asked_C[place : place + len(batch.as_of_B)]
        place += len(asked_B)
        known_BL = np.where(np.isnan(batch.values_BL), PADDING, np.nan_to_num(batch.values_BL)).astype(np.int32)
        batch = replace(batch, contexts_BL=known_BL, asked_B=None)
        batch = in_context(batch, asked_B if is_told else np.full_like(asked_B, PADDING))
        return {"blend": blend.combine(blend.part_scores(batch), candidates_BV, batch.lengths_B)}

    return evaluate(score, replace(held, log=bare), USES, blend.history_length)["blend"]


def fitted(log: EventLog, seed: int) -> Blend:
    """Fit the recipe on what came before the last tenth."""
    before = log.before(quantile_cut(log))
    return fit_recipe(FitData(before, None, USES), Recipe(seed=seed), lambda done, phase: None).blend


def without_contexts(log: EventLog) -> EventLog:
    """Give the same events in no context."""
    return replace(log, context_names=(), contexts_N=np.full(len(log.items_N), PADDING, dtype=np.int32))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--developers", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    print(f"{'seed':<5} {'cases':>5}  {'asked':<22} {'NDCG@10':>7} {'first':>6}  what the context adds")
    for seed in options.seeds:
        log = sessions(options.developers, options.rounds, seed)
        blend = fitted(log, seed)
        told = measured(log, blend, is_told=True)
        ways = {
            "in its project": told,
            "in no project": measured(log, blend, is_told=False),
            "of a model without any": measured(log, fitted(without_contexts(log), seed), is_told=False),
        }
        for name, found in ways.items():
            figures = f"{found.metrics.ndcg_at_10:7.4f} {found.hits_CK[:, 0].mean():6.3f}"
            lead = (
                "" if found is told else "{:+.4f} ({:+.4f} to {:+.4f})".format(*difference_interval(told, found, seed))
            )
            print(f"{seed:<5} {len(found):>5}  {name:<22} {figures}  {lead}")


if __name__ == "__main__":
    main()
