from datetime import timedelta

import polars as pl
import pytest

from carbon_nexus.activities.identity import canonical_texts, row_ids
from tests.unit.activities.rows import GOOD, HEAD, check


def test_the_canonical_text_and_its_id_never_change() -> None:
    events = check(f"{HEAD},distance_km,stop_events\n{GOOD},12.5,3\n").accepted
    (text,) = canonical_texts(events)
    assert text.split("\x1f") == [
        "event_type=logistics", "supplier_id=S1", "timestamp=1772352000000000", "distance_km=4623226492472524800",
        "stop_events=3", "simulated=false",
    ]  # fmt: skip
    assert events["external_id"].to_list() == ["row-1772352000-5df6d88128a4bbce3405b8fb"]


def test_columns_that_came_later_leave_the_ids_of_rows_without_them() -> None:
    later = "idle_hours,gas_kwh,furnace_unit,period_hours"
    events = check(f"{HEAD},distance_km,stop_events,{later}\n{GOOD},12.5,3,,,,\n{GOOD},12.5,3,1,2,m³,24\n").accepted
    first, second = canonical_texts(events)
    assert events["external_id"][0] == "row-1772352000-5df6d88128a4bbce3405b8fb"
    assert second.split("\x1f")[5:] == [
        "idle_hours=4607182418800017408", "gas_kwh=4611686018427387904", "furnace_unit=m3",
        "period_hours=4627448617123184640", "simulated=false",
    ]  # fmt: skip
    assert first.split("\x1f")[:5] == second.split("\x1f")[:5]


def test_a_unit_spelled_otherwise_is_the_same_event() -> None:
    events = check(f"{HEAD},furnace_unit\n{GOOD},litre\n{GOOD},Litres\n{GOOD},kg\n").accepted
    assert events["external_id"].n_unique() == 2


def test_the_same_values_written_differently_are_the_same_event() -> None:
    plain = check(f"{HEAD},distance_km,note\n{GOOD},12.5,x\n").accepted
    other = check("distance_km,supplier,date,event_type\n12.50, S1 ,2026-03-01T09:00:00+01:00,LOGISTICS\n").accepted
    assert plain["external_id"].to_list() == other["external_id"].to_list()


def test_ids_stand_in_the_order_of_their_time() -> None:
    moments = ["1990-01-01", "2001-09-09T01:46:39Z", "2001-09-09T01:46:40Z", "2026-03-01"]
    ids = check(f"{HEAD}\n" + "".join(f"factory,S,{moment}\n" for moment in moments)).accepted["external_id"]
    assert ids.is_sorted()


def test_zero_has_one_id() -> None:
    events = check(f"{HEAD},temperature\n{GOOD},0\n{GOOD},-0.0\n{GOOD},\n").accepted
    assert events["external_id"].n_unique() == 2


@pytest.mark.parametrize("field", ["supplier_id", "timestamp", "distance_km", "simulated"])
def test_another_value_is_another_event(field: str) -> None:
    events = check(f"{HEAD},distance_km\n{GOOD},12.5\n").accepted
    changed = {
        "supplier_id": pl.lit("S2"),
        "timestamp": pl.col("timestamp") + timedelta(microseconds=1),
        "distance_km": pl.lit(12.500000000000002),
        "simulated": pl.lit(True),
    }[field]
    assert row_ids(events.with_columns(changed.alias(field)))[0] != events["external_id"][0]


def test_a_value_does_not_pass_for_its_neighbour() -> None:
    events = check(f"{HEAD},route_id,warehouse_id\n{GOOD},a,\n{GOOD},,a\n").accepted
    assert events["external_id"].n_unique() == 2


def test_given_ids_are_kept_and_gaps_filled() -> None:
    ids = check(f"{HEAD},id\n{GOOD},e-1\n{GOOD},\n{GOOD},e-3\n").accepted["external_id"].to_list()
    assert (ids[0], ids[2]) == ("e-1", "e-3")
    assert ids[1].startswith("row-")
