"""What is typical: medians by hand, sufficiency with its reason, season cells, and what an event is compared with."""

import json
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from carbon_nexus.baselines.model import (
    ALL_TIMES,
    KEY,
    METHOD,
    METHOD_BY_DAY,
    METHOD_BY_HOUR,
    MIN_CELL_SAMPLE,
    MIN_PEERS,
    MIN_SAMPLE,
    OBSERVATION_SCHEMA,
    SERIES,
    TYPICAL_SCHEMA,
    WINDOW,
)
from carbon_nexus.baselines.typical import baselines_of, expect, peers_of, season_cell

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)  # a Wednesday
YESTERDAY = NOW - timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 18, tzinfo=UTC)
ROAD = {
    "entity": "R-1", "entity_type": "route", "event_type": "logistics", "metric": "intensity", "activity_unit": "t.km",
}  # fmt: skip
SCHEMA: dict[str, Any] = OBSERVATION_SCHEMA
SITE = {
    "entity": "F-1", "entity_type": "factory", "event_type": "factory", "metric": "intensity", "activity_unit": "event",
}  # fmt: skip
ROAD_DAY = ROAD | {"metric": "absolute", "activity_unit": "day"}


def observed(
    intensities: Sequence[float | None], of: dict[str, str] = ROAD, at: datetime = YESTERDAY, activity: float = 1.0
) -> pl.DataFrame:
    """Observations at one moment, with these kg CO2e per unit of activity."""
    rows = [
        {**of, "event_time": at, "activity": activity, "co2e_kg": None if value is None else value * activity}
        for value in intensities
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def only(calculated: pl.DataFrame, cell: int = ALL_TIMES) -> dict[str, Any]:
    return calculated.filter(pl.col("season_cell") == cell).row(0, named=True)


def cell_of(at: datetime, *closed: date) -> int:
    return int(pl.DataFrame({"event_time": [at]}).select(season_cell(closed)).item())


def test_the_typical_value_is_the_median_intensity_whatever_the_activity() -> None:
    parts = [observed([1, 2, 3, 4, 5], activity=10), observed([6, 7, 8, 9, 1000], activity=0.5)]
    found = only(baselines_of(pl.concat(parts), NOW))
    assert found["baseline_value"] == 5.5  # between 5 and 6; the mean would be 104.5
    assert found["sample_size"] == 10
    assert (found["sufficiency"], found["reason"]) == ("ok", None)
    assert found["calculation_method"] == METHOD


def test_the_usual_range_and_the_confidence_are_those_of_the_sample() -> None:
    found = only(baselines_of(observed([float(number) for number in range(101)]), NOW))
    assert (found["low"], found["baseline_value"], found["high"]) == (5.0, 50.0, 95.0)
    # median absolute deviation 25; standard error 1.2533 x 1.4826 x 25 / sqrt(101) = 4.622, over the median of 50
    assert found["confidence_score"] == pytest.approx(1 - 4.622 / 50, abs=1e-4)
    assert found["robust_scale"] == pytest.approx(1.4826 * 25)


def test_equal_observations_leave_no_doubt() -> None:
    assert only(baselines_of(observed([2.0] * MIN_SAMPLE), NOW))["confidence_score"] == 1.0


def test_a_typical_value_of_zero_can_be_compared_with_nothing() -> None:
    calculated = baselines_of(observed([0.0] * MIN_SAMPLE), NOW)
    found = only(calculated)
    assert (found["baseline_value"], found["confidence_score"], found["sufficiency"]) == (0.0, None, "disqualified")
    assert found["reason"] == "its usual emissions are zero: no ratio to them can be told"
    assert json.loads(found["reasons"]) == [
        {"name": "typical_is_zero", "description": found["reason"], "data": {"events": MIN_SAMPLE}},
    ]
    assert typical_kg(observed([1.0]), calculated) == [None]


@pytest.mark.parametrize("count", [1, MIN_SAMPLE - 1])
def test_too_few_events_give_a_reason_and_no_number(count: int) -> None:
    found = only(baselines_of(observed([1.0] * count), NOW))
    assert found["sufficiency"] == "young"
    assert found["reason"] == f"{count} of the 10 events a baseline needs"
    assert json.loads(found["reasons"]) == [
        {"name": "too_few_events", "description": found["reason"], "data": {"events": count, "needed": 10}},
    ]
    numbers = ("baseline_value", "low", "high", "confidence_score", "robust_scale", "own_weight")
    assert [found[name] for name in numbers] == [None] * 6


def with_peers(count: int, *own: float, of: dict[str, str] = ROAD) -> pl.DataFrame:
    """So many others of the type with intensities 8, 9, 10, 11, 12 around a multiple of theirs, and R-1's own."""
    others = [observed([8.0, 9.0, 10.0, 11.0, 12.0] * 2, of | {"entity": f"R-1{number}"}) for number in range(count)]
    return baselines_of(pl.concat([*others, observed(own, of)]), NOW).filter(pl.col("entity") == "R-1")


def test_a_young_entity_is_drawn_to_its_peers_the_more_the_fewer_its_events_are() -> None:
    found = only(with_peers(MIN_PEERS, 40.0, 40.0))
    # 2 of 12 parts its own: 40 ** (2 / 12) x 10 ** (10 / 12)
    assert found["baseline_value"] == pytest.approx(12.599, abs=1e-3)
    assert found["own_weight"] == pytest.approx(2 / 12)
    assert (found["low"] / found["baseline_value"], found["high"] / found["baseline_value"]) == pytest.approx(
        (0.8, 1.2)
    )
    assert (found["sufficiency"], found["confidence_score"]) == ("young", None)
    borrowed = "the rest of its weight is the median of 3 others of its type"
    assert found["reason"] == f"2 of the 10 events a baseline needs; {borrowed}"
    closer = only(with_peers(MIN_PEERS, *[40.0] * 9))
    assert found["baseline_value"] < closer["baseline_value"] < 40


@pytest.mark.parametrize(
    ("peers", "own", "of"),
    [
        (MIN_PEERS - 1, [40.0], ROAD),  # too few of them to say what is typical
        (MIN_PEERS, [0.0], ROAD),  # no ratio to zero
        (MIN_PEERS, [40.0], ROAD_DAY),  # how much another one emits in a day says nothing of this one
    ],
)
def test_what_peers_cannot_tell_stays_unknown(peers: int, own: list[float], of: dict[str, str]) -> None:
    found = only(with_peers(peers, *own, of=of))
    assert (found["baseline_value"], found["own_weight"], found["sufficiency"]) == (None, None, "young")


def test_with_enough_events_peers_say_nothing() -> None:
    found = only(with_peers(MIN_PEERS, *[40.0] * MIN_SAMPLE))
    assert (found["baseline_value"], found["own_weight"], found["sufficiency"]) == (40.0, 1.0, "ok")


def test_peers_can_be_told_instead_of_observed() -> None:
    told = peers_of(baselines_of(pl.concat([observed([10.0] * 10, ROAD | {"entity": f"R-1{n}"}) for n in "123"]), NOW))
    assert told.select("peer_value", "peers").rows() == [(10.0, 3)]
    assert only(baselines_of(observed([40.0, 40.0]), NOW, peers=told))["baseline_value"] == pytest.approx(
        12.599, abs=1e-3
    )


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf])
def test_what_is_no_number_says_nothing(nothing: float | None) -> None:
    found = only(baselines_of(observed([1.0] * MIN_SAMPLE + [nothing] * 50), NOW))
    assert (found["baseline_value"], found["sample_size"]) == (1.0, MIN_SAMPLE)


