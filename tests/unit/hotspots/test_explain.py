"""The card of a hotspot: its sentence, its causes and what it does not know."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from carbon_nexus.hotspots.explain import INPUTS, Explanation, explain
from carbon_nexus.hotspots.explain_store import EVENT_SCHEMA
from carbon_nexus.hotspots.model import Episode, Kind, Metric, Severity, Subject
from tests.unit.hotspots.ledger import HOUR, T0


def trips(count: int, group: str = "truck, diesel", **told: float) -> pl.DataFrame:
    """Trips of 1,000 t.km and 100 kg unless told otherwise, typical of 100 kg."""
    row: dict[str, Any] = {"activity": 1000.0, "co2e_kg": 100.0, "typical_kg": 100.0, "group": group, **told}
    rows = [{"event_id": number, "event_time": T0 + number * HOUR, **row} for number in range(count)]
    return pl.DataFrame(rows, schema=EVENT_SCHEMA)


def episode(metric: Metric = Metric.INTENSITY, **told: Any) -> Episode:
    subject = Subject("R-1", "route", "logistics", metric)
    return Episode(
        7, subject, Severity.WARN, 1, 150.0, 100.0, 50.0, 4, T0, T0 + 3 * HOUR, kind=Kind.SPIKE, peak_at=T0, **told
    )


def card(events: pl.DataFrame, before: pl.DataFrame, **told: Any) -> Explanation:
    return explain(episode(**told), events, before, [], events.height, before.height)


def test_half_empty_trips_are_told_as_intensity_with_the_load_beside_its_usual_value() -> None:
    seen = card(trips(4, activity=500.0, co2e_kg=75.0, load_kg=5_000.0), trips(40, load_kg=10_000.0))
    assert seen.main_cause == "intensity"
    assert seen.parts is not None
    assert seen.parts.total_kg == pytest.approx(seen.actual_kg - (seen.usual_kg or 0))
    assert [(each.field, each.actual, each.usual) for each in seen.inputs] == [("load_kg", 5_000, 10_000)]
    assert seen.sentence == (
        "Route R-1 emitted 150 kg CO2e in one event where 100 kg is typical (50 % above), a spike, 4 times from "
        "Wed 18 Mar 2026 12:00 UTC to Wed 18 Mar 2026 15:00 UTC: each unit of activity emitted more than usual, "
        "with 5,000 kg of load instead of 10,000."
    )


def test_another_fuel_is_told_as_mix() -> None:
    usual = pl.concat([trips(20), trips(20, "van, electric", co2e_kg=20.0)])
    assert card(trips(4), usual).main_cause == "mix"


def test_a_busy_day_is_told_as_volume_of_as_many_days() -> None:
    day = trips(20)
    before = pl.concat([trips(10).with_columns(pl.col("event_time") - timedelta(days=back)) for back in range(1, 11)])
    seen = explain(episode(Metric.ABSOLUTE), day, before, [], 1, 10)
    assert (seen.main_cause, seen.usual_kg) == ("volume", 1000.0)
    assert "in a day" in seen.sentence


def test_top_events_carry_their_share_of_the_excess() -> None:
    events = pl.concat([trips(1, co2e_kg=400.0), trips(1, co2e_kg=200.0), trips(3, co2e_kg=50.0)])
    assert [(each["excess_kg"], each["share_of_excess"]) for each in card(events, trips(5)).top_events] == [
        (300.0, 0.75),
        (100.0, 0.25),
    ]


def test_without_history_nothing_is_split_and_the_card_says_so() -> None:
    seen = card(trips(2), trips(0))
    assert (seen.parts, seen.usual_kg, seen.main_cause, seen.inputs) == (None, None, None, [])
    assert seen.lowered_confidence == ["there are no events of the 56 days before it to split the excess by"]


def test_every_input_of_an_event_has_its_words() -> None:
    assert all(INPUTS.values())
