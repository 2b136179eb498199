"""Names of vehicles and fuels: the original system's, everyday ones, and those that contradict each other."""

import polars as pl
import pytest

from carbon_nexus.activities.vehicles import (
    FUELS,
    FUELS_OF,
    VEHICLE_CLASSES,
    accepted_fuels,
    accepted_vehicles,
    canonical_fuel,
    canonical_vehicle,
    implied_fuel,
    resolve,
)


@pytest.mark.parametrize(
    ("name", "vehicle", "fuel"),
    [
        ("truck", "hgv_average", None),
        ("truck_diesel", "hgv_average", "diesel"),
        ("truck_ev", "hgv_average", "electric"),
        ("heavy_truck", "hgv_average", None),
        ("mini_truck", "van_average", None),
        ("van", "van_average", None),
        ("van_diesel", "van_average", "diesel"),
        ("van_ev", "van_average", "electric"),
        ("ev", "van_average", "electric"),
        ("bike", "motorbike", None),
        ("two_wheeler", "motorbike", None),
        ("Artic-40T", "hgv_artic_over_33t", None),
        ("HGV  rigid to 7.5t", "hgv_rigid_to_7.5t", None),
        ("  Truck - Diesel ", "hgv_average", "diesel"),
        ("Rail Freight", "rail_freight", None),
        ("spaceship", None, None),
        ("Articulated", "hgv_artic_average", None),
        ("rigid", "hgv_rigid_average", None),
        ("rigid 12t", "hgv_rigid_7.5t_to_17t", None),
        ("reefer-artic", "hgv_artic_average_refrigerated", None),
        ("e-cargo bike", "cargo_bike", "electric"),
        ("Electric Scooter", "motorbike", "electric"),
        ("artic-", "hgv_artic_average", None),
        ("lorry\x00", None, None),
        ("", None, None),
    ],
)
def test_vehicle_names(name: str, vehicle: str | None, fuel: str | None) -> None:
    names = pl.Series([name])
    assert canonical_vehicle(names).to_list() == [vehicle]
    assert implied_fuel(names).to_list() == [fuel]


def test_fuel_names() -> None:
    given = ["Diesel", "GASOLINE", "Plug-in Hybrid", "PHEV", "battery electric", "B100", "coal", None]
    wanted = ["diesel", "petrol", "plug_in_hybrid", "plug_in_hybrid", "electric", "biodiesel", None, None]
    assert canonical_fuel(pl.Series(given)).to_list() == wanted


def test_every_accepted_name_leads_somewhere() -> None:
    assert set(canonical_vehicle(pl.Series(accepted_vehicles())).to_list()) == set(VEHICLE_CLASSES)
    assert set(canonical_fuel(pl.Series(accepted_fuels())).to_list()) == set(FUELS)
    assert set(FUELS_OF) == set(VEHICLE_CLASSES)


@pytest.mark.parametrize(
    ("vehicle", "fuel", "resolved", "conflict"),
    [
        ("truck_diesel", None, "diesel", None),
        ("truck_diesel", "hvo", "hvo", None),
        ("ev", None, "electric", None),
        ("ev", "unknown", "electric", None),
        ("van", "petrol", "petrol", None),
        (None, "diesel", "diesel", None),
        ("ev", "diesel", "diesel", "vehicle_type 'ev' means electric, fuel_type 'diesel' contradicts it"),
        ("truck_diesel", "electric", "electric", "means diesel, fuel_type 'electric' contradicts it"),
        ("spaceship", "diesel", "diesel", "vehicle_type 'spaceship' is not known"),
        ("van", "coal", None, "fuel_type 'coal' is not known"),
    ],
)
def test_pairs(vehicle: str | None, fuel: str | None, resolved: str | None, conflict: str | None) -> None:
    schema = {"vehicle_type": pl.String, "fuel_type": pl.String}
    row = resolve(pl.DataFrame([(vehicle, fuel)], schema=schema, orient="row")).row(0, named=True)
    assert row["fuel"] == resolved
    assert (row["conflict"] is None) if conflict is None else (conflict in row["conflict"])