@pytest.mark.parametrize("activity", [0.0, -1.0, math.nan, math.inf])
def test_activity_that_cannot_be_says_nothing(activity: float) -> None:
    idle = observed([1.0] * 50).with_columns(activity=pl.lit(activity))
    found = only(baselines_of(pl.concat([observed([1.0] * MIN_SAMPLE), idle]), NOW))
    assert (found["baseline_value"], found["sample_size"]) == (1.0, MIN_SAMPLE)


def test_nothing_observed_gives_no_baselines() -> None:
    assert baselines_of(observed([]), NOW).is_empty()
    assert baselines_of(observed([None] * 20), NOW).is_empty()


def test_the_window_holds_its_start_and_not_its_end() -> None:
    inside = [NOW - WINDOW, NOW - timedelta(microseconds=1)]
    outside = [NOW - WINDOW - timedelta(microseconds=1), NOW, NOW + timedelta(days=1)]
    found = only(baselines_of(pl.concat([observed([1.0], at=at) for at in (*inside, *outside)]), NOW))
    assert found["sample_size"] == 2
    assert (found["window_start"], found["window_end"]) == (NOW - WINDOW, NOW)


@pytest.mark.parametrize(
    ("at", "cell"),
    [
        (datetime(2026, 3, 16, 0, 0, tzinfo=UTC), 1),  # Monday, first hour
        (datetime(2026, 3, 20, 23, 59, tzinfo=UTC), 24),  # Friday, last hour
        (datetime(2026, 3, 21, 0, 0, tzinfo=UTC), 25),  # Saturday, first hour
        (datetime(2026, 3, 22, 23, 59, tzinfo=UTC), 48),  # Sunday, last hour
    ],
)
def test_a_season_cell_is_an_hour_of_a_weekday_or_weekend(at: datetime, cell: int) -> None:
    assert cell_of(at) == cell


