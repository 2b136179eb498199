"""The words of the room: the fields of an activity event with their units and bounds, rules, rejects, results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import polars as pl

EVENT_TYPES = ("logistics", "delivery", "factory", "warehouse")
LONGEST_TEXT = 200  # characters of a known text field
LONGEST_EXTRA = 2_000  # characters of a column we do not know; it is kept as received
LONGEST_SHOWN = 60  # characters of a refused value that are repeated in its entry
MOST_ENTRIES = 1_000  # entries of one ingest's error list
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
    """

    name: str
    kind: Kind
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    required: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# Bounds catch wrong units and slips of the key, not unusual days: each lies well beyond what one event can be.
FIELDS: tuple[Field, ...] = (
    Field("event_type", Kind.WORD, required=True, choices=dict.fromkeys(EVENT_TYPES, ())),
    Field("supplier_id", Kind.TEXT, required=True),
    Field("timestamp", Kind.MOMENT, required=True),
    Field("vehicle_type", Kind.WORD),
    Field("fuel_type", Kind.WORD),
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
EVENT_SCHEMA = pl.Schema({each.name: _TYPES[each.kind] for each in FIELDS})
"""Columns of the event frame, in order; units stand in FIELDS."""


class Rule(IntEnum):
    """Why a value is refused; FINE is no reason."""

    FINE = 0
    MISSING = 1
    CHOICE = 2
    LONG = 3
    NUL = 4
    MOMENT = 5
    PAST = 6
    FUTURE = 7
    NUMBER = 8
    FINITE = 9
    LOW = 10
    HIGH = 11
    WHOLE = 12
    FLAG = 13


_WORDS = {
    Rule.MISSING: ("is missing", "Give a value."),
    Rule.NUL: ("holds a NUL character", "Remove it."),
    Rule.MOMENT: (
        "is not an ISO 8601 date or time",
        "Write it like 2026-03-18T14:30:00Z or 2026-03-18T15:30:00+01:00.",
    ),
    Rule.PAST: (f"must not lie before {EARLIEST_YEAR}", "Correct the year."),
    Rule.FUTURE: (
        f"must not lie more than {FUTURE_ALLOWED.days} day in the future",
        "Send events that have happened; check the date and its offset.",
    ),
    Rule.NUMBER: ("is not a number", "Write digits with a decimal point, without unit or thousands separator."),
    Rule.FINITE: ("must be a finite number", "Leave the value out where it is not known."),
    Rule.WHOLE: ("must be a whole number", "Count, do not average."),
    Rule.FLAG: ("must be true or false", "Write true or false."),
}


def explain(rule: Rule, field: Field | None) -> tuple[str, str]:
    """The rule that a value of `field` (None: a column we do not know) breaks, and the remedy, in words."""
    if rule is Rule.LONG:
        longest = LONGEST_TEXT if field else LONGEST_EXTRA
        return f"must have at most {longest} characters", "Shorten it."
    if field is not None and rule is Rule.CHOICE:
        return f"must be one of {', '.join(field.choices)}", f"Correct the {field.name.replace('_', ' ')}."
    if field is not None and rule in (Rule.LOW, Rule.HIGH):
        bound = f"at least {field.low:,}" if rule is Rule.LOW else f"at most {field.high:,}"
        return f"must be {bound} {field.unit}", f"Check the value and its unit ({field.unit})."
    return _WORDS[rule]


@dataclass(frozen=True)
class Problem:
    """One refused value: which field, the value as received (shortened), the rule it breaks, what to do."""

    field: str
    value: str | None
    rule: str
    remedy: str

    def sentence(self) -> str:
        """The problem in words."""
        shown = "" if self.value is None else f" '{self.value}'"
        return f"{self.field}{shown} {self.rule}. {self.remedy}"

    def entry(self) -> dict[str, Any]:
        """As JSON, for a field of a single event: the shape of a validation error of the API, plus rule and remedy."""
        return {
            "type": "invalid_value",
            "loc": ["body", self.field],
            "msg": self.sentence(),
            "input": self.value,
            "rule": self.rule,
            "remedy": self.remedy,
        }


@dataclass(frozen=True)
class Reject:
    """A row that was not accepted, by the line it starts on (the header is line 1), with all its problems."""

    line: int
    problems: tuple[Problem, ...]

    def entry(self) -> dict[str, Any]:
        """As JSON: the shape of a validation error of the API, plus line and problems."""
        sentences = " ".join(problem.sentence() for problem in self.problems)
        return {
            "type": "rejected_row",
            "loc": ["file", self.line],
            "msg": f"line {self.line}: {sentences}",
            "input": self.problems[0].value,
            "line": self.line,
            "problems": [vars(problem) for problem in self.problems],
        }


@dataclass(frozen=True)
class Rejects:
    """How many rows were rejected, and the first MOST_ENTRIES of them, by line."""

    count: int = 0
    first: tuple[Reject, ...] = ()

    def and_also(self, other: "Rejects") -> "Rejects":
        """Both together, in the order of lines."""
        both = sorted((*self.first, *other.first), key=lambda reject: reject.line)
        return Rejects(self.count + other.count, tuple(both[:MOST_ENTRIES]))

    def entries(self) -> list[dict[str, Any]]:
        """All as JSON; a last entry says how many more there were."""
        listed = [reject.entry() for reject in self.first]
        if self.count > len(listed):
            more = f"{self.count - len(listed)} more rows were rejected; the first {len(listed)} are listed."
            listed.append({"type": "more_rejected_rows", "loc": ["file"], "msg": more, "input": None})
        return listed


@dataclass(frozen=True)
class Quality:
    """Quality of a set of rows; percentages are null where there is nothing to measure."""

    completeness_pct: float | None
    predicted_pct: float | None
    anomalies_count: int
    total_rows: int


@dataclass(frozen=True)
class IngestResult:
    """What became of one ingest: rows read = stored + rejected + duplicate.

    `errors` are entries of Rejects, and of events whose id is taken by a different event. `job_id` is null where no
    job was kept (a single event). `quality` is that of the accepted rows, duplicates included.
    """

    job_id: UUID | None
    rows_total: int
    stored: int
    rejected: int
    duplicate: int
    quality: Quality
    errors: list[dict[str, Any]] = field(default_factory=list)


def shown(value: str | None) -> str | None:
    """A refused value as it may be repeated: shortened, and without characters JSON in a database cannot hold."""
    if value is None:
        return None
    short = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
    return short.replace("\x00", "\\0").encode("utf-8", "backslashreplace").decode()
