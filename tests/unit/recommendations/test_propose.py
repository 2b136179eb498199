from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from carbon_nexus.hotspots.model import Severity
from carbon_nexus.measures.library import measure, measures
from carbon_nexus.recommendations.model import Cause, Diagnosis, Proposal, Status
from carbon_nexus.recommendations.propose import Occasion, Proposed, as_asked, propose, why_nothing
from carbon_nexus.recommendations.standing import Past

TRUNK = "North - South Trunk"


def occasion(now: datetime, cause: Cause = Cause.UNKNOWN, event_type: str = "logistics", **facts: object) -> Occasion:
    made = Occasion(7, TRUNK, "route", event_type, now, Diagnosis(7, cause, "Because.", 100.0), Severity.WARN)
    return replace(made, **facts)  # type: ignore[arg-type]


def lorries(now: datetime, count: int = 4, case: int = 7) -> pl.DataFrame:
    run = {"event_type": "logistics", "vehicle_type": "artic_44t", "fuel_type": "diesel", "distance_km": 100.0}
    rows = [
        run | {"load_kg": 9000.0, "hotspot_id": case, "event_time": now - timedelta(days=day)} for day in range(count)
    ]
    return pl.DataFrame(rows, schema_overrides={"event_time": pl.Datetime("us", "UTC")})


def proposed(of: Occasion, events: pl.DataFrame, limit: int = 5) -> Proposed:
    return propose([of], events, measures(), limit=limit)[of.id]


def ids(found: Proposed) -> list[str]:
    return [each.measure_id for each in found.proposals]


def first(found: Proposed) -> Proposal:
    return found.proposals[0]


def test_the_largest_expected_saving_comes_first(now: datetime) -> None:
    every = proposed(occasion(now), lorries(now), limit=99)
    expected = [each.co2_reduction_kg * each.confidence * each.feasibility for each in every.proposals]  # type: ignore[operator]
    assert expected == sorted(expected, reverse=True)
    assert ids(every)[:3] == ["M11", "M13", "M03"]
    assert [each.rank for each in every.proposals] == list(range(1, len(expected) + 1))
    assert proposed(occasion(now), lorries(now)).proposals == every.proposals[:5]


def test_what_acts_on_the_cause_comes_before_what_saves_more(now: datetime) -> None:
    found = proposed(occasion(now, Cause.LOAD), lorries(now))
    assert ids(found)[:2] == ["M03", "M11"]
    assert first(found).provenance["ranking"].startswith("acts on the cause (load); ")
    assert first(found).cause is Cause.LOAD


def test_asked_again_it_says_the_same(now: datetime) -> None:
    assert proposed(occasion(now), lorries(now)) == proposed(occasion(now), lorries(now))


def test_many_at_once_get_what_each_gets_alone(now: datetime) -> None:
    full = lorries(now, 6, 8).with_columns(load_kg=pl.lit(17_900.0))
    one, other = occasion(now), occasion(now, id=8, entity="Other lane")
    both = propose([one, other], pl.concat([lorries(now), full]), measures())
    assert both == {7: proposed(one, lorries(now)), 8: proposed(other, full)}
    assert "M03" not in ids(both[8])  # full lorries cannot be loaded fuller


def test_a_proposal_says_where_its_numbers_come_from(now: datetime) -> None:
    hvo = first(proposed(occasion(now), lorries(now)))
    assert (hvo.measure_id, hvo.feasibility, hvo.confidence, hvo.root_cause) == ("M11", 5, 0.8, "Because.")
    assert hvo.saving_low_kg <= hvo.co2_reduction_kg <= hvo.saving_high_kg  # type: ignore[operator]
    assert "Check first: Certified waste feedstock" in hvo.description
    told = hvo.provenance
    assert told["published_reduction_pct"] == [70, 81, 90]
    assert told["affected_event_count"] == told["event_count"] == 4
    assert told["affected_co2e_kg"] == told["window_co2e_kg"]
    assert (told["window_start"], told["window_end"]) == ("2026-02-18T12:00:00+00:00", "2026-03-18T12:00:00+00:00")


def test_events_before_the_window_do_not_count(now: datetime) -> None:
    assert first(proposed(occasion(now), lorries(now, 40))).provenance["event_count"] == 28


def test_what_is_under_way_or_was_refused_in_the_same_case_is_left_out(now: datetime) -> None:
    past = {
        "M11": Past(1, "M11", Status.PENDING, "load", Severity.WARN, 300.0),
        "M13": Past(2, "M13", Status.REJECTED, None, Severity.WARN, 300.0),
    }
    found = proposed(occasion(now, past=past), lorries(now))
    assert not {"M11", "M13"} & set(ids(found))
    assert ids(found) == [each for each in ids(proposed(occasion(now), lorries(now), 6)) if each not in past][:4]
    assert [each.reason for each in found.left_out] == [
        "M11 is pending already (recommendation 1)",
        "M13 was found rejected here (recommendation 2), and the case is the same",
    ]


def test_a_rejected_measure_comes_back_with_what_has_changed(now: datetime) -> None:
    past = {"M11": Past(1, "M11", Status.REJECTED, "speed", Severity.INFO, 50.0)}
    back = first(proposed(occasion(now, Cause.FUEL, past=past), lorries(now)))
    assert back.measure_id == "M11"
    assert back.returns_because == (
        "it was rejected here (recommendation 1), and since then the cause is another: fuel instead of speed and "
        "the severity has risen from info to warn and it would save 341 kg in 28 days instead of 50 kg"
    )


def test_what_a_person_asks_for_is_simulated_or_says_why_not(now: datetime) -> None:
    driving = as_asked(occasion(now), lorries(now), measure("M15"))
    assert driving.co2_reduction_kg is not None
    assert driving.provenance["ranking"].endswith("a person asked for it")
    for measure_id, reason in (
        ("M14", "the way to and from the terminals"),
        ("M34", "it acts on none of the 4 events"),
    ):
        asked = as_asked(occasion(now), lorries(now), measure(measure_id))
        assert asked.co2_reduction_kg is None
        assert reason in asked.provenance["reason"]


def test_nothing_fits_with_a_reason(now: datetime) -> None:
    of = occasion(now, event_type="delivery")
    electric = lorries(now, 1).with_columns(
        event_type=pl.lit("delivery"), vehicle_type=pl.lit("ev"), fuel_type=pl.lit("electric")
    )
    found = proposed(of, electric)
    assert not found.proposals
    assert why_nothing(of, found, measures()) == (
        "no measure for delivery both fits the events of North - South Trunk (1) and saves CO2e"
    )
    assert "are stored for the 28 days" in why_nothing(of, proposed(of, electric.clear()), measures())
    assert "no measure for ship" in why_nothing(replace(of, event_type="ship"), found, measures())
