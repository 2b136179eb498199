"""The words of the room: a target, the month it is looked at in, and how it goes."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import polars as pl

from carbon_nexus.forecasts.model import Level

AT_RISK_FROM = 0.2  # chance of passing
WILL_PASS_FROM = 0.8
AS_LIKELY_AS_NOT = 0.5

DAY_SCHEMA = {
    "target_id": pl.Int64,
    "day": pl.Date,
    "kg": pl.Float64,
    "filled_kg": pl.Float64,
    "event_count": pl.Int64,
}
"""What the emissions under a target were on a UTC day: kg CO2e with stand-ins, the kg of these, and events of both."""


class Verdict(StrEnum):
    """How a target goes in a month. `kept` is said of a month that is over, `unknown` with a reason."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    WILL_PASS = "will_pass"
    PASSED = "passed"
    KEPT = "kept"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Target:
    """kg CO2e that must not be passed in a calendar month (UTC): of everything, an entity, an event type, or both.

    It holds in the month that begins on `month`, or `standing` from it on until another of the same scope takes its
    place; a single month's goes before a standing one. `id` is 0 until it is stored.
    """

    id: int
    entity: str | None
    entity_type: str | None
    event_type: str | None
    month: date
    standing: bool
    amount_kg: float

    @property
    def scope(self) -> tuple[str | None, str | None, str | None]:
        """Whose emissions: entity, entity type, event type."""
        return self.entity, self.entity_type, self.event_type

    @property
    def level(self) -> Level:
        """Which of the forecast series it is about."""
        if self.entity is not None:
            return Level.ENTITY if self.event_type is None else Level.SUBJECT
        return Level.TENANT if self.event_type is None else Level.EVENT_TYPE

    @property
    def labels(self) -> dict[str, str]:
        """Its scope as labels; what it sums over has none."""
        told = zip(("entity", "entity_type", "event_type"), self.scope, strict=True)
        return {name: value for name, value in told if value is not None}

    @property
    def subject(self) -> str:
        """Its scope as a sentence begins with it."""
        if self.entity is None:
            return "The whole" if self.event_type is None else f"All {self.event_type}"
        return self.entity if self.event_type is None else f"{self.entity} ({self.event_type})"


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in UTC."""

    first: date

    @property
    def name(self) -> str:
        """Such as 2026-12."""
        return f"{self.first:%Y-%m}"

    @property
    def length(self) -> int:
        """In days."""
        return monthrange(self.first.year, self.first.month)[1]

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=self.length - 1)

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.last + timedelta(days=1))

    def elapsed(self, now: datetime) -> float:
        """The share of it that has passed, 0 to 1."""
        start = datetime(self.first.year, self.first.month, 1, tzinfo=UTC)
        return min(max((now - start) / timedelta(days=self.length), 0.0), 1.0)


def month_of(day: date) -> Month:
    """The month of a UTC day."""
    return Month(day.replace(day=1))


@dataclass(frozen=True, slots=True)
class Progress:
    """How a target goes in a month; kg CO2e, of the forecast the median way and the 80 % band.

    `chance` is that of passing it by the month's end, between .025 and .975 as far as a forecast can tell, and 0 or 1
    where nothing is open any more. `passes_on`: the day on which it was passed, or is as likely as not. What is not
    known is None, and `reason` says why.
    """

    spent_kg: float
    filled_kg: float
    event_count: int
    share: float
    expected_by_now_kg: float
    month_end_kg: float | None
    month_end_low_kg: float | None
    month_end_high_kg: float | None
    chance: float | None
    passes_on: date | None
    verdict: Verdict
    reason: str | None


@dataclass(frozen=True, slots=True)
class BurnDay:
    """One UTC day of a target's month, kg CO2e; cumulative values are those of the day's end.

    `actual_kg` is None of a day without an event, and of days to come; today has it as far as it has come. Forecasts
    are of whole days, from today on.
    """

    day: date
    actual_kg: float | None
    filled_kg: float | None
    cumulative_kg: float | None
    line_kg: float
    remaining_kg: float | None
    forecast_kg: float | None
    forecast_cumulative_kg: float | None
    forecast_low_kg: float | None
    forecast_high_kg: float | None
