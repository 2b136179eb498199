"""Savings are told from chance, and from all that is no saving."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from carbon_nexus.savings.freeze import freeze
from carbon_nexus.savings.model import Amount, Baseline, Counted, Implemented, Obstacle, Verdict, Week
from carbon_nexus.savings.verify import due, judge, t_quantile, weeks_over
from tests.unit.savings.made import END, IN_PLACE, START, compared, frame, frozen, measure, readings, trips

WEEK = timedelta(days=7)
FOUR_WEEKS = IN_PLACE + 4 * WEEK
METER = measure("factory", "energy_kwh", promised_kg=1000.0)
TIME = pl.col("event_time")
SEEDS = range(10)
ANOTHER_WAY = "100% of it was estimated in another way: mostly"


@pytest.mark.parametrize("saving", [0.0, 0.05, 0.1, 0.2])
@pytest.mark.parametrize(("of", "made"), [(measure(), trips), (METER, readings)])
def test_the_interval_holds_the_saving(of: Implemented, made: Callable[..., pl.DataFrame], saving: float) -> None:
    held = 0
    for seed in SEEDS:
        weeks, judgement = compared(of, made(np.random.default_rng(seed), saving), FOUR_WEEKS)
        assert judgement.saved is not None
        true = sum(week.actual_kg or 0 for week in weeks) * saving / (1 - saving)
        held += judgement.saved.low_kg <= true <= judgement.saved.high_kg
        assert (judgement.verdict is Verdict.VERIFIED) == (judgement.saved.low_kg > 0)
        assert saving < 0.1 or judgement.verdict is Verdict.VERIFIED
    assert held >= 0.9 * len(SEEDS)


@pytest.mark.parametrize("seed", range(5))
def test_twice_the_activity_without_a_saving_is_not_verified(seed: int) -> None:
    weeks, judgement = compared(measure(), trips(np.random.default_rng(seed), busier=2.0), FOUR_WEEKS)
    assert judgement.verdict is not Verdict.VERIFIED
    assert judgement.saved is not None
    assert weeks[0].counterfactual_kg == pytest.approx(weeks[0].actual_kg, rel=0.1)
    assert weeks[0].actual_kg == pytest.approx(7 * 10 * 200, rel=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_half_the_activity_without_a_saving_is_not_verified_either(seed: int) -> None:
    assert compared(measure(), trips(np.random.default_rng(seed), busier=0.5), FOUR_WEEKS)[1].verdict not in (
        Verdict.VERIFIED, Verdict.WAITING,
    )  # fmt: skip


def test_shifts_beyond_what_the_baseline_has_seen_are_not_compared() -> None:
    shift = np.where(np.arange(140) < 56, 8.0, 16.0)
    events = frame(
        [START + timedelta(days=day) for day in range(140)], 30 * shift, activity=shift, activity_unit="shift_hour"
    )
    weeks, judgement = compared(METER, events, FOUR_WEEKS)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert weeks[0].reason == "activity was beyond the 8 to 8 of the baseline in 100% of its readings"


def test_fewer_kilometres_for_the_same_tonnes_are_a_saving() -> None:
    random = np.random.default_rng(3)
    events = trips(random, load_kg=8000.0, told=True)
    shorter = pl.when(TIME >= IN_PLACE).then(0.85).otherwise(1.0)
    planned = events.with_columns(pl.col("co2e_kg", "activity") * shorter)
    assert compared(measure(acts_on="distance_km"), planned, FOUR_WEEKS)[1].verdict is Verdict.VERIFIED
    assert compared(measure(acts_on="fuel per km"), planned, FOUR_WEEKS)[1].verdict is not Verdict.VERIFIED


@pytest.mark.parametrize(
    ("kept", "reason"), [(TIME.dt.weekday() < 6, None), (TIME.dt.weekday() < 3, "only 29% of the usual readings came")]
)
def test_a_gap_takes_part_on_neither_side(kept: pl.Expr, reason: str | None) -> None:
    events = readings(np.random.default_rng(5), saving=0.2).filter((TIME < IN_PLACE) | kept)
    weeks, judgement = compared(METER, events, FOUR_WEEKS)
    assert {week.reason for week in weeks} == {reason}
    if reason is None:
        assert weeks[0].counted.events == 5 * 24
        assert weeks[0].saving is not None
        assert weeks[0].saving.kg == pytest.approx(0.2 * (weeks[0].counterfactual_kg or 0), rel=0.1)
    else:
        assert (judgement.verdict, judgement.saved) == (Verdict.INCONCLUSIVE, None)
        assert "0 of 4 weeks can be compared, 4 are needed (week 1: only" in judgement.reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"model_version": pl.lit("set.2")}, f"{ANOTHER_WAY} set.2 T1, before the measure set.1 T1"),
        ({"tier": pl.lit("T2")}, f"{ANOTHER_WAY} set.1 T2, before the measure set.1 T1"),
        ({"activity_unit": pl.lit("km")}, "most was of a kind or at an hour that the baseline has never seen"),
        ({"filled": pl.lit(True)}, "nothing was reported"),
    ],
)  # fmt: skip
def test_what_the_measure_did_not_change_is_not_put_down_to_it(changed: dict[str, pl.Expr], reason: str) -> None:
    events = trips(np.random.default_rng(5), saving=0.5)
    after = {name: pl.when(TIME >= IN_PLACE).then(value).otherwise(name) for name, value in changed.items()}
    weeks, judgement = compared(measure(), events.with_columns(**after), FOUR_WEEKS)
    assert {week.reason for week in weeks} == {reason}
    assert judgement.verdict is Verdict.INCONCLUSIVE


def test_what_was_not_compared_is_counted() -> None:
    events = trips(np.random.default_rng(5), saving=0.2)
    number = pl.int_range(pl.len())
    kinds = events.with_columns(
        filled=number % 10 == 0,
        co2e_kg=pl.when(number % 10 == 1).then(None).otherwise("co2e_kg"),
        activity_unit=pl.when((number % 10 == 2) & (TIME >= IN_PLACE)).then(pl.lit("km")).otherwise("activity_unit"),
    )
    first = compared(measure(), kinds, FOUR_WEEKS)[0][0]
    counted = first.counted
    assert (counted.events, counted.filled, counted.unestimated, counted.unmatched) == (49, 7, 7, 7)
    assert counted.filled_kg == pytest.approx(560, rel=0.3)


@pytest.mark.parametrize(("after", "weeks", "verdict"), [
    (timedelta(days=6), 0, Verdict.WAITING), (timedelta(days=27, hours=23), 3, Verdict.WAITING),
    (timedelta(days=28), 4, Verdict.VERIFIED), (timedelta(days=400), 12, Verdict.VERIFIED),
])  # fmt: skip
def test_four_weeks_have_to_be_over(after: timedelta, weeks: int, verdict: Verdict) -> None:
    found, judgement = compared(measure(), trips(np.random.default_rng(1), 0.3), IN_PLACE + after)
    assert (len(found), judgement.verdict) == (weeks, verdict)
    assert weeks_over(measure(), IN_PLACE + after) == weeks


def _weeks(count: int, kg: float, low: float, high: float) -> list[Week]:
    def one(number: int) -> Week:
        start = IN_PLACE + number * WEEK
        amount = Amount(kg, low, high)
        return Week(number + 1, start, start + WEEK, Counted(9, 0, 0.0, 0, 0), 100.0, 100 + kg, amount, amount)

    return [one(number) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "saved", "promised", "verdict", "words"),
    [
        (4, (40, 1, 79), 100.0, Verdict.VERIFIED, "more than chance"),
        (4, (5, 1, 9), 100.0, Verdict.VERIFIED, "more than chance"),
        (4, (0, -9, 9), 100.0, Verdict.NOT_EFFECTIVE, "less than a tenth of the 100 kg promised"),
        (8, (10, -2, 19), 100.0, Verdict.NOT_EFFECTIVE, "less than a tenth of the 200 kg promised"),
        (4, (-20, -39, -1), None, Verdict.NOT_EFFECTIVE, "no saving at all"),
        (4, (-1, -3, 1), None, Verdict.INCONCLUSIVE, "looked at again every week up to week 12"),
        (11, (90, -10, 190), 100.0, Verdict.INCONCLUSIVE, "looked at again every week up to week 12"),
        (12, (90, -10, 190), 100.0, Verdict.INCONCLUSIVE, "looked at no more"),
    ],
)
def test_the_verdict(
    count: int, saved: tuple[float, float, float], promised: float | None, verdict: Verdict, words: str
) -> None:
    of = measure(promised_kg=promised)
    baseline = frozen(of, trips(np.random.default_rng(1)))[0]
    judgement = judge(of, baseline, _weeks(count, *saved))
    assert (judgement.verdict, judgement.weeks) == (verdict, count)
    assert words in judgement.reason


def test_a_baseline_that_there_is_not_decides() -> None:
    of = measure(acts_on="refrigerant")
    baseline = freeze(of, trips(np.random.default_rng(1)))
    assert judge(of, baseline, []).verdict is Verdict.NOT_OBSERVABLE


def test_measures_at_the_same_time_are_judged_together_and_say_so() -> None:
    of = measure(others={7: IN_PLACE - WEEK, 5: IN_PLACE + WEEK})
    judgement = compared(of, trips(np.random.default_rng(1), 0.3), FOUR_WEEKS)[1]
    assert judgement.reason.endswith("recommendation 5, 7; the saving is of all together")


def test_weeks_end_where_the_next_measure_was_implemented() -> None:
    moment = IN_PLACE + timedelta(days=30)
    idle, saving = trips(np.random.default_rng(1)), trips(np.random.default_rng(1), 0.4)
    events = pl.concat([idle.filter(TIME.lt(moment)), saving.filter(TIME.ge(moment))])
    weeks, judgement = compared(measure(until=moment), events, END)
    assert (len(weeks), judgement.weeks, judgement.verdict) == (4, 4, Verdict.INCONCLUSIVE)
    assert "from 2026-04-01 on another measure is in place, and no later week shows this one" in judgement.reason
    assert compared(measure(), events, END)[1].verdict is Verdict.VERIFIED


@pytest.mark.parametrize("told_later", [{"since": IN_PLACE - 5 * WEEK}, {"others": {2: IN_PLACE - WEEK}}])
def test_a_frozen_baseline_with_another_measure_in_it_proves_nothing(told_later: dict[str, Any]) -> None:
    events = trips(np.random.default_rng(1), 0.3)
    weeks, judgement = compared(measure(), events, FOUR_WEEKS)
    assert judgement.verdict is Verdict.VERIFIED
    judgement = judge(measure(**told_later), frozen(measure(), events)[0], weeks)
    assert (judgement.verdict, judgement.saved) == (Verdict.INCONCLUSIVE, None)
    assert "was in place within its frozen baseline" in judgement.reason


def test_what_promised_nothing_says_so() -> None:
    judgement = compared(measure(promised_kg=None), trips(np.random.default_rng(1), 0.3), FOUR_WEEKS)[1]
    assert judgement.verdict is Verdict.VERIFIED
    assert judgement.reason.endswith(". How much it would save was not promised")


BASELINE = frozen(measure(), trips(np.random.default_rng(1)))[0]
BLIND = replace(BASELINE, of=Obstacle(Verdict.NO_BASELINE, "none"))


@pytest.mark.parametrize(
    ("baseline", "judged_at", "now", "news"),
    [
        (None, None, IN_PLACE - WEEK, False),
        (None, None, IN_PLACE, True),
        (BLIND, IN_PLACE, END, False),
        (BASELINE, IN_PLACE, IN_PLACE + timedelta(hours=23), False),
        (BASELINE, IN_PLACE, IN_PLACE + timedelta(hours=24), True),
        (BASELINE, IN_PLACE + WEEK - timedelta(hours=1), IN_PLACE + WEEK, True),
        (BASELINE, IN_PLACE + 12 * WEEK, IN_PLACE + 12 * WEEK + timedelta(days=1), True),
        (BASELINE, IN_PLACE + 12 * WEEK + timedelta(days=1), IN_PLACE + 20 * WEEK, False),
    ],
)
def test_it_is_looked_at_when_there_may_be_news(
    baseline: Baseline | None, judged_at: datetime | None, now: datetime, news: bool
) -> None:
    of: Implemented = measure()
    assert due(of, baseline, judged_at, now) is news


@pytest.mark.parametrize(("freedom", "t"), [(5, 2.5706), (10, 2.2281), (48, 2.0106), (10_000, 1.9602)])
def test_students_t(freedom: int, t: float) -> None:
    assert t_quantile(freedom) == pytest.approx(t, rel=0.002)
