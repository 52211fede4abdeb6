import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from temporec_mcp.domain.log import DAY_SECONDS
from temporec_mcp.explain import explain, narrate, unsupported
from temporec_mcp.explain.words import MONTHS, Language
from tests.explain.rankers import AS_OF, World
from tests.explain.worlds import TARGET, TELLINGS, varied_world

EVENT = re.compile(
    r'"Film (\d+) \(\d+\)"(?:, though (?:you|they) rated it|, which (?:you|they) rated)?(?: (\d) of 5)?'
    r" on (\d+) (\w+) (\d{4}) \(([+-][\d.]+)\)"
)
EVENT_ZH = re.compile(
    r"“Film (\d+) \(\d+\)”(?:(?:，虽然只|，只)?评了(\d)/5分)?[^“（]*（(\d+)年(\d+)月(\d+)日，([+-][\d.]+)）"
)
UNDATED = re.compile(
    r'("Film \d+ \(\d+\)"(?:, though (?:you|they) rated it|, which (?:you|they) rated)?(?: \d of 5)?)( \([+-])'
)
UNDATED_ZH = re.compile(r"(“Film \d+ \(\d+\)”[^“（，]*(?:，虽然只|，只)?[^“（，]*)（([+-])")
ITSELF = "this very item|its own past|它本身(?:的记录)?"
ABSENCE = re.compile(r"Without (.+?) it would leave the top (\d+) \(rank (\d+) to (\d+)\)")
ABSENCE_ZH = re.compile(r"如果没有(.+?)，它会离开前(\d+)名（排名从(\d+)到(\d+)）")


def score_without(world: World, positions: list[int], item: int) -> float:
    history = world.history.without(positions)
    return float(world.ranker.score([history], np.array([AS_OF.timestamp()]))[0, item])


@dataclass(frozen=True)
class EventClaim:
    film: int
    rating: str
    day: tuple[int, int, int]
    effect: float


def dated(text: str) -> str:
    """Say the day of all behind each of the events that have it."""
    for day in re.findall(r"(?:both|all) on (\d+ \w+ \d{4})", text):
        before, after = re.split(rf", (?:both|all) on {day}", text, maxsplit=1)
        text = UNDATED.sub(rf"\1 on {day}\2", before) + after
    for day in re.findall(r"都在(\d{4}年\d+月\d+日)", text):
        before, after = text.split(f"，都在{day}", maxsplit=1)
        text = UNDATED_ZH.sub(rf"\1（{day}，\2", before) + after
    return text


def event_claims(text: str, language: Language) -> list[EventClaim]:
    text = dated(text)
    if language == "en":
        return [
            EventClaim(int(film), rating, (int(year), MONTHS.index(month) + 1, int(day)), float(effect))
            for film, rating, day, month, year, effect in EVENT.findall(text)
        ]
    return [
        EventClaim(int(film), rating, (int(year), int(month), int(day)), float(effect))
        for film, rating, year, month, day, effect in EVENT_ZH.findall(text)
    ]


def assert_events_true(world: World, text: str, language: Language, item: int) -> int:
    """Every effect that is told for an event is what scoring without it gives, and its rating is the one it has."""
    claims = event_claims(text, language)
    for claim in claims:
        days = [datetime.fromtimestamp(time, UTC) for time in world.history.times_L.tolist()]
        places = [
            place
            for place, when in enumerate(days)
            if (when.year, when.month, when.day) == claim.day and world.history.items_L[place] == claim.film
        ]
        given = [world.history.values_L[place] for place in places]
        assert any(np.isnan(value) if not claim.rating else value == int(claim.rating) for value in given), text
        lost = [score_without(world, [], item) - score_without(world, [place], item) for place in places]
        assert any(abs(value - claim.effect) <= 0.0051 for value in lost), (text, claim, lost)
    return len(claims)


def assert_absence_true(world: World, text: str, language: Language, item: int) -> int:
    """Where all titles are named, the item really leaves the list, at the rank that is told."""
    match = (ABSENCE if language == "en" else ABSENCE_ZH).search(text)
    if match is None or re.search(r"and \d+ more|及另外", match.group(1)):
        return 0
    films = {int(film) for film in re.findall(r"Film (\d+)", match.group(1))}
    places = [place for place, used in enumerate(world.history.items_L.tolist()) if used in films]
    moment = np.array([AS_OF.timestamp()])
    for history, rank in ((world.history, match.group(3)), (world.history.without(places), match.group(4))):
        scores = world.ranker.score([history], moment)[0]
        assert int(rank) == 1 + int((scores > scores[item]).sum()), text
    assert int(match.group(3)) <= int(match.group(2)) < int(match.group(4))
    return 1


