"""Days from which taste or activity was another, and drifts; silence where nothing moved."""

from datetime import date, timedelta

import numpy as np
import pytest
import ruptures

from temporec_mcp.domain.timeline import Change
from temporec_mcp.timeline.segments import Series, partition, squares
from temporec_mcp.timeline.summary import summarise
from tests.timeline.histories import DAY, SHAPES, START, Plain, binges, history, poisson


def planted(random: np.random.Generator, shares: np.ndarray, events: int = 3):
    """Sessions of some events each, drawn from the shares of each session."""
    items = [int(random.choice(4, p=share)) for share in shares for _ in range(events)]
    times = np.repeat(poisson(random, len(shares)), events) + 20.0 * np.tile(np.arange(events), len(shares))
    return history(times, items)


def shifted(count: int, place: int) -> np.ndarray:
    return np.where(np.arange(count)[:, None] < place, [0.8, 0.1, 0.05, 0.05], [0.2, 0.7, 0.05, 0.05])


def moody_runs(random: np.random.Generator, count: int):
    """Some ten sessions in one mood, then a long pause and another mood."""
    gaps = np.where(random.random(count) < 0.1, 14.0, 0.3) * random.uniform(0.8, 1.2, count) * DAY
    runs = np.cumsum(gaps > 5 * DAY)
    shares = random.dirichlet(np.full(4, 0.6), int(runs[-1]) + 1)[runs]
    items = [int(random.choice(4, p=share)) for share in shares for _ in range(3)]
    return history(np.repeat(START + np.cumsum(gaps), 3) + 20.0 * np.tile(np.arange(3), count), items)


def lasting_moods(random: np.random.Generator, count: int):
    """A session shares the mood of the one before in four of five cases."""
    shares = random.dirichlet(np.full(4, 0.6), count)
    for row in np.flatnonzero(random.random(count - 1) < 0.8) + 1:
        shares[row] = shares[row - 1]
    return planted(random, shares)


