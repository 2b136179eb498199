"""The words of the room: the fields of an activity event with their units and bounds, what became of events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import polars as pl

from carbon_nexus.activities.vehicles import accepted_fuels, accepted_vehicles

EVENT_TYPES = ("logistics", "delivery", "factory", "warehouse")
LONGEST_TEXT = 200  # characters of a known text field
LONGEST_EXTRA = 2_000  # characters of a column we do not know; it is kept as received
LONGEST_SHOWN = 60  # characters of a refused value that are repeated in its entry
MOST_ENTRIES = 1_000  # rejected rows that one answer lists
MOST_COLUMNS = 500
EARLIEST_YEAR = 1990
FUTURE_ALLOWED = timedelta(days=1)  # clocks and time zones of the sender may be off by this much
FURNACE_UNITS: Mapping[str, tuple[str, ...]] = {
    "h": ("hr", "hrs", "hour", "hours"),
    "kwh": (),
    "m3": ("m³", "m^3", "cubic metre", "cubic metres", "cubic meter", "cubic meters"),
    "litre": ("l", "litres", "liter", "liters"),
    "kg": ("kgs", "kilogram", "kilograms", "kilogramme", "kilogrammes"),
}
"""What furnace_usage may count, each with its other spellings in lower case."""
MISSING_WORDS = ("", "null", "NULL", "Null", "none", "None", "NONE", "n/a", "N/A")


class Kind(StrEnum):
    """What a field holds. WORD is text that is lower-cased, TEXT keeps its case."""

    WORD = "word"
    TEXT = "text"
    MOMENT = "moment"
    NUMBER = "number"
    COUNT = "count"
    FLAG = "flag"


@dataclass(frozen=True)
class Field:
    """One field of an event; `low` and `high` are inclusive bounds in `unit` (numbers and counts only).

    A word with `choices` must be one of them; each stands with its other spellings, which are read as the word itself.
    One with `names` must be one of those, however its parts are joined, and stays as it is written.
    """

    name: str
    kind: Kind
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    required: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def accepted(self) -> tuple[str, ...]:
        """The words of a closed list; empty where any text will do."""
        return self.names or tuple(self.choices)


# Bounds catch wrong units and slips of the key, not unusual days: each lies well beyond what one event can be.
FIELDS: tuple[Field, ...] = (
    Field("event_type", Kind.WORD, required=True, choices=dict.fromkeys(EVENT_TYPES, ())),
    Field("supplier_id", Kind.TEXT, required=True),
    Field("timestamp", Kind.MOMENT, required=True),
    Field("vehicle_type", Kind.WORD, names=accepted_vehicles()),
    Field("fuel_type", Kind.WORD, names=accepted_fuels()),
    Field("route_id", Kind.TEXT),
    Field("warehouse_id", Kind.TEXT),
    Field("factory_id", Kind.TEXT),
    Field("distance_km", Kind.NUMBER, "km", 0, 50_000),  # once round the earth is 40,075 km
    Field("load_kg", Kind.NUMBER, "kg", 0, 1_000_000),
    Field("speed", Kind.NUMBER, "km/h", 0, 1_500),  # mean over the journey, by air too
    Field("energy_kwh", Kind.NUMBER, "kWh", 0, 1_000_000_000),  # 1 TWh in one event
    Field("fuel_litres", Kind.NUMBER, "litres", 0, 10_000_000),
    Field("furnace_usage", Kind.NUMBER, "units", 0, 1_000_000_000),  # see furnace_unit; the original gives none
    Field("cooling_load", Kind.NUMBER, "units", 0, 1_000_000_000),  # the original gives no unit
    Field("shift_hours", Kind.NUMBER, "hours", 0, 8_784),  # a leap year in one event
    Field("temperature", Kind.NUMBER, "degC", -60, 1_500),  # from deep-freeze store to furnace
    Field("refrigeration_load", Kind.NUMBER, "units", 0, 1_000_000_000),  # the original gives no unit
    Field("inventory_volume", Kind.NUMBER, "m3", 0, 100_000_000),
    Field("traffic_score", Kind.NUMBER, "points", 0, 10),
    Field("stop_events", Kind.COUNT, "stops", 0, 100_000),
    Field("delivery_count", Kind.COUNT, "deliveries", 0, 1_000_000),
    Field("idle_hours", Kind.NUMBER, "hours", 0, 168),  # engine on, standing; a week in one event
    Field("gas_kwh", Kind.NUMBER, "kWh", 0, 1_000_000_000),  # gross calorific value, as billed
    Field("furnace_unit", Kind.WORD, choices=FURNACE_UNITS),
    # what the event covers, up to a leap year; energy is divided by it, so it is about a second at least
    Field("period_hours", Kind.NUMBER, "hours", 0.0002, 8_784),
    Field("source", Kind.TEXT),
    Field("external_id", Kind.TEXT),
    Field("simulated", Kind.FLAG),
)
FIELD_OF = {each.name: each for each in FIELDS}
REQUIRED = tuple(each.name for each in FIELDS if each.required)

_TYPES: dict[Kind, pl.DataType] = {
    Kind.WORD: pl.String(),
    Kind.TEXT: pl.String(),
    Kind.MOMENT: pl.Datetime("us", "UTC"),
    Kind.NUMBER: pl.Float64(),
    Kind.COUNT: pl.Int64(),
    Kind.FLAG: pl.Boolean(),
}
EVENT_SCHEMA = pl.Schema({each.name: _TYPES[each.kind] for each in FIELDS} | {"source_zone": pl.String()})
"""Columns of the event frame, in order; units stand in FIELDS. `source_zone` is the zone a timestamp was sent in."""

REJECT_SCHEMA = pl.Schema(
    {
        "line": pl.Int64(),
        "supplier_id": pl.String(),
        "problems": pl.List(pl.Struct(dict.fromkeys(("field", "value", "rule", "remedy"), pl.String()))),
        "received": pl.String(),
    }
)
"""Rows that were not accepted: the line each stands on, its supplier as received, all that is wrong with it, and the
row as received, as a JSON object."""


@dataclass(frozen=True)
class Stored:
    """What became of accepted events: `new` were stored, `known` were there before (or came twice); event frames with
    `is_outlier`. `taken` are entries for known ones whose id belongs to a different event.
    """

    new: pl.DataFrame
    known: pl.DataFrame
    taken: list[dict[str, Any]] = field(default_factory=list)


def shown(value: str | None) -> str | None:
    """A refused value as it may be repeated: shortened, and without characters JSON in a database cannot hold."""
    if value is None:
        return None
    short = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
    return short.replace("\x00", "\\0").encode("utf-8", "backslashreplace").decode()
