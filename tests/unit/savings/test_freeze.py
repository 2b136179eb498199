"""What a baseline is made of, and when there is none."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from carbon_nexus.savings.freeze import freeze, window_of
from carbon_nexus.savings.model import Driver, Implemented, Obstacle, Verdict
from tests.unit.savings.made import IN_PLACE, LONG_AGO, START, frame, frozen, measure, readings, trips

TIME = pl.col("event_time")


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize(
    ("days", "a_day", "reason"),
    [(13, 10, "130 events on 13 days"), (19, 1, "19 events on 19 days"), (0, 0, "0 events on 0")],
)
def test_a_young_history_is_no_baseline_and_says_what_is_missing(days: int, a_day: int, reason: str) -> None:
    times = [IN_PLACE - timedelta(days=1 + day, hours=-place) for day in range(days) for place in range(a_day)]
    of = freeze(measure(), frame(times, np.ones(len(times)))).of
    assert isinstance(of, Obstacle)
    assert of.verdict is Verdict.NO_BASELINE
    assert reason in of.reason


def test_only_events_before_the_measure_and_outside_the_episode_count(random: np.random.Generator) -> None:
    events = trips(random)
    first, last = START + timedelta(days=20), START + timedelta(days=30)
    kg = pl.col("co2e_kg")
    abnormal = events.with_columns(
        co2e_kg=pl.when(TIME.is_between(first, last, closed="left") | TIME.ge(IN_PLACE)).then(kg * 9).otherwise(kg)
    )
    of = measure(episode_start=first, episode_end=last)
    baseline, model = frozen(of, abnormal)
    assert (baseline.window_start, baseline.window_end) == (START, IN_PLACE)
    assert (baseline.days, baseline.events) == (46, 460)
    assert baseline == freeze(of, events)
    assert model.formula.rates == {"t.km": pytest.approx(0.1, rel=0.01)}


def test_stand_ins_and_events_without_an_estimate_are_left_out(random: np.random.Generator) -> None:
    events = trips(random)
    number = pl.int_range(pl.len())
    with_gaps = events.with_columns(
        filled=number % 3 == 0, co2e_kg=pl.when(number % 3 == 1).then(None).otherwise("co2e_kg")
    )
    assert freeze(measure(), with_gaps) == freeze(measure(), events.filter(pl.int_range(pl.len()) % 3 == 2))


def test_a_day_that_stands_out_hardly_moves_the_mean(random: np.random.Generator) -> None:
    events = trips(random)
    fault = TIME.dt.date() == (START + timedelta(days=9)).date()
    faulty = events.with_columns(co2e_kg=pl.when(fault).then(pl.col("co2e_kg") * 20).otherwise("co2e_kg"))
    assert frozen(measure(), faulty)[1].formula.rates["t.km"] == pytest.approx(0.1, rel=0.02)


def test_each_unit_of_activity_has_its_own_rate(random: np.random.Generator) -> None:
    loaded = trips(random)
    empty = frame(loaded["event_time"].to_list(), np.full(loaded.height, 60.0), activity=80.0, activity_unit="km")
    rates = frozen(measure(), pl.concat([loaded, empty]))[1].formula.rates
    assert rates == {"km": pytest.approx(0.75, rel=0.01), "t.km": pytest.approx(0.1, rel=0.01)}


def test_a_meter_is_told_by_the_hour(random: np.random.Generator) -> None:
    formula = frozen(measure("factory", "energy_kwh"), readings(random))[1].formula
    assert (formula.driver, formula.cells, formula.slope) == (Driver.TIME, 48, 0.0)
    assert [formula.means[hour] for hour in (3, 12, 36)] == pytest.approx([10, 50, 10], rel=0.05)


def test_a_meter_is_told_by_activity_where_it_explains(random: np.random.Generator) -> None:
    shift = random.uniform(4, 16, 140)
    kg = 100 + 25 * shift + random.normal(0, 10, 140)
    times = [START + timedelta(days=day) for day in range(140)]
    events = frame(times, kg, activity=shift, activity_unit="shift_hour")
    model = frozen(measure("factory", "energy_kwh"), events)[1]
    assert model.formula.slope == pytest.approx(25, rel=0.03)
    assert (model.lowest, model.highest) == (shift[:56].min(), shift[:56].max())


@pytest.mark.parametrize(
    ("acts_on", "tier", "told", "sends"),
    [
        ("fuel per km", "T2", True, "send fuel_litres, or energy_kwh of electric vehicles"),
        ("fuel per km", "T1", False, None),
        ("speed", "T2", True, None),
        ("idle hours", "T2", False, "does not follow what the measure acts on (idle hours)"),
        (None, "T2", False, "acts on (not told)"),
    ],
)
def test_what_no_estimate_follows_cannot_be_observed(
    acts_on: str | None, tier: str, told: bool, sends: str | None, random: np.random.Generator
) -> None:
    of = freeze(measure(acts_on=acts_on), trips(random, tier=tier, told=told)).of
    if sends is None:
        assert not isinstance(of, Obstacle)
    else:
        assert isinstance(of, Obstacle)
        assert of.verdict is Verdict.NOT_OBSERVABLE
        assert sends in of.reason


def test_it_ends_where_the_first_of_several_measures_was_implemented() -> None:
    earlier, later = IN_PLACE - timedelta(days=10), IN_PLACE + timedelta(days=10)
    assert window_of(measure(others={2: earlier, 3: later})) == (earlier - timedelta(days=56), earlier)
    assert window_of(measure(episode_start=LONG_AGO))[1] == IN_PLACE


@pytest.mark.parametrize(
    ("days_before", "reason"), [(30, None), (13, "13 days before, since another measure of 2026-")]
)
def test_it_begins_where_an_earlier_measure_was_implemented(
    days_before: int, reason: str | None, random: np.random.Generator
) -> None:
    earlier = IN_PLACE - timedelta(days=days_before)
    baseline = freeze(measure(since=earlier), trips(random))
    assert (baseline.window_start, baseline.window_end, baseline.days) == (earlier, IN_PLACE, days_before)
    if reason is None:
        assert not isinstance(baseline.of, Obstacle)
    else:
        assert isinstance(baseline.of, Obstacle)
        assert baseline.of.verdict is Verdict.NO_BASELINE
        assert reason in baseline.of.reason
    long_ago = measure(since=IN_PLACE - timedelta(days=57))
    assert window_of(long_ago) == window_of(measure())


@pytest.mark.parametrize("columns", [{"activity": None}, {"activity": 0.0}, {"co2e_kg": 0.0}])
@pytest.mark.parametrize("of", [measure(), measure("factory", "energy_kwh")])
def test_what_emitted_nothing_or_did_nothing_known_makes_up_no_baseline(
    of: Implemented, columns: dict[str, float | None], random: np.random.Generator
) -> None:
    events = trips(random).with_columns(**{name: pl.lit(value, pl.Float64) for name, value in columns.items()})
    found = freeze(of, events).of
    by_time_alone = of.event_type == "factory" and "activity" in columns
    assert isinstance(found, Obstacle) != by_time_alone
