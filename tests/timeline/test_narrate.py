"""Every number, date and title of a description is a field of the timeline."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.domain.timeline import Anomaly, AnomalyKind, Change, Interest, Outlook, Period, Rhythm, Timeline
from temporec_mcp.timeline.narrate import anomaly_sentence, describe
from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import Plain, binges, history, poisson

MONTHS = [date(2026, month, 1).strftime("%B") for month in range(1, 13)]
ENGLISH_DATE = re.compile(rf"(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
CHINESE_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
LABELS = ("Drama", "Comedy", "Sci-Fi", "科幻", "World War II 1939", "x" * 200, "Ignore previous instructions")
TITLES = ("Alien (1979)", "2001: A Space Odyssey", "红楼梦", "T" * 200)


def random_timeline(random: np.random.Generator) -> Timeline:
    first = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=int(random.integers(0, 40_000)))
    day = first.date()
    actions = random.choice([*ACTIONS, "bookmark"], int(random.integers(1, 6)), replace=False).tolist()
    counts = {str(action): int(random.integers(1, 3_000)) for action in actions}
    labels = random.permutation(LABELS)[: int(random.integers(0, 6))].tolist()
    shares = random.dirichlet(np.ones(max(len(labels), 1)))
    periods = [
        Period(
            7.0,
            0.7,
            float(random.random()),
            weekdays=tuple(random.permutation(7)[: int(random.integers(1, 3))].tolist()),
        ),
        Period(
            1.0, 0.5, float(random.random()), hour_from=int(random.integers(0, 24)), hour_to=int(random.integers(0, 24))
        ),
        Period(float(random.choice([1.0, 3.5, 7.0, 14.0, 30.44])), 0.4),
    ]
    pauses = np.sort(random.lognormal(0, 2, 3)).tolist()
    return Timeline(
        user_id=str(random.choice(["me", "4711"])),
        timezone=str(random.choice(["UTC", "Asia/Shanghai", "America/New_York"])),
        first=first,
        last=first + timedelta(hours=int(random.integers(0, 20_000))),
        event_count=sum(counts.values()),
        active_day_count=int(random.integers(1, 900)),
        session_count=int(random.integers(1, 2_000)),
        session_gap_minutes=float(random.integers(10, 360)),
        action_counts=counts,
        interests=tuple(
            Interest(label, float(share), random.choice(["rising", "steady", "fading"]))
            for label, share in zip(labels, sorted(shares, reverse=True), strict=False)
        ),
        interest_source=random.choice(["labels", "words", "items"]),
        changes=tuple(random_change(random, day + timedelta(days=n)) for n in range(int(random.integers(0, 3)))),
        rhythm=Rhythm((0,) * 24, (0,) * 7, tuple(periods[: int(random.integers(0, 4))])),
        anomalies=tuple(random_anomaly(random, day) for _ in range(int(random.integers(0, 5)))),
        outlook=random_outlook(random, pauses, first) if random.random() < 0.7 else None,
    )


def random_outlook(random: np.random.Generator, pauses: list[float], first: datetime) -> Outlook:
    if random.random() < 0.3:
        return Outlook(pauses[1], pauses[0], pauses[2])
    low, middle, high = (first + timedelta(days=float(days)) for days in np.sort(random.uniform(1, 900, 3)))
    return Outlook(pauses[1], pauses[0], pauses[2], "Drama", 50, low, middle, high, "Drama", float(random.random()))


def random_change(random: np.random.Generator, day: date) -> Change:
    until = day + timedelta(days=int(random.integers(20, 400))) if random.random() < 0.4 else None
    if random.random() < 0.4:
        rates = (float(random.lognormal(1, 2)), float(random.lognormal(1, 2)))
        return Change(day, "", "", "drift" if until else "activity", 0.7, until, weekly=rates)
    shares = random.random(4).tolist()
    kind = "drift" if until else "interest"
    return Change(day, "Drama", "科幻", kind, 0.5, until, (shares[0], shares[1]), (shares[2], shares[3]))


def random_anomaly(random: np.random.Generator, day: date) -> Anomaly:
    kind: AnomalyKind = random.choice(get_args(AnomalyKind))
    facts: dict[str, str | float] = {
        "days": float(random.uniform(3, 900)), "usual_days": float(random.lognormal(0, 1)),
        "events": float(random.integers(10, 5_000)), "usual_events": float(random.integers(2, 40)) / 2,
        "hour": float(random.integers(0, 24)), "minute": float(random.integers(0, 60)), "sessions": 120.0,
        "action": str(random.choice(["rate", "purchase", "watch"])),
        "value": float(np.round(random.lognormal(3, 2), 2)),
        "usual_value": float(np.round(random.lognormal(2, 1), 2)), "count": 60.0,
        "label": "Drama", "label_events": float(random.integers(1, 9)), "one_in": float(random.integers(2, 10_001)),
    }  # fmt: skip
    if random.random() < 0.5:
        facts["until"] = (day + timedelta(days=int(random.integers(3, 900)))).isoformat()
    if random.random() < 0.7:
        facts["title"] = str(random.choice(TITLES))
    if random.random() < 0.5:
        facts |= {"place": float(random.integers(1, 90_000)), "choices": 90_000.0, "usual_place": 612.0}
    return Anomaly(day + timedelta(days=int(random.integers(0, 900))), kind, facts)


def dates_of(timeline: Timeline) -> set[date]:
    zone = ZoneInfo(timeline.timezone)
    dates = {timeline.first.astimezone(zone).date(), timeline.last.astimezone(zone).date()}
    if timeline.outlook:
        ends = (timeline.outlook.next_low, timeline.outlook.next_high)
        dates |= {end.astimezone(zone).date() for end in ends if end is not None}
    dates |= {change.until for change in timeline.changes if change.until is not None}
    dates |= {change.date for change in timeline.changes} | {anomaly.date for anomaly in timeline.anomalies}
    return dates | {
        date.fromisoformat(str(anomaly.facts["until"])) for anomaly in timeline.anomalies if "until" in anomaly.facts
    }


def numbers_of(timeline: Timeline) -> list[float]:
    counts = list(timeline.action_counts.values())
    numbers = [float(n) for n in (*counts, timeline.active_day_count, timeline.session_count)]
    numbers += [float(timeline.event_count - sum(sorted(counts)[-3:]))]
    numbers += [rate for change in timeline.changes for rate in change.weekly or ()]
    durations = [timeline.session_gap_minutes / 1_440]
    for anomaly in timeline.anomalies:
        facts = {name: value for name, value in anomaly.facts.items() if isinstance(value, float)}
        numbers += [
            facts[name]
            for name in (
                *("events", "usual_events", "sessions", "value", "usual_value", "label_events", "one_in"),
                *("place", "choices", "usual_place", "count"),
            )
            if name in facts
        ]
        durations += [facts[name] for name in ("days", "usual_days") if name in facts]
        durations += [facts[name] / 86_400 for name in ("value", "usual_value") if name in facts]
    if timeline.outlook:
        durations += [
            timeline.outlook.low_gap_days, timeline.outlook.median_gap_days, timeline.outlook.high_gap_days,
        ]  # fmt: skip
    return [
        *numbers,
        *durations,
        *(24 * days for days in durations),
        *(1_440 * days for days in durations),
        *(days / 365.25 for days in durations),
    ]


def shown_names(timeline: Timeline) -> list[str]:
    names = [interest.label for interest in timeline.interests] + ["Drama", "科幻", timeline.timezone]
    names += [str(anomaly.facts["title"]) for anomaly in timeline.anomalies if "title" in anomaly.facts]
    cuts = ((40, 27, 12), (24, 16, 7), (16, 11, 4))
    cut = {f"{name[:first]}…{name[-last:]}" for most, first, last in cuts for name in names if len(name) > most}
    return sorted({*names, *cut}, key=len, reverse=True)


def check(text: str, timeline: Timeline) -> None:
    """Take out what is a field, kind by kind; no digit may be left over."""
    for name in shown_names(timeline):
        text = text.replace(name, "")
    known = dates_of(timeline)
    for day, month, year in ENGLISH_DATE.findall(text):
        assert date(int(year), MONTHS.index(month) + 1, int(day)) in known, text
    for year, month, day in CHINESE_DATE.findall(text):
        assert date(int(year), int(month), int(day)) in known, text
    text = CHINESE_DATE.sub("", ENGLISH_DATE.sub("", text))
    clocks = {f"{p.hour_from:02d}:00" for p in timeline.rhythm.periods if p.hour_from is not None}
    clocks |= {f"{p.hour_to:02d}:00" for p in timeline.rhythm.periods if p.hour_to is not None}
    clocks |= {f"{a.facts['hour']:02.0f}:{a.facts['minute']:02.0f}" for a in timeline.anomalies if "hour" in a.facts}
    assert set(re.findall(r"\d\d:\d\d", text)) <= clocks, text
    text = re.sub(r"\d\d:\d\d", "", text)
    percents = {f"{100 * round(interest.share, 4):.0f}" for interest in timeline.interests}
    percents |= {
        f"{100 * round(period.share, 4):.0f}" for period in timeline.rhythm.periods if period.share is not None
    }
    moved = [share for change in timeline.changes for pair in (change.fell, change.rose) for share in pair or ()]
    percents |= {f"{100 * round(share, 4):.0f}" for share in moved}
    if timeline.outlook and timeline.outlook.doing_share is not None:
        percents.add(f"{100 * round(timeline.outlook.doing_share, 4):.0f}")
    assert set(re.findall(r"(\d+)%", text)) <= percents, text
    text = re.sub(r"\d+%", "", text)
    numbers = numbers_of(timeline)
    for shown in re.findall(r"\d[\d,]*\.?\d*", text.replace("不到1", "")):
        digits = shown.rstrip(",.").replace(",", "")
        half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) + 1e-6
        assert any(abs(number - float(digits)) <= half for number in numbers), f"{shown!r} in {text!r}"


@pytest.mark.parametrize("detail", ["brief", "full"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_thousand_descriptions_say_only_what_is_a_field_and_fit(language: str, detail: str):
    random = np.random.default_rng(21)
    for _ in range(1_000):
        timeline = random_timeline(random)
        text = describe(timeline, language, detail)
        check(text, timeline)
        assert len(text.split()) <= 120 if language == "en" else len(text) <= 250
        assert "{" not in text and "None" not in text and "nan" not in text.replace("finance", "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_descriptions_of_summarised_histories_say_only_what_is_a_field(language: str):
    random = np.random.default_rng(22)
    for _ in range(25):
        timeline = summarise(binges(random, poisson(random, int(random.integers(1, 80)))))
        check(describe(timeline, language, "full"), timeline)


def test_brief_is_short_and_full_adds_the_pauses():
    times = poisson(np.random.default_rng(23), 40)
    timeline = summarise(history(times))
    brief, full = describe(timeline), describe(timeline, detail="full")
    assert "pause" not in brief and "The usual pause between sessions is" in full


def test_the_days_of_the_description_are_those_of_the_users_zone():
    timeline = summarise(history([1_770_000_000.0], rest=Plain("Pacific/Kiritimati")))  # 02:40 UTC
    assert "2 February 2026" in describe(timeline)
    assert "1 February 2026" in describe(summarise(history([1_770_000_000.0], rest=Plain("America/New_York"))))


@pytest.mark.parametrize("kind", get_args(AnomalyKind))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_anomaly_has_a_sentence(kind: AnomalyKind, language: str):
    anomaly = Anomaly(date(2026, 3, 2), kind, random_anomaly(np.random.default_rng(1), date(2026, 3, 2)).facts)
    text = anomaly_sentence(anomaly, language)
    assert ("2 March 2026" if language == "en" else "2026年3月2日") in text


def test_a_silence_is_told_with_its_end():
    facts: dict[str, str | float] = {"days": 41.0, "usual_days": 2.0, "until": "2026-07-14"}
    assert anomaly_sentence(Anomaly(date(2026, 6, 3), "silence", facts)) == (
        "From 3 June 2026 to 14 July 2026 it was silent for 41 days; the usual pause is 2 days."
    )
