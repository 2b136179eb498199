"""What must hold for any event at all: order, no rubbish, more distance never means less CO2e."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from carbon_nexus.emissions.estimate import ESTIMATE_SCHEMA, estimate
from carbon_nexus.emissions.vehicles import accepted_fuels, accepted_vehicles

AMOUNTS = (
    "distance_km", "load_kg", "fuel_litres", "energy_kwh", "shift_hours", "inventory_volume", "furnace_usage",
    "cooling_load", "speed", "temperature", "refrigeration_load", "traffic_score",
)  # fmt: skip
SCHEMA: dict[str, pl.DataType] = {
    "event_type": pl.String(),
    "vehicle_type": pl.String(),
    "fuel_type": pl.String(),
    "supplier_id": pl.String(),
    "delivery_count": pl.Int64(),
    **dict.fromkeys(AMOUNTS, pl.Float64()),
}

words = st.none() | st.text(max_size=8)
anything = st.none() | st.floats(allow_nan=True, allow_infinity=True)
events = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(["logistics", "delivery", "factory", "warehouse", "flight", None]),
        "vehicle_type": st.sampled_from(accepted_vehicles()) | words,
        "fuel_type": st.sampled_from(accepted_fuels()) | words,
        "supplier_id": words,
        "delivery_count": st.none() | st.integers(-(2**63), 2**63 - 1),
        **dict.fromkeys(AMOUNTS, anything | st.floats(0, 1e5)),
    }
)
batches = st.lists(events, min_size=1, max_size=30).map(lambda rows: pl.DataFrame(rows, schema=SCHEMA))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(batches)
def test_never_rubbish(batch: pl.DataFrame) -> None:
    found = estimate(batch)
    assert found.schema == pl.Schema(ESTIMATE_SCHEMA)
    assert found.height == batch.height
    for name, dtype in ESTIMATE_SCHEMA.items():
        if dtype == pl.Float64():
            assert found[name].is_finite().all(), name
            assert (found[name] >= 0).all(), name
    numbered = found.filter(pl.col("co2e_kg").is_not_null())
    assert (numbered["confidence"] <= 1).all()
    assert (numbered["low_kg"] <= numbered["co2e_kg"]).all()
    assert (numbered["co2e_kg"] <= numbered["high_kg"]).all()
    assert (numbered["co2e_kg"] == numbered["ttw_kg"] + numbered["wtt_kg"]).all()
    assert numbered.select("scope", "tier", "method", "factor_id", "ghg_category").null_count().row(0) == (0,) * 5
    assert found.filter(pl.col("co2e_kg").is_null())["reason"].null_count() == 0


@settings(max_examples=25, deadline=None, derandomize=True)
@given(batches)
def test_a_batch_is_its_events_in_order(batch: pl.DataFrame) -> None:
    alone = [estimate(batch.slice(i, 1)) for i in range(min(batch.height, 3))]
    assert_frame_equal(estimate(batch).head(3), pl.concat(alone), check_exact=True)
    assert_frame_equal(estimate(batch.reverse()), estimate(batch).reverse(), check_exact=True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["logistics", "delivery"]),
    vehicle=st.sampled_from(accepted_vehicles()),
    fuel=st.none() | st.sampled_from(accepted_fuels()),
    load_kg=st.none() | st.floats(0, 40_000),
    distances=st.lists(st.floats(0, 10_000), min_size=2, max_size=10).map(sorted),
)
def test_more_distance_is_never_less(
    kind: str, vehicle: str, fuel: str | None, load_kg: float | None, distances: list[float]
) -> None:
    rows = [
        {"event_type": kind, "vehicle_type": vehicle, "fuel_type": fuel, "load_kg": load_kg, "distance_km": km}
        for km in distances
    ]
    co2e_kg = estimate(pl.DataFrame(rows, schema_overrides=SCHEMA, strict=False))["co2e_kg"]
    assert co2e_kg.null_count() in (0, len(rows))
    assert co2e_kg.is_sorted()


def test_columns_of_other_types_and_missing_ones_are_taken_as_they_are() -> None:
    whole = pl.DataFrame({"event_type": ["logistics"], "vehicle_type": ["van"], "distance_km": [100]})
    enum = whole.with_columns(pl.col("event_type").cast(pl.Categorical), pl.lit(None).alias("load_kg"))
    assert_frame_equal(estimate(whole), estimate(enum))
    assert estimate(whole)["ttw_kg"].to_list() == [100 * 0.2543]
