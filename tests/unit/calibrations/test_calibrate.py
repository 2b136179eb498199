from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from carbon_nexus.calibrations.calibrate import (
    FIT_SCHEMA,
    LIVE_SCHEMA,
    Calibration,
    NotEnough,
    compared,
    fit,
    fits,
    news,
    with_calibrations,
)
from carbon_nexus.emissions.entity import with_entities
from carbon_nexus.emissions.estimate import estimate
from carbon_nexus.emissions.model import Basis

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
ARTIC = {"event_type": "logistics", "vehicle_type": "artic_40t", "fuel_type": "diesel", "distance_km": 100.0}
EVENT: dict[str, pl.DataType] = {
    **dict.fromkeys(("event_type", "vehicle_type", "fuel_type", "route_id", "supplier_id"), pl.String()),
    **dict.fromkeys(("distance_km", "load_kg", "speed", "fuel_litres", "energy_kwh"), pl.Float64()),
    "event_time": pl.Datetime("us", "UTC"),
    "event_id": pl.Int64(),
}
ARTIC_HALF_WIDTH = 0.21
HALF_OF_IT = float(np.exp(0.5 * np.log1p(ARTIC_HALF_WIDTH)) - 1)


def frame(*events: dict[str, Any]) -> pl.DataFrame:
    """Hourly trips of one supplier, on the route R where no other is named."""
    named = [
        {"supplier_id": "S", "route_id": "R", "event_id": place, "event_time": START + timedelta(hours=place), **event}
        for place, event in enumerate(events)
    ]
    return with_entities(pl.DataFrame(named, schema=EVENT))


def litres_of_model(event: dict[str, Any]) -> float:
    """The litres that make the measured estimate equal to the modelled one."""
    modelled, one_litre = estimate(frame(event, {**event, "fuel_litres": 1.0}))["co2e_kg"]
    return float(modelled / one_litre)


def trips(count: int, ratio: float, **event: Any) -> list[dict[str, Any]]:
    """Lorry trips whose litres are `ratio` times the model's."""
    return [{**ARTIC, **event, "fuel_litres": ratio * litres_of_model(ARTIC | event)}] * count


def live(**changes: Any) -> dict[str, Any]:
    row = {
        "calibration_id": 1, "level": "entity", "entity_type": "route", "entity": "R", "event_type": "logistics",
        "vehicle_class": "hgv_artic_over_33t", "fuel": "diesel", "quantity": "fuel", "ratio": 1.2, "half_width": 0.1,
        "sample": 30, "first_event_at": START, "last_event_at": START + timedelta(days=1),
    }  # fmt: skip
    return row | changes


OF_CLASS = live(calibration_id=2, level="class", entity_type=None, entity=None, ratio=1.1, half_width=0.3)


def calibrations(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=LIVE_SCHEMA)


def given(events: pl.DataFrame, *rows: dict[str, Any]) -> list[int | None]:
    return with_calibrations(events, calibrations(*rows))["calibration_id"].to_list()