def near(change: Change, data, session: int, events: int = 3) -> bool:
    planted_day = date(1970, 1, 1) + timedelta(days=int(data.times_N[session * events] // DAY))
    return abs((change.date - planted_day).days) <= 0.1 * float(np.ptp(data.times_N)) / DAY


def test_a_shift_of_the_leading_interest_is_found_near_its_day_with_its_shares():
    random = np.random.default_rng(3)
    hits = 0
    for place in np.linspace(20, 60, 20).astype(int).tolist():
        data = planted(random, shifted(80, place))
        found = [change for change in summarise(data).changes if change.kind == "interest"]
        hits += (
            len(found) == 1 and near(found[0], data, place) and (found[0].before, found[0].after) == ("drama", "comedy")
        )
    assert hits >= 18


def test_runs_of_sessions_in_moods_of_their_own_are_no_changes():
    random = np.random.default_rng(21)
    assert sum(bool(summarise(moody_runs(random, 40)).changes) for _ in range(40)) <= 2


def test_moods_that_last_from_session_to_session_are_no_changes():
    random = np.random.default_rng(22)
    assert sum(bool(summarise(lasting_moods(random, 40)).changes) for _ in range(40)) <= 5


def test_a_shift_in_a_short_history_is_found_also_near_its_end():
    random = np.random.default_rng(13)
    hits = 0
    for place in np.linspace(8, 56, 12).astype(int).tolist():
        data = planted(random, shifted(60, place), 5)
        found = summarise(data).changes
        hits += len(found) == 1 and near(found[0], data, place, 5) and found[0].kind == "interest"
    assert hits == 12


def test_a_shift_is_dated_after_the_long_pause_that_it_may_have_fallen_into():
    random = np.random.default_rng(14)
    hits = 0
    for _ in range(10):
        data = planted(random, shifted(60, 30), 1)
        data.times_N[:] += 25 * DAY * (np.arange(60) // 10)
        found = summarise(data).changes
        first_day = date(1970, 1, 1) + timedelta(days=int(data.times_N[30] // DAY))
        hits += [change.date for change in found if change.kind == "interest"] == [first_day]
    assert hits >= 8


def test_a_change_states_the_shares_of_the_events_before_and_after_it():
    random = np.random.default_rng(4)
    data = planted(random, shifted(80, 40))
    (change,) = summarise(data).changes
    items = np.array(data.items_N)
    split = int(np.searchsorted(data.times_N, (change.date - date(1970, 1, 1)).days * DAY))
    assert change.fell == pytest.approx(((items[:split] == 0).mean(), (items[split:] == 0).mean()), abs=0.03)
    assert change.rose == pytest.approx(((items[:split] == 1).mean(), (items[split:] == 1).mean()), abs=0.03)
    assert 0.4 < change.strength < 0.8 and change.until is None


def test_a_leader_that_falls_is_a_change_also_when_nothing_takes_its_place():
    random = np.random.default_rng(5)
    shares = np.where(np.arange(90)[:, None] < 45, [0.85, 0.05, 0.05, 0.05], [0.25, 0.25, 0.25, 0.25])
    (change,) = summarise(planted(random, shares)).changes
    assert change.before == "drama" and change.fell is not None and change.fell[0] - change.fell[1] > 0.4


def test_two_shifts_are_told_in_order():
    random = np.random.default_rng(4)
    phase = np.arange(180)[:, None] // 60
    shares = np.where(phase == 1, [0.1, 0.8, 0.05, 0.05], [0.8, 0.1, 0.05, 0.05])
    changes = summarise(planted(random, shares)).changes
    assert [(change.before, change.after) for change in changes] == [("drama", "comedy"), ("comedy", "drama")]
    assert changes[0].date < changes[1].date


def test_a_gradual_move_is_a_drift_with_two_dates_and_no_point():
    random = np.random.default_rng(6)
    grown = np.clip((np.arange(160) / 160 - 0.2) / 0.6, 0, 1)[:, None] * 0.8
    data = planted(random, np.hstack([0.9 - grown, 0.04 + grown, np.full((160, 2), 0.03)]))
    (change,) = summarise(data).changes
    assert (change.kind, change.before, change.after) == ("drift", "drama", "comedy")
    assert near(change, data, 32) and change.until is not None and change.until > change.date + timedelta(days=40)


@pytest.mark.parametrize(("old", "new"), [(5, 1), (1, 5)])
def test_a_change_of_activity_states_the_events_a_week(old: int, new: int):
    random = np.random.default_rng(7)
    found: list[Change] = []
    for _ in range(5):
        before, after = random.exponential(7 * DAY / old, 100), random.exponential(7 * DAY / new, 100)
        data = history(START + np.cumsum(np.concatenate([before, after])))
        found += [
            change for change in summarise(data).changes if change.kind == "activity" and near(change, data, 100, 1)
        ]
    assert len(found) >= 4
    for change in found:
        assert change.weekly == pytest.approx((old, new), rel=0.35)
        assert change.strength == pytest.approx(0.8, abs=0.1)


def test_pauses_that_grow_all_along_are_a_drift_of_activity():
    random = np.random.default_rng(8)
    times = START + np.cumsum(random.exponential(np.geomspace(0.5, 12, 200) * DAY))
    (change,) = summarise(history(times)).changes
    assert change.kind == "drift" and change.weekly is not None and change.weekly[0] > 4 * change.weekly[1]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_year_of_stationary_behaviour_shows_less_than_a_tenth_of_a_change(shape: str):
    random = np.random.default_rng(9)
    count, years = 0, 0.0
    for _ in range(30):
        data = binges(random, SHAPES[shape](random, 120))
        count += len(summarise(data).changes)
        years += float(np.ptp(data.times_N)) / DAY / 365.25
    assert count <= 0.1 * years


def test_few_sessions_show_no_change():
    assert summarise(history(START + DAY * np.arange(10), [0] * 5 + [1] * 5)).changes == ()


def test_a_lone_long_pause_is_no_change_of_activity():
    times = poisson(np.random.default_rng(10), 80)
    times[40:] += 60 * DAY
    assert summarise(history(times, rest=Plain(categories=[()]))).changes == ()


def test_ten_visits_in_two_days_after_months_of_few_are_no_change_of_activity():
    random = np.random.default_rng(15)
    for _ in range(10):
        gaps = np.concatenate([random.exponential(8 * DAY, 20), random.exponential(0.2 * DAY, 10)])
        assert summarise(history(START + np.cumsum(gaps))).changes == ()


def test_the_partition_is_the_one_that_ruptures_finds():
    random = np.random.default_rng(11)
    for parts in (2, 3, 4):
        levels = np.repeat(random.normal(size=(parts, 3)), 25, axis=0)
        units = levels + random.normal(size=levels.shape)
        found = partition(squares(Series(units, np.ones(len(units)), np.zeros(len(units), dtype=np.int64))), parts, 6)
        reference = ruptures.Dynp(model="l2", min_size=6, jump=1).fit(units).predict(n_bkps=parts - 1)
        assert [*found, len(units)] == reference
