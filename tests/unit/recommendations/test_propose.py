from dataclasses import replace
from datetime import datetime

import polars as pl

from carbon_nexus.hotspots.model import Episode, Severity, Subject
from carbon_nexus.recommendations.propose import propose, root_cause, why_nothing


def hotspot(now: datetime, event_type: str = "logistics") -> Episode:
    return Episode(
        id=7,
        subject=Subject("North - South Trunk", "route", event_type),
        severity=Severity.WARN,
        event_id=1,
        actual_kg=583.85,
        typical_kg=439.65,
        percent_above=32.798,
        event_count=3,
        first_event_at=now,
        last_event_at=now,
    )


def lorries(count: int = 4) -> pl.DataFrame:
    run = {"event_type": "logistics", "vehicle_type": "artic_44t", "fuel_type": "diesel", "distance_km": 100.0}
    return pl.DataFrame([run | {"load_kg": 9000.0}] * count)


def test_ranks_by_saving_and_keeps_the_best(now: datetime) -> None:
    every = propose(hotspot(now), lorries(), limit=99)
    typical = [each.co2_reduction_kg for each in every]
    assert typical == sorted(typical, reverse=True)
    assert [each.measure_id for each in every[:3]] == ["M11", "M13", "M03"]
    assert propose(hotspot(now), lorries()) == every[:5]


def test_asked_again_it_says_the_same(now: datetime) -> None:
    assert propose(hotspot(now), lorries()) == propose(hotspot(now), lorries())


def test_a_proposal_says_where_its_numbers_come_from(now: datetime) -> None:
    first = propose(hotspot(now), lorries())[0]
    assert (first.measure_id, first.feasibility, first.confidence) == ("M11", 5, 0.8)
    assert first.saving_low_kg <= first.co2_reduction_kg <= first.saving_high_kg
    assert "Check first: Certified waste feedstock" in first.description
    assert first.provenance["published_reduction_pct"] == [70, 81, 90]
    assert first.provenance["affected_event_count"] == first.provenance["event_count"] == 4
    assert first.provenance["window_start"] == "2026-02-18T12:00:00+00:00"
    assert first.provenance["window_end"] == "2026-03-18T12:00:00+00:00"


def test_only_measures_that_save_something(now: datetime) -> None:
    full = lorries().with_columns(load_kg=pl.lit(17_900.0))
    assert "M03" not in {each.measure_id for each in propose(hotspot(now), full, limit=99)}


def test_root_cause_is_the_hotspots_own_numbers(now: datetime) -> None:
    assert root_cause(hotspot(now)) == (
        "The worst of 3 logistics events of North - South Trunk that stand out emitted 583.9 kg CO2e, "
        "32.8 % above the 439.6 kg typical for its activity."
    )


def test_root_cause_below_typical_says_so(now: datetime) -> None:
    # the info threshold stands at 0.8 of typical by default
    mild = replace(hotspot(now), actual_kg=0.9, typical_kg=1.0, percent_above=-10.0, event_count=1)
    assert root_cause(mild) == (
        "One logistics event of North - South Trunk emitted 0.9 kg CO2e, "
        "10.0 % below the 1 kg typical for its activity."
    )


def test_nothing_fits_with_a_reason(now: datetime) -> None:
    electric = pl.DataFrame([{"event_type": "delivery", "vehicle_type": "ev", "distance_km": 10.0}])
    of = hotspot(now, "delivery")
    assert propose(of, electric) == []
    assert why_nothing(of, electric) == (
        "no measure for delivery both fits the events of North - South Trunk (1) and saves CO2e"
    )
    assert "are stored for the 28 days" in why_nothing(of, electric.clear())
    assert "no measure for ship" in why_nothing(hotspot(now, "ship"), electric)