class TestFit:
    def test_the_ratio_is_the_median_and_the_width_at_least_half_of_the_class_s(self) -> None:
        modelled = np.linspace(10, 90, 20)
        found = fit(1.2 * modelled, modelled, ARTIC_HALF_WIDTH)
        assert isinstance(found, Calibration)
        assert [found.ratio, found.half_width] == pytest.approx([1.2, HALF_OF_IT])
        assert found.sample == 20

    @pytest.mark.parametrize(("count", "rank"), [(20, 20), (39, 38), (40, 39), (59, 57), (100, 96)])
    def test_the_width_is_the_residual_of_rank_95_per_cent_of_one_more(self, count: int, rank: int) -> None:
        residuals = np.arange(1, count + 1) / 100
        signs = np.where(np.arange(count) % 2, 1.0, -1.0)
        logs = np.concatenate([residuals * signs, [0.0] * (count % 2)])[:count]
        found = fit(np.exp(logs), np.ones(count), 0.001)
        assert isinstance(found, Calibration)
        spread = np.sort(np.abs(logs - np.log(np.median(np.exp(logs)))))
        assert found.half_width == pytest.approx(np.expm1(spread[rank - 1]))

    @pytest.mark.parametrize("count", [0, 1, 19])
    def test_fewer_than_twenty_trips_say_how_many_are_needed(self, count: int) -> None:
        assert fit(np.ones(count), np.ones(count), 0.2) == NotEnough(
            f"{count} of the 20 measured trips that a calibration needs"
        )

    def test_pairs_that_are_no_measurement_do_not_count(self) -> None:
        measured = np.array([0.0, -1.0, np.nan, np.inf, 1.0, 1.0, 1.0, *[1.3] * 20])
        modelled = np.array([1.0, 1.0, 1.0, 1.0, 0.0, np.nan, -2.0, *[1.0] * 20])
        found = fit(measured, modelled, 0.2)
        assert isinstance(found, Calibration)
        assert found.ratio == pytest.approx(1.3)
        assert found.sample == 20

    def test_only_the_latest_hundred_trips_count(self) -> None:
        measured = np.concatenate([np.full(500, 3.0), np.full(100, 1.1)])
        found = fit(measured, np.ones(600), 0.2)
        assert isinstance(found, Calibration)
        assert found.ratio == pytest.approx(1.1)
        assert found.sample == 100

    @pytest.mark.parametrize("slip", [1000.0, 3.785 * 1.5, 0.19, 1e-3])
    def test_a_wrong_unit_is_refused(self, slip: float) -> None:
        found = fit(np.full(30, slip), np.ones(30), 0.2)
        assert isinstance(found, NotEnough)
        assert found.reason.endswith("times modelled: more likely a wrong unit")

    def test_mixed_units_are_refused(self) -> None:
        measured = np.where(np.arange(50) % 5 == 0, 1000.0, 1.0)
        assert fit(measured, np.ones(50), 0.2) == NotEnough(
            "trips differ by a factor of 1000.0: more likely mixed units"
        )

    def test_one_trip_that_is_off_changes_nothing(self) -> None:
        measured = np.full(60, 1.2)
        measured[7] = 1200.0
        assert fit(measured, np.ones(60), 0.2) == fit(np.full(60, 1.2), np.ones(60), 0.2)

    @pytest.mark.parametrize("count", [20, 50, 100])
    def test_the_interval_holds_95_per_cent_of_later_trips(self, count: int) -> None:
        """Heavy tails (Student's t with 3 degrees of freedom): no normal distribution is assumed."""
        random = np.random.default_rng(7)
        inside = []
        for _ in range(200):
            logs = 0.2 + 0.1 * random.standard_t(3, count + 200)
            found = fit(np.exp(logs[:count]), np.ones(count), 0.05)
            assert isinstance(found, Calibration)
            residuals = np.abs(logs[count:] - np.log(found.ratio))
            inside.append(np.mean(residuals <= np.log1p(found.half_width)))
        assert 0.93 <= np.mean(inside) <= 0.97


class TestTripsThatCount:
    @pytest.mark.parametrize(
        "event",
        [
            ARTIC | {"fuel_litres": 30.0},
            ARTIC | {"fuel_litres": 30.0, "fuel_type": "hvo"},
            ARTIC | {"fuel_litres": 30.0, "load_kg": 9000.0, "speed": 60.0},
            {"event_type": "delivery", "vehicle_type": "van_ev", "distance_km": 80.0, "energy_kwh": 20.0},
            {"event_type": "logistics", "vehicle_type": "car", "fuel_type": "phev", "distance_km": 30.0}
            | {"fuel_litres": 1.0, "energy_kwh": 2.0},
            {"event_type": "logistics", "vehicle_type": "car", "fuel_type": "phev", "distance_km": 30.0}
            | {"fuel_litres": 0.0, "energy_kwh": 5.0},
        ],
    )
    def test_a_measured_trip_that_can_be_modelled(self, event: dict[str, Any]) -> None:
        (row,) = compared(frame(event), Basis()).to_dicts()
        measured, modelled = estimate(frame(event, event | {"fuel_litres": None, "energy_kwh": None}))["co2e_kg"]
        assert (row["measured_kg"], row["modelled_kg"]) == (measured, modelled)

    @pytest.mark.parametrize(
        "event",
        [
            ARTIC,
            ARTIC | {"fuel_litres": 0.0},
            ARTIC | {"fuel_litres": -3.0},
            ARTIC | {"fuel_litres": 30.0, "distance_km": None},
            ARTIC | {"fuel_litres": 30.0, "distance_km": 0.0},
            ARTIC | {"fuel_litres": 30.0, "vehicle_type": "truck_ev"},
            ARTIC | {"fuel_litres": 30.0, "vehicle_type": None},
            ARTIC | {"energy_kwh": 30.0},
            ARTIC | {"fuel_litres": 30.0, "fuel_type": "electric"},
            {
                "event_type": "logistics",
                "vehicle_type": "car",
                "fuel_type": "phev",
                "distance_km": 30.0,
                "fuel_litres": 1.0,
            },
            {"event_type": "logistics", "vehicle_type": "rail", "fuel_type": "electric", "distance_km": 100.0}
            | {"load_kg": 1e5, "energy_kwh": 900.0},
            {"event_type": "warehouse", "vehicle_type": "car", "distance_km": 3.0, "energy_kwh": 900.0},
        ],
    )
    def test_a_trip_that_compares_with_nothing(self, event: dict[str, Any]) -> None:
        assert compared(frame(event), Basis()).is_empty()

    def test_the_ratio_is_one_of_litres(self) -> None:
        litres = litres_of_model(ARTIC)
        (row,) = compared(frame(ARTIC | {"fuel_litres": 1.7 * litres}), Basis()).to_dicts()
        assert row["measured_kg"] / row["modelled_kg"] == pytest.approx(1.7)
        assert row["class_half_width"] > ARTIC_HALF_WIDTH  # neither load nor speed is known

    def test_the_grid_does_not_change_the_ratio_of_an_electric_trip(self) -> None:
        van = {"event_type": "delivery", "vehicle_type": "van_ev", "distance_km": 80.0, "energy_kwh": 20.0}
        found = [compared(frame(van), Basis(grid_region=region)) for region in ("GB", "FR", "PL")]
        assert len({each["measured_kg"][0] for each in found}) == 3
        ratios = [each["measured_kg"][0] / each["modelled_kg"][0] for each in found]
        assert ratios == pytest.approx([ratios[0]] * 3)

    def test_a_calibration_in_use_does_not_feed_back(self) -> None:
        events = frame(*trips(1, 1.2))
        told = events.with_columns(calibration_ratio=pl.lit(3.0), calibration_spread=pl.lit(0.1))
        assert compared(told, Basis())["modelled_kg"].equals(compared(events, Basis())["modelled_kg"])


