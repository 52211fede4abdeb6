"""Shows what features of time add to the lists: the pause since the last event, and this hour and weekday.

    python -m benchmarks.temporal_features [FOLDER] [--columns user_id=CustomerID item_id=StockCode
        timestamp=InvoiceDate] [--split temporal] [--seed 0]

FOLDER is anything that `import` reads; without one MovieLens 100K is fetched. Three recipes of closed-form parts,
without texts, each with its weights chosen anew: the product's; without the parts that know how long ago the last event
was (transitions by pause and, where data repeat, the habit of an item's own interval); and with two more parts that
know what this user does at such an hour on such a weekday (EASE over the past events, and the user's own counts, each
event weighed by how near its hour is to the one asked for, and a quarter on other weekdays). Prints NDCG@10 on the
split and the difference from the product's with its 95 % interval (paired bootstrap over users). Hours are those of the
data.

Axes: B histories, L positions, V items.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import Rows, five_core, log_of
from examples.movielens import movielens_100k
from temporec_mcp.domain.log import DAY_SECONDS, Flags, Floats, HistoryBatch
from temporec_mcp.importers.base import ImportOptions
from temporec_mcp.importers.history import open_history
from temporec_mcp.models.part import FitData, Part, PartKind, Tensors
from temporec_mcp.models.registry import KINDS, blend_kinds
from temporec_mcp.pipeline.choose import Choosing, choose_weights
from temporec_mcp.pipeline.evaluate import Evaluation, difference_interval, evaluate
from temporec_mcp.pipeline.fit import case_limit
from temporec_mcp.pipeline.parts import blend_of, fit_parts
from temporec_mcp.pipeline.split import how_repeating, make_split

SPLITS = ("temporal", "next-basket")
HOURS_NEAR, OTHER_WEEKDAY = 2.0, 0.25
PAUSES = "gap_"
OF_PAUSES = frozenset({"habit"})
USES = np.ones(1, dtype=np.float32)


@dataclass(frozen=True)
class AtThisHour:
    """A part that sees of a history what was done at such an hour on such a weekday."""

    name: str
    part: Part

    def score(self, batch: HistoryBatch) -> Floats:
        """Give the part's scores [B, V] for the events weighed by their nearness."""
        days_BL, now_B1 = batch.times_BL / DAY_SECONDS, batch.as_of_B[:, None] / DAY_SECONDS
        apart_BL = np.abs((days_BL - now_B1) % 1.0 - 0.5)
        hours_BL = 24.0 * (0.5 - apart_BL)
        is_same_BL = np.floor(days_BL) % 7 == np.floor(now_B1) % 7
        near_BL = np.exp(-((hours_BL / HOURS_NEAR) ** 2) / 2) * np.where(is_same_BL, 1.0, OTHER_WEEKDAY)
        return self.part.score(replace(batch, weights_BL=(batch.weights_BL * near_BL).astype(np.float32)))

    def tensors(self) -> Tensors:
        """Give what the part is made from."""
        return self.part.tensors()


@dataclass(frozen=True)
class AtThisHourKind:
    """Makes such parts of another kind's."""

    kind: PartKind

    @property
    def name(self) -> str:
        """The name of the parts it makes."""
        return f"{self.kind.name}_at_this_hour"

    def fit(self, data: FitData) -> Part:
        """Learn what the kind learns."""
        return AtThisHour(self.name, self.kind.fit(data))

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> Part:
        """Make the part from its tensors."""
        return AtThisHour(self.name, self.kind.load(tensors))


@dataclass(frozen=True)
class OnceKind:
    """Fits a kind once for each length of the log: the recipes share their parts."""

    kind: PartKind
    fitted: dict[int, Part] = field(default_factory=dict[int, Part])

    @property
    def name(self) -> str:
        """The name of the parts it makes."""
        return self.kind.name

    def fit(self, data: FitData) -> Part:
        """Learn, or give what was learnt."""
        count = len(data.log.items_N)
        if count not in self.fitted:
            self.fitted[count] = self.kind.fit(data)
        return self.fitted[count]

    def load(self, tensors: Mapping[str, NDArray[np.generic]]) -> Part:
        """Make the part from its tensors."""
        return self.kind.load(tensors)