def test_metered_sites_get_a_cell_per_hour_and_one_for_all_times() -> None:
    monday, saturday = datetime(2026, 3, 16, 8, tzinfo=UTC), datetime(2026, 3, 14, 8, tzinfo=UTC)
    seen = pl.concat([observed([10.0] * 5, SITE, monday), observed([2.0] * 4, SITE, saturday)])
    found = baselines_of(seen, NOW)
    assert sorted(found["season_cell"]) == [ALL_TIMES, 9, 33]
    assert (only(found, 9)["baseline_value"], only(found, 9)["calculation_method"]) == (10.0, METHOD_BY_HOUR)
    assert only(found, 33)["reason"] == f"4 of the {MIN_CELL_SAMPLE} events a baseline needs"
    assert only(found)["reason"] == "9 of the 10 events a baseline needs"


def test_vehicles_have_no_hours_but_their_days_have_day_types() -> None:
    assert baselines_of(observed([1.0] * 20), NOW)["season_cell"].to_list() == [ALL_TIMES]
    days = pl.concat([observed([1.0], ROAD_DAY, MIDNIGHT - timedelta(days=back)) for back in range(1, 15)])
    found = baselines_of(days, NOW).sort("season_cell")
    assert found.select("season_cell", "sample_size", "calculation_method").rows() == [
        (ALL_TIMES, 14, METHOD), (1, 10, METHOD_BY_DAY), (25, 4, METHOD_BY_DAY),
    ]  # fmt: skip
    assert only(found, 25)["reason"] == f"4 of the {MIN_CELL_SAMPLE} days a baseline needs"


def test_a_closed_day_is_in_the_cell_of_weekends() -> None:
    assert cell_of(YESTERDAY) == 13
    assert cell_of(YESTERDAY, YESTERDAY.date()) == 37
    seen = pl.concat([observed([10.0] * 5, SITE), observed([2.0] * 5, SITE, YESTERDAY - timedelta(days=1))])
    found = baselines_of(seen, NOW, closed=[YESTERDAY.date()])
    assert (only(found, 37)["baseline_value"], only(found, 13)["baseline_value"]) == (10.0, 2.0)


