"""The estimator as a whole: its frame, and the reason wherever there is no number."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from carbon_nexus.emissions.estimate import ESTIMATE_SCHEMA, MASSES, estimate
from carbon_nexus.emissions.inputs import AMOUNTS, INPUTS, LARGEST_INPUT, OTHER_AMOUNTS
from carbon_nexus.emissions.model import Basis
from tests.unit.emissions.asking import Row, factory, leg, near, one, tour

VAN: Row = {"event_type": "logistics", "vehicle_type": "van", "distance_km": 1.0}
METER: Row = {"event_type": "factory", "energy_kwh": 1.0}


class TestFrame:
    def test_no_events(self) -> None:
        assert estimate(pl.DataFrame()).schema == pl.Schema(ESTIMATE_SCHEMA)
        assert estimate(pl.DataFrame(schema=INPUTS)).schema == pl.Schema(ESTIMATE_SCHEMA)

    def test_one_row_for_each_event_in_order(self) -> None:
        kinds = ["logistics", "factory", None, "warehouse", "delivery", "flight"]
        events = pl.DataFrame({"event_type": kinds, "vehicle_type": "van", "distance_km": 100.0, "energy_kwh": 10.0})
        found = estimate(events)
        assert found.schema == pl.Schema(ESTIMATE_SCHEMA)
        # van of unknown fuel .2543 + .0613 per km; a kWh of the UK grid .2454
        trip, site = pytest.approx(31.56), pytest.approx(2.454)
        assert found["co2e_kg"].to_list() == [trip, site, None, site, trip, None]

    def test_columns_of_other_types(self) -> None:
        whole = pl.DataFrame({"event_type": ["logistics"], "vehicle_type": ["van"], "distance_km": [100]})
        enum = whole.with_columns(pl.col("event_type").cast(pl.Categorical), pl.lit(None).alias("load_kg"))
        assert_frame_equal(estimate(whole), estimate(enum))

    def test_other_columns_do_not_matter(self) -> None:
        events = pl.DataFrame([VAN, METER], infer_schema_length=None)
        assert_frame_equal(estimate(events.with_columns(colour=pl.lit("green"), event_id=pl.lit(7))), estimate(events))

    def test_a_frame_without_any_input(self) -> None:
        found = estimate(pl.DataFrame({"colour": ["green", "red"]}))
        assert found["reason"].to_list() == ["event_type is missing or not known"] * 2

    def test_the_parts_are_the_whole(self) -> None:
        row = tour(vehicle_type="car", fuel_type="phev", fuel_litres=2.0, energy_kwh=7.0)
        assert (row["co2e_kg"],) == near(2 * (2.06916 + 0.58094) + 7 * 0.2454)
        assert row["model_version"] == row["factor_set"] == "desnz-2025.2"
        assert (row["source"], row["remote"]) == ("embedded", False)

    def test_another_factor_set(self) -> None:
        # UK DESNZ 2026: .13096 + .03682 + .01299 + .00359 per kWh
        row = one(Basis("desnz-2026.1"), **METER)
        assert (row["co2e_kg"], row["scope2_kg"]) == near(0.18436, 0.13096)
        assert row["factor_set"] == row["model_version"] == "desnz-2026.1"


class TestNoNumber:
    @pytest.mark.parametrize(
        ("event", "reason"),
        [
            ({"distance_km": 1.0}, "vehicle_type is missing"),
            ({"distance_km": 1.0, "fuel_type": "diesel"}, "vehicle_type is missing"),
            ({"vehicle_type": "van"}, "distance_km is missing"),
            ({"vehicle_type": "ev"}, "distance_km is missing and no fuel or electricity was measured"),
            ({"vehicle_type": "spaceship", "fuel_litres": 5.0}, "vehicle_type 'spaceship' is not known"),
            ({"vehicle_type": "van", "fuel_type": "coal"}, "fuel_type 'coal' is not known"),
            ({"vehicle_type": "ev", "fuel_type": "diesel", "distance_km": 1.0}, "contradicts"),
            ({"vehicle_type": "bike", "fuel_type": "hvo", "distance_km": 1.0}, "no factor for motorbike on hvo"),
            ({"vehicle_type": "truck", "fuel_type": "b100", "distance_km": 1.0}, "it needs fuel_litres"),
            ({"vehicle_type": "e_bike", "distance_km": 1.0}, "it needs energy_kwh"),
            ({"vehicle_type": "van_i", "distance_km": 1.0}, "fuel_type is missing"),
            ({"vehicle_type": "rail", "distance_km": 1.0}, "load_kg is missing"),
            ({"vehicle_type": "van", "distance_km": 1.0, "grid_region": "Narnia"}, "grid_region 'Narnia' is not known"),
        ],
    )
    def test_reason_of_a_trip(self, event: Row, reason: str) -> None:
        row = leg(**event)
        assert reason in str(row["reason"])
        assert [row[name] for name in (*MASSES, "confidence", "tier", "method", "factor_id", "provenance")] == [
            None
        ] * (len(MASSES) + 5)

    @pytest.mark.parametrize("kind", ["flight", "", "Logistics", None])
    def test_reason_of_an_unknown_kind(self, kind: str | None) -> None:
        assert one(event_type=kind, distance_km=1.0)["reason"] == "event_type is missing or not known"

    def test_reason_of_a_site(self) -> None:
        assert factory()["reason"] == "energy_kwh is missing, and no fuel or benchmark tells the energy"

    def test_words_from_outside_are_cut_short(self) -> None:
        row = leg(vehicle_type="x" * 5000, grid_region="y" * 5000, distance_km=1.0)
        assert len(str(row["reason"])) < 1000


class TestImpossible:
    @pytest.mark.parametrize("name", [*AMOUNTS, *OTHER_AMOUNTS])
    @pytest.mark.parametrize("value", [-300.0, float("nan"), float("inf"), -float("inf"), 2 * LARGEST_INPUT])
    def test_amounts(self, name: str, value: float) -> None:
        for event in (VAN, METER):
            row = one(**(event | {name: value}))
            assert row["co2e_kg"] is None
            assert str(row["reason"]).startswith(f"{name} is ")
            assert "not a finite number, or above 1e+12" in str(row["reason"])

    def test_only_a_temperature_may_be_below_zero(self) -> None:
        assert one(**METER, temperature=-273.0)["co2e_kg"] == pytest.approx(0.2454)
        assert one(**VAN, load_kg=-0.5)["reason"] == "load_kg is negative, not a finite number, or above 1e+12"
        assert str(one(**METER, temperature=-274.0)["reason"]).startswith("temperature is below -273.15,")

    def test_whole_numbers_too(self) -> None:
        assert str(one(**VAN, delivery_count=-1)["reason"]).startswith("delivery_count is negative")

    def test_one_bad_event_leaves_the_others(self) -> None:
        events = pl.DataFrame([VAN, VAN | {"distance_km": -1.0}, METER, VAN], infer_schema_length=None)
        assert estimate(events)["co2e_kg"].is_null().to_list() == [False, True, False, False]