def read(folder: Path, columns: dict[str, str]) -> Rows:
    """Read all events with an item."""
    users: list[str] = []
    items: list[str] = []
    times: list[float] = []
    for batch in open_history(folder, ImportOptions(now=datetime.now(UTC), columns=columns)).batches():
        for event in batch.events:
            if event.item_id is not None:
                users.append(event.user_id)
                items.append(event.item_id)
                times.append(event.time.timestamp())
    return Rows(np.array(users), np.array(items), np.array(times))


def recipes(data: FitData) -> dict[str, tuple[PartKind, ...]]:
    """Give the kinds of each recipe, shared where they are the same."""
    plain = blend_kinds(has_vectors=False, repeats=how_repeating(data.log), horizon="next")
    kinds = tuple(OnceKind(kind) for kind in plain)
    hours = (AtThisHourKind(KINDS["ease"]), AtThisHourKind(KINDS["frequency"]))
    no_pauses = tuple(kind for kind in kinds if not kind.name.startswith(PAUSES) and kind.name not in OF_PAUSES)
    return {"the product's": kinds, "without pauses": no_pauses, "with hour and weekday": (*kinds, *hours)}


def measured(data: FitData, kinds: tuple[PartKind, ...], split: str, seed: int) -> tuple[Evaluation, dict[str, float]]:
    """Choose the weights one step back in time, and measure on what came later."""
    chosen_split = "temporal" if split == "temporal" else "next-basket"
    repeats = how_repeating(data.log)
    test = make_split(data.log, chosen_split, USES, keeps_seen=repeats != "none")
    fit_data = replace(data, log=test.fit)
    chosen = choose_weights(fit_data, Choosing(kinds, chosen_split, repeats, {}), lambda done, phase: None)
    parts = fit_parts(kinds, fit_data, {}, lambda done, phase: None)
    blend = blend_of(parts, chosen.weights, chosen.logit_parts, repeats, chosen.newcomer_weights)

    def score(batch: HistoryBatch, candidates_BV: Flags) -> dict[str, Floats]:
        return {"blend": blend.combine(blend.part_scores(batch), candidates_BV, batch.lengths_B)}

    held = replace(test, cases=test.cases.sample(case_limit(data.log), seed))
    return evaluate(score, held, USES, blend.history_length)["blend"], chosen.weights


def main(argv: Sequence[str] | None = None) -> None:
    """Print a row for each recipe."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--columns", nargs="*", default=[])
    parser.add_argument("--split", choices=SPLITS, default=SPLITS[0])
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    folder = options.folder or movielens_100k()
    log = log_of(five_core(read(folder, dict(pair.split("=", 1) for pair in options.columns))))
    data = FitData(log, None, USES, seed=options.seed)
    counts = f"{len(log.items_N)} events, {len(log.user_ids)} users, {len(log.item_ids)} items"
    print(f"{folder.name}: {counts}; {options.split}, seed {options.seed}", flush=True)
    base: Evaluation | None = None
    for name, kinds in recipes(data).items():
        began = time.process_time()
        found, weights = measured(data, kinds, options.split, options.seed)
        row = f"{name:<24}{len(found):7d} cases  NDCG@10 {found.metrics.ndcg_at_10:.4f}"
        if base is not None:
            mean, low, high = difference_interval(found, base, options.seed)
            row += f"  {mean:+.4f} ({low:+.4f} to {high:+.4f})"
        base = base or found
        hours = ", ".join(f"{part} {weight:+.2f}" for part, weight in weights.items() if part.endswith("at_this_hour"))
        print(f"{row}  {time.process_time() - began:.0f} s  {hours}", flush=True)


if __name__ == "__main__":
    main()
