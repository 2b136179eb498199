"""Series followed through batches: what goes on, what begins anew, and with what."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from carbon_nexus.baselines.follow import (
    OWN_HISTORY,
    follow,
    going_on,
    intensities,
    not_learnt_yet,
    outside,
    slot,
    state_bytes,
)
from carbon_nexus.baselines.model import MOMENT, SERIES, STATE_SCHEMA

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
NOBODY = pl.DataFrame(schema=STATE_SCHEMA)


def observed(entity: str, hours: range, metric: str = "intensity", level: float = 10.0, seed: int = 0) -> pl.DataFrame:
    """A value an hour, twice as high by day."""
    chance = np.random.default_rng(seed)
    at = [START + timedelta(hours=hour) for hour in hours]
    usual = [level * (2 if 8 <= each.hour < 18 else 1) * float(np.exp(chance.normal(0, 0.05))) for each in at]
    names = {"entity": entity, "entity_type": "factory", "event_type": "factory", "metric": metric}
    return pl.DataFrame({"event_time": at, "value": usual}, schema={"event_time": MOMENT, "value": pl.Float64}).select(
        *(pl.lit(value).alias(name) for name, value in names.items()),
        pl.lit("event").alias("activity_unit"), "event_time", "value", learn=pl.lit(True),
    )  # fmt: skip


def test_batch_by_batch_comes_to_what_all_at_once_does() -> None:
    everything = pl.concat([observed("F-1", range(600)), observed("F-2", range(100, 500), level=900.0)])
    once = follow(everything, NOBODY, NOBODY)
    known, scores = NOBODY, []
    for first in range(0, 600, 50):
        batch = everything.filter(pl.col("event_time").is_between(
            START + timedelta(hours=first), START + timedelta(hours=first + 50), closed="left"
        ))  # fmt: skip
        seen = follow(batch, known, NOBODY)
        known = pl.concat([known.join(seen.states, on=SERIES, how="anti"), seen.states])
        scores.append(pl.concat([batch.select("entity", "event_time"), seen.scores], how="horizontal"))
    assert_frame_equal(known.sort(SERIES), once.states.sort(SERIES), check_exact=True)
    at_once = pl.concat([everything.select("entity", "event_time"), once.scores], how="horizontal")
    assert_frame_equal(pl.concat(scores).sort("entity", "event_time"), at_once, check_exact=True)


def test_scores_stand_in_the_order_of_the_observations() -> None:
    ordered = observed("F-1", range(200))
    shuffled = ordered.with_row_index("place").sample(fraction=1, shuffle=True, seed=1)
    scores = follow(shuffled.drop("place"), NOBODY, NOBODY).scores.with_columns(shuffled["place"]).sort("place")
    assert_frame_equal(scores.drop("place"), follow(ordered, NOBODY, NOBODY).scores)


def test_nothing_is_learnt_from_what_is_missing_or_confirmed_as_unusual() -> None:
    usual = observed("F-1", range(300))
    odd = observed("F-1", range(300, 310), level=500.0)
    states = [
        follow(rows, NOBODY, NOBODY).states.drop("last_at")
        for rows in (
            usual,
            pl.concat([usual, odd.with_columns(learn=pl.lit(False))]),
            pl.concat([usual, odd.with_columns(value=pl.lit(None, pl.Float64))]),
        )
    ]
    assert states[0].equals(states[1])
    assert states[0].equals(states[2])


@pytest.mark.parametrize(("hour", "goes_on"), [(100, True), (99, False), (98, False)])
def test_days_that_are_learnt_already_need_their_series_anew(hour: int, goes_on: bool) -> None:
    known = follow(observed("F-1", range(100), "absolute"), NOBODY, NOBODY).states
    batch = observed("F-1", range(hour, hour + 1), "absolute")
    assert going_on(batch, known).height == goes_on
    for harmless in (batch.with_columns(learn=pl.lit(False)), batch.with_columns(value=pl.lit(None, pl.Float64))):
        assert going_on(harmless, known).height == 1


@pytest.mark.parametrize(("hour", "learnt"), [(100, True), (99, True), (98, False)])  # two events of one moment are two
def test_a_state_learns_no_event_of_before_what_it_has_learnt(hour: int, learnt: bool) -> None:
    known = follow(observed("F-1", range(100), "intensity"), NOBODY, NOBODY).states
    batch = observed("F-1", range(hour, hour + 1), "intensity")
    assert not_learnt_yet(batch, known)["learn"].to_list() == [learnt]
    assert not_learnt_yet(batch, NOBODY)["learn"].to_list() == [True]
    assert not_learnt_yet(batch.with_columns(learn=pl.lit(False)), known)["learn"].to_list() == [False]


def _profile(states: pl.DataFrame) -> float:
    """How much more is expected at noon than at midnight, one day on."""
    at = [START + timedelta(days=28, hours=hour) for hour in (0, 12)]
    names = states.select(SERIES)
    asked = names.join(pl.DataFrame({"event_time": at}, schema={"event_time": MOMENT}), how="cross")
    told = follow(asked.with_columns(value=pl.lit(0.0), learn=pl.lit(False)), states, NOBODY).scores["expected"]
    return float(told[1] / told[0])


def test_a_young_series_begins_with_the_profile_of_its_peers() -> None:
    peers = follow(
        pl.concat([observed(f"F-{number}", range(800), seed=number) for number in range(3)]), NOBODY, NOBODY
    ).states
    first_night = observed("F-new", range(3), level=900.0)
    alone, among_peers = (follow(first_night, NOBODY, known).states for known in (NOBODY, peers))
    assert _profile(alone) == pytest.approx(1.0, rel=0.1)
    assert _profile(among_peers) == pytest.approx(2.0, rel=0.2)


def test_a_series_is_no_peer_of_itself_and_with_history_it_has_none() -> None:
    short, own = observed("F-1", range(48)), range(int(OWN_HISTORY / timedelta(hours=1)) + 1)
    begun = follow(short, NOBODY, NOBODY).states
    assert follow(short, NOBODY, begun).states.equals(begun)
    grown = observed("F-2", own)
    assert follow(grown, NOBODY, begun).states.equals(follow(grown, NOBODY, NOBODY).states)


def test_an_observation_is_outside_of_the_times_of_its_own_subject_and_metric_only() -> None:
    seen = pl.concat([observed("F-1", range(4)), observed("F-2", range(4)), observed("F-1", range(4), "absolute")])
    subject = {"entity": "F-1", "entity_type": "factory", "event_type": "factory", "metric": "intensity"}
    span = {"first_event_at": START + timedelta(hours=1), "last_event_at": START + timedelta(hours=2)}
    spans = pl.DataFrame([subject | span] * 2, schema_overrides=dict.fromkeys(span, MOMENT))
    assert outside(seen, spans).to_list() == [True, False, False, True, *[True] * 8]
    assert outside(seen, spans.clear()).all()


@pytest.mark.parametrize(
    ("at", "closed", "hour_of_week"),
    [
        (START, (), 0),
        (START + timedelta(days=6, hours=23, minutes=59), (), 167),
        (START + timedelta(hours=5), (START.date(),), 6 * 24 + 5),  # a closed Monday is a Sunday
        (START + timedelta(hours=5), (date(2026, 1, 6),), 5),
    ],
)
def test_a_slot_is_an_hour_of_the_week(at: datetime, closed: tuple[date, ...], hour_of_week: int) -> None:
    assert pl.DataFrame({"event_time": [at]}).select(slot(closed)).item() == hour_of_week


@pytest.mark.parametrize(("activity", "value"), [(4.0, 2.5), (0.0, None), (-1.0, None), (float("inf"), None)])
def test_an_intensity_needs_an_activity(activity: float, value: float | None) -> None:
    given = pl.DataFrame({"co2e_kg": [10.0], "activity": [activity]})
    assert intensities(given)["value"].to_list() == [value]


def test_a_state_has_one_length() -> None:
    assert follow(observed("F-1", range(3)), NOBODY, NOBODY).states["state"].bin.size().to_list() == [state_bytes()]
    assert state_bytes() < 4096