def test_entities_event_types_units_and_metrics_are_kept_apart() -> None:
    names = [
        ROAD, ROAD | {"entity": "R-2"}, ROAD | {"event_type": "delivery"}, ROAD | {"activity_unit": "km"}, ROAD_DAY,
    ]  # fmt: skip
    seen = pl.concat([observed([float(number)] * MIN_SAMPLE, of) for number, of in enumerate(names, start=1)])
    found = baselines_of(seen, NOW)
    assert found.select(KEY).is_unique().all()
    assert sorted(found["baseline_value"]) == [1.0, 2.0, 3.0, 4.0, 5.0, 5.0]


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["F-1", "F-2"]),
            st.integers(0, 60 * 24),
            st.floats(0, 1e6) | st.none(),
            st.floats(-1, 1e6) | st.none(),
        ),
        max_size=60,
    ),
    chance=st.randoms(use_true_random=False),
)
def test_the_order_of_the_rows_never_matters(rows: list[tuple[Any, ...]], chance: Any) -> None:
    def calculated(given_rows: list[tuple[Any, ...]]) -> pl.DataFrame:
        seen = [
            {**SITE, "entity": entity, "event_time": NOW - timedelta(hours=age), "activity": activity, "co2e_kg": kg}
            for entity, age, kg, activity in given_rows
        ]
        return baselines_of(pl.DataFrame(seen, schema=SCHEMA), NOW).sort(KEY)

    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert_frame_equal(calculated(rows), calculated(shuffled), check_exact=True)


def typicals(*values: tuple[int, float | None], of: dict[str, str] = SITE) -> pl.DataFrame:
    rows = [
        {**of, "season_cell": cell, "baseline_value": value, "low": value, "high": value, "sufficiency": "ok"}
        for cell, value in values
    ]
    return pl.DataFrame(rows, schema=TYPICAL_SCHEMA)


def typical_kg(events: pl.DataFrame, known: pl.DataFrame) -> list[float | None]:
    return expect(events, known)["typical_kg"].to_list()


def test_the_cell_of_the_hour_goes_before_the_overall_value() -> None:
    events = observed([1.0], SITE, activity=3.0)
    known = typicals((cell_of(YESTERDAY), 7.0), (ALL_TIMES, 5.0))
    assert typical_kg(events, known) == [21.0]


def test_without_a_cell_for_the_hour_the_overall_value_stands_in() -> None:
    other_hour = cell_of(YESTERDAY + timedelta(hours=1))
    assert typical_kg(observed([1.0], SITE, activity=3.0), typicals((other_hour, 7.0), (ALL_TIMES, 5.0))) == [15.0]
    assert typical_kg(observed([1.0], SITE), typicals((cell_of(YESTERDAY), None), (ALL_TIMES, 5.0))) == [5.0]


def test_without_a_sufficient_baseline_nothing_is_typical() -> None:
    events = observed([1.0], SITE)
    assert typical_kg(events, typicals()) == [None]
    assert typical_kg(events, typicals((ALL_TIMES, None))) == [None]
    for name in SERIES:
        assert typical_kg(events, typicals((ALL_TIMES, 5.0), of=SITE | {name: "another"})) == [None]


def test_an_event_without_activity_has_nothing_typical() -> None:
    events = observed([1.0], SITE).with_columns(activity=pl.lit(None, pl.Float64))
    assert typical_kg(events, typicals((ALL_TIMES, 5.0))) == [None]


def test_the_usual_range_and_youth_come_with_the_value_they_belong_to() -> None:
    known = typicals((cell_of(YESTERDAY), 7.0), (ALL_TIMES, 5.0)).with_columns(
        low=pl.Series([6.0, 1.0]), high=pl.Series([9.0, 50.0]), sufficiency=pl.Series(["young", "ok"])
    )
    seen = expect(observed([1.0], SITE, activity=2.0), known)
    told = seen.select("typical_low_kg", "typical_kg", "typical_high_kg", "young").row(0)
    assert told == (12.0, 14.0, 18.0, True)


def test_a_closed_day_is_compared_with_weekends() -> None:
    known = typicals((13, 7.0), (37, 3.0))
    assert typical_kg(observed([1.0], SITE), known) == [7.0]
    assert expect(observed([1.0], SITE), known, [YESTERDAY.date()])["typical_kg"].to_list() == [3.0]


def test_rows_order_and_columns_of_the_estimates_are_kept() -> None:
    events = pl.concat([observed([float(number)], SITE, NOW - timedelta(hours=number)) for number in range(50)])
    found = expect(events, typicals(*((cell, float(cell + 1)) for cell in range(49))))
    added = ("typical_kg", "typical_low_kg", "typical_high_kg", "young")
    assert found.columns == [*events.columns, *added]
    assert_frame_equal(found.drop(added), events)
