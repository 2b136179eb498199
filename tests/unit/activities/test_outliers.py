import polars as pl

from carbon_nexus.activities.outliers import flag_outliers
from tests.unit.activities.rows import HEAD, check


def _loads(values: list[float], supplier: str = "S1") -> pl.DataFrame:
    rows = "".join(f"logistics,{supplier},2026-03-01T08:{n:02d}:00Z,{value}\n" for n, value in enumerate(values))
    return check(f"{HEAD},load_kg\n{rows}").accepted


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