class TestLevels:
    def test_every_entity_and_the_class_get_their_own(self) -> None:
        found = fits(frame(*trips(30, 1.2), *trips(19, 0.9, route_id="Q"), *trips(1, 1.0, vehicle_type="van")), Basis())
        rows = {(row["level"], row["entity"], row["vehicle_class"]): row for row in found.to_dicts()}
        artic = "hgv_artic_over_33t"
        own, few, of_class = rows["entity", "R", artic], rows["entity", "Q", artic], rows["class", None, artic]
        assert (own["ratio"], own["sample"], own["why_not"]) == (pytest.approx(1.2), 30, None)
        assert few["why_not"] == "19 of the 20 measured trips that a calibration needs"
        assert (of_class["ratio"], of_class["sample"], of_class["entity_type"]) == (pytest.approx(1.2), 49, None)
        assert (own["first_event_at"], own["last_event_at"]) == (START, START + timedelta(hours=29))
        assert own["quantity"] == "fuel"

    def test_another_vehicle_is_never_surer_than_its_class(self) -> None:
        loaded = {"load_kg": 9000.0, "speed": 60.0}
        found = fits(frame(*trips(30, 1.2, **loaded)), Basis()).sort("level")
        assert found["level"].to_list() == ["class", "entity"]
        assert found["half_width"].to_list() == pytest.approx([ARTIC_HALF_WIDTH, HALF_OF_IT])

    def test_the_latest_trips_count_in_whatever_order_they_come(self) -> None:
        events = frame(*trips(40, 2.0), *trips(100, 1.1))
        found = fits(events.reverse(), Basis())
        assert found["ratio"].to_list() == pytest.approx([1.1, 1.1])
        assert found["sample"].to_list() == [100, 100]

    def test_event_types_and_fuels_are_apart(self) -> None:
        other = trips(20, 1.0, event_type="delivery") + trips(20, 0.9, fuel_type="hvo")
        found = fits(frame(*trips(20, 1.2), *other), Basis()).filter(pl.col("level") == "entity")
        ratios = {(row["event_type"], row["fuel"]): row["ratio"] for row in found.to_dicts()}
        assert ratios == {
            ("logistics", "diesel"): pytest.approx(1.2),
            ("delivery", "diesel"): pytest.approx(1.0),
            ("logistics", "hvo"): pytest.approx(0.9),
        }

    def test_names_of_one_class_are_one(self) -> None:
        lorry = trips(10, 1.2, vehicle_type="truck") + trips(10, 1.2, vehicle_type="Truck Diesel", fuel_type=None)
        found = fits(frame(*lorry, *trips(10, 1.2, vehicle_type="lorry", fuel_type=None)), Basis())
        assert found["sample"].to_list() == [30, 30]
        assert found["fuel"].unique().to_list() == ["diesel"]

    def test_nothing_measured_is_nothing_fitted(self) -> None:
        found = fits(frame(ARTIC), Basis())
        assert found.is_empty()
        assert found.schema == {**FIT_SCHEMA, "why_not": pl.String}