def assert_mostly_true(world: World, text: str, item: int) -> int:
    """Where it says `mostly because`, at least half of the item's lead goes with what is named."""
    match = re.search(r"mostly because (.+?)\. ", text + " ")
    if match is None or "outside" in text:
        return 0
    films = {int(film) for film in re.findall(r'"Film (\d+)', match.group(1))}
    places = [place for place, used in enumerate(world.history.items_L.tolist()) if used in films]
    scores = world.ranker.score([world.history], np.array([AS_OF.timestamp()]))[0]
    lead = float(scores[item]) - float(scores[np.isfinite(scores)].mean())
    assert score_without(world, [], item) - score_without(world, places, item) >= 0.499 * lead, text
    return 1


def assert_groups_true(world: World, text: str, item: int) -> int:
    """What is told of several events together is what scoring without all of them gives."""
    claims = re.findall(r"history holds ([^()]*(?:\(\d+\)[^()]*)+)\(together ([+-][\d.]+)\)", text)
    claims += re.findall(r'\d+ events with ("Film \d+ \(\d+\)") \(together ([+-][\d.]+)\)', text)
    for titles, effect in claims:
        films = {int(film) for film in re.findall(r'"Film (\d+)', titles)}
        places = [place for place, used in enumerate(world.history.items_L.tolist()) if used in films]
        lost = score_without(world, [], item) - score_without(world, places, item)
        assert abs(lost - float(effect)) <= 0.0051, text
    return len(claims)


def assert_moments_true(world: World, text: str, item: int) -> int:
    """The same question asked later gives the rank that is told."""
    days = {"12 hours": 0.5, "a day": 1.0, "a week": 7.0}
    claims = re.findall(r"Asked (12 hours|a day|a week) later it would be at rank (\d+) instead of (\d+)", text)
    for when, *ranks in claims:
        moments = AS_OF.timestamp() + DAY_SECONDS * np.array([days[when], 0.0])
        for rank, scores in zip(ranks, world.ranker.score([world.history] * 2, moments), strict=True):
            assert int(rank) == 1 + int((scores > scores[item]).sum()), text
    return len(claims)


def test_every_statement_of_many_explanations_is_true_when_asked_again() -> None:
    told = {
        "events": 0,
        "absences": 0,
        "mostly": 0,
        "groups": 0,
        "moments": 0,
        "texts": 0,
        "ratings": 0,
        "days of all": 0,
        "own past": 0,
    }
    for seed in range(500):
        world = varied_world(seed)
        item = TARGET if seed % 2 else world.best(1 + seed % 7)
        if not world.ranker.seen:
            item = int(world.history.items_L[-1])
            world.ranker.weights_VV[item, item] = 1.0
        explanation = explain(world.ranker, world.target(item, compare_item=world.best(3)))
        assert explanation.is_verified
        for telling in TELLINGS:
            text = narrate(explanation, telling)
            told["texts"] += 1
            told["own past"] += len(re.findall(ITSELF, text))
            assert unsupported(text, explanation, telling) == ()
            quote = '"{}"' if telling.language == "en" else "“{}”"
            text = re.sub(ITSELF, quote.format(explanation.title), text)
            told["days of all"] += len(re.findall(r"(?:both|all) on \d|都在\d", text))
            told["ratings"] += sum(bool(claim.rating) for claim in event_claims(text, telling.language))
            told["events"] += assert_events_true(world, text, telling.language, item)
            told["absences"] += assert_absence_true(world, text, telling.language, item)
            if telling.language == "en":
                told["mostly"] += assert_mostly_true(world, text, item)
                told["groups"] += assert_groups_true(world, text, item)
                told["moments"] += assert_moments_true(world, text, item)
    assert told["texts"] == 2_000
    assert told["events"] > 2_000
    assert told["absences"] > 300
    assert min(told["mostly"], told["groups"]) > 100, told
    assert told["moments"] > 60, told
    assert told["ratings"] > 300, told
    assert told["days of all"] > 60, told
    assert told["own past"] > 60, told
