"""What must hold for any events at all: no rubbish, no crash, no influence of one event on another."""

from datetime import UTC, datetime
from math import inf, nan

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from carbon_nexus.activities.vehicles import accepted_fuels, accepted_vehicles
from carbon_nexus.emissions.estimate import ESTIMATE_SCHEMA, ROWS_AT_ONCE, estimate
from carbon_nexus.emissions.inputs import AMOUNTS, INPUTS, OTHER_AMOUNTS
from carbon_nexus.emissions.sitetable import site_words
from carbon_nexus.factors.grid import regions
from carbon_nexus.factors.library import factor_set

KINDS = ("logistics", "delivery", "factory", "warehouse")
WORDS = {
    **site_words(),
    "event_type": KINDS,
    "vehicle_type": accepted_vehicles(),
    "fuel_type": (*accepted_fuels(), *site_words()["fuel_type"]),
    "operator": ("own", "purchased", "customer"),
    "grid_region": ("GB", "GB-hourly", "DE", "US", "US-RFCW", "IN", "EM-SE"),
}
NAMES = [name for name, kind in INPUTS.items() if kind == pl.String and name not in WORDS]
NUMBERS = (*AMOUNTS, *OTHER_AMOUNTS)

# any text, and what has broken such programs before
text = st.text(max_size=8) | st.sampled_from(["", " ", "\x00", "é", "日本", "🚚", "null", "NaN", "'; --", "x" * 300])
anything = st.floats() | st.sampled_from([0.0, -0.0, nan, inf, -inf, 5e-324, 1e12, 1e308, -1.0])
sensible = st.floats(0, 1e5)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def frames(numbers: st.SearchStrategy[float], words: bool = True, most: int = 25) -> st.SearchStrategy[pl.DataFrame]:
    """Frames of every column: a word known or any text, a number from `numbers`, or nothing."""
    row = st.fixed_dictionaries(
        {
            **{
                name: st.none() | st.sampled_from(known) | (text if words else st.nothing())
                for name, known in WORDS.items()
            },
            **dict.fromkeys(NAMES, st.none() | text),
            **dict.fromkeys(NUMBERS, st.none() | numbers),
            "cooling_metered": st.none() | st.booleans(),
            "event_time": st.none() | moments,
        }
    )
    return st.lists(row, min_size=1, max_size=most).map(lambda rows: pl.DataFrame(rows, schema=INPUTS))


usual = frames(sensible, words=False)


def masses(found: pl.DataFrame) -> list[str]:
    return [name for name, kind in ESTIMATE_SCHEMA.items() if kind == pl.Float64]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(frames(anything | sensible))
