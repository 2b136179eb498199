import polars as pl
import pytest

from carbon_nexus.activities.model import FIELD_OF
from carbon_nexus.activities.quality import MATTERS, flag_outliers, measure, measure_by_supplier
from tests.unit.activities.rows import HEAD, check


def _loads(values: list[float], supplier: str = "S1") -> pl.DataFrame:
    rows = "".join(f"logistics,{supplier},2026-03-01T08:{n:02d}:00Z,{value}\n" for n, value in enumerate(values))
    return check(f"{HEAD},load_kg\n{rows}").accepted


@pytest.mark.parametrize(
    ("event_type", "given", "expected"),
    [
        ("logistics", {}, 0.0),
        ("logistics", {"distance_km": 1, "load_kg": 2, "vehicle_type": "truck", "fuel_type": "hvo"}, 80.0),
        ("delivery", {"distance_km": 1, "energy_kwh": 5}, 100 / 3),
        ("factory", {"energy_kwh": 1, "shift_hours": 8}, 100.0),
        ("warehouse", {"temperature": 4, "energy_kwh": 0}, 200 / 3),
    ],
)
def test_completeness_counts_the_fields_that_matter(event_type: str, given: dict[str, object], expected: float) -> None:
    row = {"event_type": event_type, "supplier_id": "S1", "timestamp": "2026-03-01"} | given
    events = flag_outliers(check(pl.DataFrame([row]).write_csv()).accepted)
    assert measure(events).completeness_pct == pytest.approx(expected)


def test_fields_that_matter_are_fields() -> None:
    assert {name for fields in MATTERS.values() for name in fields} <= FIELD_OF.keys()


def test_quality_by_supplier() -> None:
    events = flag_outliers(
        check(
            f"{HEAD},energy_kwh,shift_hours,simulated\nfactory,B,2026-03-01,1,,true\nfactory,A,2026-03-01,1,8,\n"
            "factory,B,2026-03-02,1,8,no\n"
        ).accepted
    )
    assert measure_by_supplier(events).rows() == [("A", 100.0, 0.0, 0, 1), ("B", 75.0, 50.0, 0, 2)]


def test_no_rows_have_no_percentages() -> None:
    quality = measure(flag_outliers(_loads([1.0]).clear()))
    assert (quality.completeness_pct, quality.predicted_pct, quality.total_rows) == (None, None, 0)


def test_a_value_far_from_its_neighbours_is_flagged() -> None:
    events = flag_outliers(_loads([1000.0 + n for n in range(30)] + [100_000.0]))
    assert events.filter("is_outlier")["load_kg"].to_list() == [100_000.0]


def test_few_neighbours_flag_nothing() -> None:
    assert not flag_outliers(_loads([1000.0] * 18 + [100_000.0]))["is_outlier"].any()


def test_a_small_step_on_a_constant_lane_is_no_outlier() -> None:
    assert not flag_outliers(_loads([100.0] * 30 + [101.0]))["is_outlier"].any()


def test_zeros_are_neither_outliers_nor_neighbours() -> None:
    assert not flag_outliers(_loads([0.0] * 30 + [100_000.0]))["is_outlier"].any()


def test_suppliers_are_compared_with_themselves() -> None:
    events = pl.concat([_loads([1.0] * 25), _loads([100_000.0] * 25, "S2")])
    assert not flag_outliers(events)["is_outlier"].any()
