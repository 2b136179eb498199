"""Ten entities that do the same for eight weeks and then do it wrong in a known way: what a diagnosis must name.

Simulated and seeded: day after day the usual inputs with a spread of a few percent, then one day with the fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from carbon_nexus.recommendations.model import Cause

Row = dict[str, Any]

FAULTY_DAY = datetime(2026, 3, 17, tzinfo=UTC)  # a Tuesday
HISTORY_DAYS = 56
SPREAD = 0.03
WORKING_HOURS = (6, 9, 12, 15)
EVERY_HOUR = tuple(range(24))
NIGHT, EVENING = range(6), range(17, 23)


@dataclass(frozen=True)
class Fault:
    """An entity, what it usually does, what it does on the faulty day instead, and the cause a diagnosis must name.

    `usual` and `faulty` give the inputs at an hour of day; `profile` is what is known of the entity.
    """

    entity: str
    cause: Cause
    usual: Callable[[int], Row]
    faulty: Callable[[int], Row]
    hours: tuple[int, ...] = WORKING_HOURS
    profile: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event_type(self) -> str:
        """Of its events."""
        return str(self.usual(0)["event_type"])


def _always(event: Row) -> Callable[[int], Row]:
    return lambda _: event


def _changed(event: Row, **inputs: Any) -> Callable[[int], Row]:
    return lambda _: event | inputs


ARTIC: Row = {
    "event_type": "logistics",
    "vehicle_type": "artic_44t",
    "fuel_type": "diesel",
    "distance_km": 240.0,
    "load_kg": 14_000.0,
}
RIGID = ARTIC | {"vehicle_type": "rigid_18t", "distance_km": 80.0, "load_kg": 5_000.0, "speed": 50.0, "idle_hours": 0.2}
VAN: Row = {
    "event_type": "delivery",
    "vehicle_type": "van_class_2",
    "fuel_type": "diesel",
    "distance_km": 70.0,
    "delivery_count": 100,
}
ELECTRIC = VAN | {"vehicle_type": "van_ev", "fuel_type": "electric"}
COLD: Row = {
    "event_type": "warehouse",
    "energy_kwh": 100.0,
    "temperature": -20.0,
    "refrigeration_load": 40.0,
    "inventory_volume": 2_000.0,
}
WORKS: Row = {"event_type": "factory", "energy_kwh": 300.0, "shift_hours": 1.0}
COOLING_FAULT: Row = {"energy_kwh": 170.0, "temperature": -14.0, "refrigeration_load": 66.0}
FURNACE = WORKS | {"furnace_usage": 200.0, "furnace_unit": "m3", "fuel_type": "natural_gas"}


def _by_night(hour: int) -> Row:
    return WORKS | {"energy_kwh": 400.0 if hour in NIGHT else 100.0}


def _by_evening(hour: int) -> Row:
    return WORKS | {"energy_kwh": 400.0 if hour in EVENING else 100.0}


FAULTS = (
    Fault("half empty lane", Cause.LOAD, _always(ARTIC), _changed(ARTIC, load_kg=6_000.0)),
    Fault(
        "diesel for electric", Cause.FUEL, _always(ELECTRIC), _changed(ELECTRIC, vehicle_type="van", fuel_type="diesel")
    ),
    Fault("speeding lane", Cause.SPEED, _always(ARTIC | {"speed": 80.0}), _changed(ARTIC, speed=112.0)),
    Fault("idling lane", Cause.STOPS, _always(RIGID), _changed(RIGID, idle_hours=4.0)),
    Fault("lorry for a van", Cause.VEHICLE, _always(VAN), _changed(VAN, vehicle_type="rigid_7.5t")),
    Fault(
        "thirsty lorry", Cause.CONSUMPTION, _always(ARTIC | {"fuel_litres": 80.0}), _changed(ARTIC, fuel_litres=115.0)
    ),
    Fault("sparse round", Cause.DENSITY, _always(VAN), _changed(VAN, delivery_count=45)),
    Fault("warm cold store", Cause.COOLING, _always(COLD), _always(COLD | COOLING_FAULT), EVERY_HOUR),
    Fault("works by evening", Cause.GRID, _by_night, _by_evening, EVERY_HOUR, {"grid_region": "GB-hourly"}),
    Fault("furnace left on", Cause.PROCESS, _always(FURNACE), _changed(FURNACE, furnace_usage=330.0), EVERY_HOUR),
)

_ID = {"logistics": "route_id", "delivery": "route_id", "warehouse": "warehouse_id", "factory": "factory_id"}
_NEVER_SPREAD = ("temperature", "shift_hours", "delivery_count")


def history(fault: Fault, days: int = HISTORY_DAYS, seed: int = 7) -> pl.DataFrame:
    """Usual days before the faulty one, as rows of events_normalized."""
    return _days(fault, fault.usual, range(-days, 0), seed)


def faulty_day(fault: Fault, seed: int = 8) -> pl.DataFrame:
    """The day with the fault."""
    return _days(fault, fault.faulty, range(1), seed)


def _days(fault: Fault, inputs: Callable[[int], Row], days: range, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng([seed, *fault.entity.encode()])
    named = {"tenant_id": 1, "supplier_id": "Simulated", _ID[fault.event_type]: fault.entity}
    rows = [
        named | _spread(inputs(hour), rng) | {"timestamp": FAULTY_DAY + timedelta(days=day, hours=hour)}
        for day in days
        for hour in fault.hours
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _spread(event: Row, rng: np.random.Generator) -> Row:
    return {
        name: value * rng.lognormal(0, SPREAD) if isinstance(value, float) and name not in _NEVER_SPREAD else value
        for name, value in event.items()
    }
