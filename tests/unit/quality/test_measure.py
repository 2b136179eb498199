"""What is counted of received rows, and of whom."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from carbon_nexus.activities.model import FIELD_OF
from carbon_nexus.quality.measure import MOST_REFUSED_SUPPLIERS, measure, merged
from carbon_nexus.quality.model import COUNT_SCHEMA, KEY, MATTERING
from tests.unit.quality.received import FACTORY, NOW, TRIP, events, refused

HOUR = timedelta(hours=1)


def count(
    stored: pl.DataFrame | None = None, duplicates: pl.DataFrame | None = None, rejected: pl.DataFrame | None = None
) -> pl.DataFrame:
    kept, again = (events() if each is None else each for each in (stored, duplicates))
    return measure(kept, again, refused() if rejected is None else rejected, "upload", NOW).sort(*KEY)


def only(counts: pl.DataFrame) -> dict[str, Any]:
    (row,) = counts.to_dicts()
    return row


def test_fields_that_matter_are_fields() -> None:
    assert set(MATTERING) <= FIELD_OF.keys()


@pytest.mark.parametrize(
    ("row", "complete", "missing"),
    [
        (TRIP, 1.0, set()),
        (FACTORY, 1.0, set()),
        (FACTORY | {"shift_hours": None}, 0.5, {"shift_hours"}),
        (TRIP | {"speed": None, "load_kg": 0.0}, 0.8, {"speed"}),
        ({"event_type": "delivery", "distance_km": 1.0}, 1 / 3, {"vehicle_type", "delivery_count"}),
        ({"event_type": "warehouse", "temperature": 4.0, "energy_kwh": 0.0}, 2 / 3, {"inventory_volume"}),
        ({"event_type": "logistics"}, 0.0, {"distance_km", "load_kg", "vehicle_type", "fuel_type", "speed"}),
    ],
)
def test_completeness_counts_the_fields_that_matter(row: dict[str, Any], complete: float, missing: set[str]) -> None:
    counted = only(count(events(row)))
    assert counted["complete_rows"] == pytest.approx(complete)
    assert {name for name in MATTERING if counted[f"missing_{name}"]} == missing


@pytest.mark.parametrize(
    ("age", "period_hours", "late"),
    [(48 * HOUR, None, 0), (48 * HOUR + timedelta(seconds=1), None, 1), (700 * HOUR, 720.0, 0), (-20 * HOUR, None, 0)],
)
def test_a_row_is_late_48_hours_after_what_it_covers(age: timedelta, period_hours: float | None, late: int) -> None:
    assert only(count(events(FACTORY | {"timestamp": NOW - age, "period_hours": period_hours})))["late_rows"] == late


def test_rows_are_counted_by_supplier_source_and_entity() -> None:
    own = events(
        FACTORY, FACTORY | {"simulated": True}, FACTORY | {"source": None}, TRIP | {"is_outlier": True},
        TRIP | {"supplier_id": "S2", "route_id": None},
    )  # fmt: skip
    found = count(own, events(FACTORY, TRIP), refused("S1", "S1", None))
    names = (*KEY[1:], "total_rows", "simulated_rows", "anomalies_count", "rejected_rows", "duplicate_rows")
    assert found.select(names).rows() == [
        (None, "upload", None, None, 0, 0, 0, 1, 0),
        ("S1", "csv", "F1", "factory", 2, 1, 0, 0, 1),
        ("S1", "csv", "R1", "route", 1, 0, 1, 0, 1),
        ("S1", "upload", None, None, 0, 0, 0, 2, 0),
        ("S1", "upload", "F1", "factory", 1, 0, 0, 0, 0),
        ("S2", "csv", "S2", "supplier", 1, 0, 0, 0, 0),
    ]
    assert found["window_start"].unique().to_list() == [NOW.replace(hour=0)]


@pytest.mark.parametrize("odd", [None, "", "  ", "null", "x" * 201, "a\x00b"])
def test_a_supplier_no_row_could_have_is_none(odd: str | None) -> None:
    assert only(count(rejected=refused(odd)))["supplier_id"] is None


def test_names_that_are_new_in_every_rejected_row_are_not_all_kept() -> None:
    found = count(rejected=refused("often", "often", *(f"shifted {number}" for number in range(500))))
    assert found["rejected_rows"].sum() == 502
    assert found.height == MOST_REFUSED_SUPPLIERS + 1
    assert found.filter(pl.col("supplier_id") == "often")["rejected_rows"].item() == 2


def test_no_rows_are_no_lines() -> None:
    found = count()
    assert found.is_empty()
    assert dict(found.schema) == COUNT_SCHEMA


rows = st.builds(
    lambda base, **own: base | own,
    st.sampled_from([TRIP, FACTORY]),
    supplier_id=st.sampled_from(["A", "B"]),
    energy_kwh=st.sampled_from([None, 1.0]),
    simulated=st.sampled_from([None, False, True]),
    is_outlier=st.booleans(),
    timestamp=st.sampled_from([NOW, NOW - 99 * HOUR]),
)
batches = st.tuples(st.lists(rows, max_size=6), st.lists(rows, max_size=4), st.lists(st.sampled_from(["A", None, ""])))


@settings(deadline=None, max_examples=50)
@given(batches, batches)
def test_counts_of_two_ingests_add_up_to_those_of_both(one: Any, other: Any) -> None:
    parts = [count(events(*each[0]), events(*each[1]), refused(*each[2])) for each in (one, other)]
    stored, duplicates = (events(*one[at], *other[at]) for at in (0, 1))
    both = count(stored, duplicates, refused(*one[2], *other[2]))
    assert_frame_equal(merged(parts).sort(*KEY), both, check_dtypes=True)
    assert both["total_rows"].sum() == len(one[0]) + len(other[0])


@pytest.mark.parametrize(("hours", "complete"), [("shift_hours", 1.0), ("period_hours", 1.0), (None, 0.5)])
def test_the_hours_of_a_site_may_be_told_in_either_column(hours: str | None, complete: float) -> None:
    row = {name: value for name, value in FACTORY.items() if name not in ("shift_hours", "period_hours")}
    told = row | {"energy_kwh": 5.0} | ({hours: 8.0} if hours else {})
    assert only(count(events(told)))["complete_rows"] == complete
