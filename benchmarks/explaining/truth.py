"""Whether what is told is true: sentences are read back by a reader of their own and the model is asked again."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from benchmarks.explaining.cases import LIST_LENGTH, Case, cases
from temporec_mcp.app.asking import Asked, asked_with
from temporec_mcp.app.home import Home
from temporec_mcp.domain.log import DAY_SECONDS, History
from temporec_mcp.domain.ranking import BoundRanker
from temporec_mcp.explain import ExplainTarget, Telling, explain, narrate, unsupported
from temporec_mcp.explain.words import MONTHS, short_title

TELLINGS = tuple(Telling(language, detail) for language in ("en", "zh") for detail in ("brief", "full"))
RANKS = (*range(1, LIST_LENGTH + 1), 15, 40)
ROUNDING = 0.0051
LATER = {"12 hours": 0.5, "a day": 1.0, "a week": 7.0, "12小时": 0.5, "一天": 1.0, "一周": 7.0}

_EVENT = re.compile(
    r'"([^"]+)"(?:, (?:though|which) (?:you|they) rated(?: it)?)?(?: (?:at )?([\d.]+(?: of [\d.]+)?))?'
    r" on (\d+) (\w+) (\d{4}) \(([+-][\d.]+)\)"
)
_EVENT_ZH = re.compile(
    r"“([^”]+)”(?:(?:，虽然只|，只)?评了([\d./]+)分)?[^“”（）]*（(\d+)年(\d+)月(\d+)日，([+-][\d.]+)）"
)
_SHARED = re.compile(r", (?:both|all) on \d+ \w+ \d{4}|，都在\d{4}年\d+月\d+日")
_UNDATED = re.compile(
    r'("[^"]+"(?:, (?:though|which) (?:you|they) rated(?: it)?)?(?: (?:at )?[\d.]+(?: of [\d.]+)?)?) \(([+-])'
)
_UNDATED_ZH = re.compile(r"(“[^”]+”(?:(?:，虽然只|，只)?评了[\d./]+分|评过分|加入过购物车)?)（([+-])")
_ITSELF = re.compile("this very item|its own past|它本身(?:的记录)?")
_ABSENCE = re.compile(
    r"(?:Without(?= \")|如果没有)(.+?)"  # a title may have the word
    r"(?: it would leave the top \d+ \(rank |，它会离开前\d+名（排名从)(\d+)(?: to |到)(\d+)"
)
_LIFT = re.compile(
    r'(?:If the user (?:also )?\w[\w ]*"|如果该用户[还又][^“]*“)([^"”]+)["”][^，,]*[，,]'
    r"(?: it would be at rank |它会排在第)(\d+)"
)
_LATER = re.compile(
    r"(?:Asked |若晚)(12 hours|a day|a week|12小时|一天|一周)(?: later it would be at rank |再问，它会排在第)(\d+)"
)
_PERIOD = re.compile(r"(?:without these |去掉其中)(\d+)(?: events|条记录).*?(?:at rank |排在第)(\d+)")


@dataclass
class Tally:
    """Claims of each kind that were read, and those that did not hold."""

    read: Counter[str]
    false: list[str]

    def note(self, kind: str, holds: bool, text: str) -> None:
        """Count one claim."""
        self.read[kind] += 1
        if not holds:
            self.false.append(f"{kind}: {text}")


def statements(home: Home, asked: list[Asked], seed: int) -> None:
    """Print how many of the claims of twelve explanations a user hold when the model is asked again."""
    del home, seed
    tally, fragments, count = Tally(Counter(), []), 0, 0
    for place in asked:
        scores_V = place.ranker.score([place.history], np.array([place.as_of]))[0]
        order = np.argsort(-scores_V, kind="stable")
        for rank in RANKS:
            case = Case(place, place.ranker, int(order[rank - 1]), rank)
            telling = TELLINGS[count % len(TELLINGS)]
            explanation = explain(case.ranker, helped(case))
            text = narrate(explanation, telling)
            fragments += len(unsupported(text, explanation, telling))
            _Reader(case, text, telling, tally).read()
            count += 1
            if count % 200 == 0:
                print(
                    f"  {count} explanations, {sum(tally.read.values())} claims, {len(tally.false)} false", flush=True
                )
    total = sum(tally.read.values())
    print(f"\nstatements of {count} explanations: {total} claims read, {len(tally.false)} false, ", end="")
    print(f"precision {1 - len(tally.false) / max(1, total):.2%}; fragments without a source: {fragments}")
    print(", ".join(f"{kind} {number}" for kind, number in tally.read.items()))
    print("\n".join(tally.false[:10]), flush=True)


def counterfactuals(home: Home, asked: list[Asked], seed: int) -> None:
    """Print for how many listed items an absence was found, and whether each takes the item off the list."""
    del home, seed
    chosen = [case for place in asked for case in cases(place, range(1, LIST_LENGTH + 1))]
    sizes: Counter[int] = Counter()
    false = 0
    for case in chosen:
        claim = explain(case.ranker, case.target).counterfactual
        if claim is not None:
            ids = [case.ranker.item_ids[int(item)] for item in case.history.items_L]
            places = [number for number, item_id in enumerate(ids) if item_id in claim.item_ids]
            scores_V = case.ranker.score([case.history.without(places)], np.array([case.asked.as_of]))[0]
            false += case.item in case.ranker.top(scores_V, LIST_LENGTH)
            sizes[len(claim.item_ids)] += 1
    found = sum(sizes.values())
    print(
        f"\ncounterfactuals of up to five items, lists of {LIST_LENGTH}: {len(chosen)} items, "
        f"found {found / len(chosen):.1%}",
        end="",
    )
    print(f" ({', '.join(f'{sizes[size]} of size {size}' for size in sorted(sizes))}), false {false}", flush=True)


def helped(case: Case) -> ExplainTarget:
    """Give the target that can be asked for one more event."""
    asked = case.asked
    return replace(case.target, rebind=lambda history, names: asked_with(asked, history, tuple(names)).ranker)


class _Reader:
    """Reads one text and asks the model about each of its claims."""

    def __init__(self, case: Case, text: str, telling: Telling, tally: Tally) -> None:
        self._titles = [short_title(title, telling.language) for title in case.asked.served.catalogue.titles]
        quote = '"{}"' if telling.language == "en" else "“{}”"
        named = _ITSELF.sub(quote.format(self._titles[case.item]), text)
        self._case, self._text, self._telling, self._tally = case, _dated(named), telling, tally
        self._now = self._ask(case.history, case.asked.as_of)

    def read(self) -> None:
        """Check every claim that is understood."""
        self._events()
        for removed, before, after in _ABSENCE.findall(self._text):
            if not re.search(r"\d+ more|及另外", removed):
                then = self._ask(case_without(self._case, self._numbers(removed)), self._case.asked.as_of)
                holds = (self._now[1], then[1]) == (int(before), int(after)) and then[1] > LIST_LENGTH
                self._tally.note("absence", holds, self._text)
        for title, rank in _LIFT.findall(self._text):
            self._tally.note(
                "one more event",
                any(self._rank_with(item) == int(rank) for item in self._numbers_of(title)),
                self._text,
            )
        for words, rank in _LATER.findall(self._text):
            then = self._ask(self._case.history, self._case.asked.as_of + LATER[words] * DAY_SECONDS)
            self._tally.note("later", then[1] == int(rank), self._text)
        for count, rank in _PERIOD.findall(self._text):
            self._tally.note("period", any(int(rank) == found for found in self._period_ranks(int(count))), self._text)

    def _events(self) -> None:
        claims = [
            (title, rating.replace(" of ", "/"), (int(year), MONTHS.index(month) + 1, int(day)), float(figure))
            for title, rating, day, month, year, figure in _EVENT.findall(self._text)
        ] + [
            (title, rating, (int(year), int(month), int(day)), float(figure))
            for title, rating, year, month, day, figure in _EVENT_ZH.findall(self._text)
        ]
        history = self._case.history
        days = [datetime.fromtimestamp(time, UTC) for time in history.times_L.tolist()]
        for title, rating, day, figure in claims:
            places = [
                place
                for place, when in enumerate(days)
                if (when.year, when.month, when.day) == day and int(history.items_L[place]) in self._numbers_of(title)
            ]
            if rating:
                given = [f"{history.values_L[place]:g}" for place in places]
                self._tally.note("rating", rating.split("/")[0] in given, self._text)
            effects = [
                self._now[0] - self._ask(history.without([place]), self._case.asked.as_of)[0] for place in places
            ]
            self._tally.note("event", any(abs(effect - figure) <= ROUNDING for effect in effects), self._text)

    def _ask(self, history: History, as_of: float, ranker: BoundRanker | None = None) -> tuple[float, int]:
        scores_V = (ranker or self._case.ranker).score([history], np.array([as_of]))[0]
        own = scores_V[self._case.item]
        return float(own), 1 + int((scores_V > own).sum())

    def _rank_with(self, item: int) -> int:
        asked, past = self._case.asked, self._case.history
        columns = {
            name: np.append(getattr(past, name), getattr(past, name)[-1]) for name in History.__dataclass_fields__
        }
        columns["items_L"][-1], columns["times_L"][-1] = item, asked.as_of
        longer = History(**columns)
        return self._ask(longer, asked.as_of, asked_with(asked, longer, asked.action_names).ranker)[1]

    def _period_ranks(self, count: int) -> list[int]:
        """Give the ranks without each run of that many events in a row."""
        history = self._case.history
        runs = [list(range(start, start + count)) for start in range(len(history) - count + 1)]
        return [self._ask(history.without(run), self._case.asked.as_of)[1] for run in runs]

    def _numbers_of(self, title: str) -> list[int]:
        item_ids = self._case.ranker.item_ids
        return [item for item, known in enumerate(self._titles) if title in (known, f"{known} [{item_ids[item]}]")]

    def _numbers(self, words: str) -> set[int]:
        named = re.findall(r'["“]([^"”]+)["”]', words)
        return {item for title in named for item in self._numbers_of(title)}


def _dated(text: str) -> str:
    """Say the day that several events share behind each of them."""
    for shared in _SHARED.findall(text):
        before, after = text.split(shared, maxsplit=1)
        day = re.sub(r"^.*?(?=\d)", "", shared)
        text = (
            _UNDATED.sub(rf"\1 on {day} (\2", before) if "on" in shared else _UNDATED_ZH.sub(rf"\1（{day}，\2", before)
        )
        text += after
    return text


def case_without(case: Case, items: set[int]) -> History:
    """Give the case's history without all events of these items."""
    return case.history.without([place for place, item in enumerate(case.history.items_L.tolist()) if item in items])