class TestUse:
    def test_an_entity_s_own_goes_before_its_class_s(self) -> None:
        events = frame(ARTIC, ARTIC | {"route_id": "Q"}, ARTIC | {"route_id": None}, ARTIC | {"route_id": "R"})
        assert given(events, live(), OF_CLASS) == [1, 2, 2, 1]
        assert given(events, live()) == [1, None, None, 1]
        assert given(events, OF_CLASS) == [2, 2, 2, 2]

    def test_what_is_of_another_kind_gets_none(self) -> None:
        events = frame(
            ARTIC | {"event_type": "delivery"},
            ARTIC | {"fuel_type": "hvo"},
            ARTIC | {"vehicle_type": "van"},
            ARTIC | {"vehicle_type": "no such"},
            ARTIC | {"vehicle_type": "truck_ev"},
            ARTIC | {"vehicle_type": None},
            {"event_type": "warehouse", "route_id": "R"},
        )
        assert given(events, live(), OF_CLASS) == [None] * 7

    def test_a_trip_that_is_measured_gets_none(self) -> None:
        electric = live(calibration_id=3, vehicle_class="car", fuel="electric")
        plug_in = live(calibration_id=4, vehicle_class="car", fuel="plug_in_hybrid")
        car = ARTIC | {"vehicle_type": "car", "fuel_type": "electric"}
        phev = ARTIC | {"vehicle_type": "car", "fuel_type": "phev"}
        events = frame(
            ARTIC | {"fuel_litres": 30.0},
            ARTIC | {"fuel_litres": 0.0},
            ARTIC | {"energy_kwh": 30.0},
            car | {"energy_kwh": 12.0},
            car | {"fuel_litres": 12.0},
            phev | {"energy_kwh": 12.0},
            phev | {"energy_kwh": 12.0, "fuel_litres": 0.0},
            phev | {"fuel_litres": 3.0},
        )
        assert given(events, live(), electric, plug_in) == [None, 1, 1, None, 3, 4, None, None]
        tiers = estimate(with_calibrations(events, calibrations(live(), electric, plug_in)))["tier"]
        assert (tiers == "T1").to_list() == [True, False, False, True, False, False, True, True]

    def test_nothing_else_about_the_events_changes(self) -> None:
        events = frame(*[ARTIC | {"route_id": route} for route in "QRQRZ"], {"event_type": "factory"})
        for rows in ((), (live(), OF_CLASS)):
            told = with_calibrations(events, calibrations(*rows))
            assert told.select(events.columns).equals(events)
            assert told.columns == [*events.columns, "calibration_ratio", "calibration_spread", "calibration_id"]
            assert told["calibration_id"].dtype == pl.Int64

    def test_the_estimate_takes_ratio_and_interval_and_says_so(self) -> None:
        loaded = ARTIC | {"load_kg": 9000.0, "speed": 60.0}
        plain, found = (
            estimate(with_calibrations(frame(loaded), calibrations(*rows))).row(0, named=True)
            for rows in ((), (live(),))
        )
        assert found["co2e_kg"] == pytest.approx(1.2 * plain["co2e_kg"])
        assert found["high_kg"] / found["co2e_kg"] == pytest.approx(1.1)
        assert found["co2e_kg"] / found["low_kg"] == pytest.approx(1.1)
        assert plain["high_kg"] / plain["co2e_kg"] == pytest.approx(1 + ARTIC_HALF_WIDTH)
        assert found["notes"] == "calibrated with measured trips"
        assert found["inputs_hash"] != plain["inputs_hash"]


class TestNews:
    def test_a_first_fit_is_news(self) -> None:
        found = fits(frame(*trips(30, 1.2)), Basis())
        new = news(found, calibrations())
        assert new.select(*FIT_SCHEMA).equals(found.select(*FIT_SCHEMA))
        assert new["supersedes"].to_list() == [None, None]

    def test_what_is_in_use_already_is_none(self) -> None:
        found = fits(frame(*trips(30, 1.2)), Basis())
        used = found.drop("why_not").with_row_index("calibration_id", 7)
        assert news(found, used.cast({"calibration_id": pl.Int64})).is_empty()

    @pytest.mark.parametrize(("column", "factor", "is_news"), [
        ("ratio", 1.005, False), ("ratio", 1.02, True), ("half_width", 0.995, False), ("half_width", 0.95, True),
    ])  # fmt: skip
    def test_a_change_of_one_per_cent_is_news(self, column: str, factor: float, is_news: bool) -> None:
        found = fits(frame(*trips(30, 1.2)), Basis())
        used = found.drop("why_not").with_columns(pl.col(column) * factor, calibration_id=pl.Series([7, 8]))
        assert news(found, used)["supersedes"].sort().to_list() == ([7, 8] if is_news else [])

    def test_what_is_refused_replaces_nothing(self) -> None:
        found = fits(frame(*trips(30, 1200.0)), Basis())
        assert news(found, calibrations(live(), OF_CLASS)).is_empty()