def test_never_rubbish(batch: pl.DataFrame) -> None:
    found = estimate(batch)
    assert found.schema == pl.Schema(ESTIMATE_SCHEMA)
    assert found.height == batch.height
    for name in masses(found):
        assert found[name].is_finite().all(), name
        assert (found[name] >= 0).all(), name
    numbered, lost = (found.filter(pl.col("co2e_kg").is_not_null() == which) for which in (True, False))
    assert (numbered["confidence"] <= 1).all()
    assert numbered.filter(~pl.col("co2e_kg").is_between("low_kg", "high_kg")).is_empty()
    said = ("low_kg", "high_kg", "scope", "tier", "method", "factor_ids", "ghg_category", "provenance", "inputs_hash")
    assert numbered.select(said).null_count().row(0) == (0,) * len(said)
    assert lost["reason"].null_count() == 0
    assert (
        lost.select(*(pl.col(name).is_null().all() for name in ("ttw_kg", "high_kg", "tier", "provenance"))).row(0)
        == (True,) * 4
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(usual)
def test_the_parts_add_up(batch: pl.DataFrame) -> None:
    found = estimate(batch).filter(pl.col("co2e_kg").is_not_null())
    assert found["ttw_kg"].is_null().equals(found["wtt_kg"].is_null())
    parted = found.filter(pl.col("ttw_kg").is_not_null())
    assert (parted["ttw_kg"] + parted["wtt_kg"]).to_list() == pytest.approx(parted["co2e_kg"].to_list(), rel=1e-12)
    gases = found.filter(pl.col("ch4_kg").is_not_null())
    sums = gases["co2_kg"] + 28 * gases["ch4_kg"] + 265 * gases["n2o_kg"]
    assert sums.to_list() == pytest.approx(gases["ttw_kg"].to_list(), rel=1e-12)
    assert (found["scope2_kg"].drop_nulls() >= 0).all()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(frames(anything | sensible, most=12), st.randoms(use_true_random=False))
def test_no_event_knows_of_another(batch: pl.DataFrame, random: object) -> None:
    whole = estimate(batch)
    alone = pl.concat([estimate(batch.slice(row, 1)) for row in range(batch.height)])
    assert_frame_equal(whole, alone, check_exact=True)
    order = list(range(batch.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert_frame_equal(estimate(batch[order]), whole[order], check_exact=True)


def test_a_batch_of_many_blocks_is_its_events() -> None:
    rng = np.random.default_rng(7)
    rows = 2 * ROWS_AT_ONCE + 5
    words = {name: rng.choice(np.array([None, *known], dtype=object), rows).tolist() for name, known in WORDS.items()}
    numbers = {name: np.where(rng.random(rows) < 0.4, np.nan, rng.uniform(0, 2000, rows)) for name in NUMBERS}
    batch = pl.DataFrame(words | numbers, schema_overrides=INPUTS, strict=False).with_columns(
        pl.col(NUMBERS).fill_nan(None),
        cooling_metered=pl.Series(
            rng.choice(np.array([None, True, False], dtype=object), rows).tolist(), dtype=pl.Boolean
        ),
    )
    whole = estimate(batch)
    assert whole["co2e_kg"].null_count() < 0.6 * rows
    picked = [0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE, rows - 1, *rng.integers(0, rows, 40).tolist()]
    alone = pl.concat([estimate(batch.slice(row, 1)) for row in picked])
    assert_frame_equal(whole[picked], alone, check_exact=True)
    halves = [estimate(batch.head(rows // 2)), estimate(batch.tail(rows - rows // 2))]
    assert_frame_equal(whole, pl.concat(halves), check_exact=True)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(frames(sensible, most=5))
def test_a_column_of_nulls_is_no_column(batch: pl.DataFrame) -> None:
    told = [name for name in batch.columns if batch[name].null_count() < batch.height]
    assert_frame_equal(estimate(batch.select(told or "event_type")), estimate(batch), check_exact=True)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["logistics", "delivery"]),
    vehicle=st.sampled_from(accepted_vehicles()),
    fuel=st.none() | st.sampled_from(accepted_fuels()),
    told=st.fixed_dictionaries(
        {}, optional={"load_kg": st.floats(1, 40_000), "speed": st.floats(1, 120), "traffic_score": st.floats(1, 10)}
    ),
    km=st.floats(0.1, 5000),
    times=st.floats(1, 50),
)
def test_kilograms_go_with_kilometres(
    kind: str, vehicle: str, fuel: str | None, told: dict[str, float], km: float, times: float
) -> None:
    rows = [
        {"event_type": kind, "vehicle_type": vehicle, "fuel_type": fuel, "distance_km": each, **told}
        for each in (km, km * times)
    ]
    found = estimate(pl.DataFrame(rows, schema_overrides={"fuel_type": pl.String}))
    near, far = found["co2e_kg"]
    assert (near is None) == (far is None)
    if near is not None:
        assert far == pytest.approx(near * times, rel=1e-9)
        assert found["reason"][0] == found["reason"][1]
        assert found["confidence"][0] == pytest.approx(found["confidence"][1], abs=1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    kind=st.sampled_from(["factory", "warehouse"]),
    kwh=st.floats(0.001, 1e7),
    gas=st.none() | st.floats(0, 1e7),
    times=st.floats(1, 50),
    region=st.sampled_from(sorted(regions(factor_set()))),
)
def test_kilograms_go_with_energy(kind: str, kwh: float, gas: float | None, times: float, region: str) -> None:
    rows = [
        {"event_type": kind, "energy_kwh": kwh * each, "gas_kwh": gas and gas * each, "grid_region": region}
        for each in (1, times)
    ]
    found = estimate(pl.DataFrame(rows, schema_overrides={"gas_kwh": pl.Float64}))
    assert found["co2e_kg"][1] == pytest.approx(found["co2e_kg"][0] * times, rel=1e-9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(usual, st.sampled_from(["load_kg", "speed", "traffic_score", "fuel_litres", "energy_kwh"]))
def test_knowing_less_is_never_surer(batch: pl.DataFrame, forgotten: str) -> None:
    trips = batch.filter(pl.col("event_type").is_in(["logistics", "delivery"])).with_columns(
        calibration_ratio=pl.lit(None, pl.Float64)
    )
    width = pl.col("high_kg") / pl.col("co2e_kg")
    known, less = (
        estimate(each).select(width=width) for each in (trips, trips.with_columns(pl.lit(None).alias(forgotten)))
    )
    both = (
        pl.DataFrame({"known": known["width"], "less": less["width"]})
        .drop_nulls()
        .filter(pl.col("known").is_finite() & pl.col("less").is_finite())
    )
    assert (both["less"] >= both["known"] * (1 - 1e-9)).all()
