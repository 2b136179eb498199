"""What the API takes and says about targets."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from carbon_nexus.entities.model import EntityType
from carbon_nexus.entities.schemas import EventType, Number, Text
from carbon_nexus.targets.model import Month, Target, Verdict

MOST_AT_ONCE = 1_000
MONTH = re.compile(r"2[0-9]{3}-(0[1-9]|1[0-2])")


def _month(value: Any) -> date:
    if isinstance(value, date):
        return value.replace(day=1)
    if not isinstance(value, str) or not MONTH.fullmatch(value):
        raise ValueError("must be a month such as 2026-12")
    return date.fromisoformat(f"{value}-01")


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


MonthText = Annotated[
    date,
    BeforeValidator(_month),
    PlainSerializer(lambda first: Month(first).name, return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{MONTH.pattern}$", "examples": ["2026-12"]}),
]


class TargetSpec(BaseModel):
    """kg CO2e that must not be passed in a month: of everything, an entity, an event type, or an entity's events of
    one type.
    """

    model_config = ConfigDict(extra="forbid")

    entity: Text | None = Field(None, description="its name, as in the events; null: of all entities")
    entity_type: EntityType | None = Field(None, description="needed where an entity is of several types")
    event_type: EventType | None = Field(None, description="null: of all types")
    month: MonthText | None = Field(None, description="the calendar month (UTC) it holds in; or tell from_month")
    from_month: MonthText | None = Field(
        None, description="it holds in every month from this one on, until another takes its place"
    )
    amount_kg: Annotated[Number, Field(gt=0, le=1e15)] = Field(description="kg CO2e in one month")

    @model_validator(mode="after")
    def _of_one_kind(self) -> "TargetSpec":
        if (self.month is None) == (self.from_month is None):
            raise ValueError("must have month (of that one alone) or from_month (of every month from it on), not both")
        return self

    def target(self) -> Target:
        """The target it tells, not stored yet."""
        month = self.month or self.from_month
        assert month is not None
        scope = self.entity, self.entity_type and str(self.entity_type), self.event_type
        return Target(0, *scope, month, self.month is None, self.amount_kg)


Specs = Annotated[
    list[TargetSpec],
    Field(min_length=1, max_length=MOST_AT_ONCE),
    BeforeValidator(_one_or_many, json_schema_input_type=TargetSpec | list[TargetSpec]),
]
"""One target, or a list of them."""


class TargetAnswer(BaseModel):
    """A stored target."""

    id: int
    entity: str | None = Field(description="null: of all entities")
    entity_type: str | None
    event_type: str | None = Field(description="null: of all types")
    month: str | None = Field(description="the one month it holds in; null: it is standing, see from_month")
    from_month: str | None = Field(description="it holds from this month on until another takes its place")
    amount_kg: float = Field(description="kg CO2e in one month")
    changed_by: str
    created_at: datetime
    updated_at: datetime


class ProgressFacts(BaseModel):
    """A target in one month; kg CO2e, stand-ins included."""

    target_id: int
    entity: str | None
    entity_type: str | None
    event_type: str | None
    amount_kg: float
    standing: bool = Field(description="whether it holds in other months too")
    spent_kg: float = Field(description="so far, of the running day as far as it has come; of a month that is over all")
    filled_kg: float = Field(description="of spent_kg what was estimated with values that stand in")
    event_count: int = Field(description="estimated events in spent_kg")
    share: float = Field(description="spent_kg over amount_kg")
    expected_by_now_kg: float = Field(description="on a straight line from zero to the whole amount")
    month_end_kg: float | None = Field(description="forecast of the whole month; null: see reason")
    month_end_low_kg: float | None = Field(description="lower end of the forecast's 80 % band")
    month_end_high_kg: float | None
    chance: float | None = Field(
        description="of passing it by the month's end; from a forecast .025 to .975, whose ends mean that or beyond; "
        "0 or 1: nothing is open any more; null: see reason"
    )
    passes_on: date | None = Field(description="UTC day on which it was passed, or is as likely as not; null: on none")
    verdict: Verdict = Field(
        description="passed; kept (the month is over); will_pass from a chance of .8 on; at_risk from .2 on; on_track; "
        "unknown: see reason"
    )
    reason: str | None = Field(description="why it is unknown")


class MonthProgress(BaseModel):
    """How all targets go that hold in a month."""

    month: str
    days: int
    as_of: datetime
    forecast_made_at: datetime | None = Field(description="null: the month needs no forecast, or there is none")
    targets: list[ProgressFacts] = Field(description="the whole first, then by name")


class BurnDayFacts(BaseModel):
    """One UTC day, kg CO2e; cumulative values are those at its end."""

    day: date
    actual_kg: float | None = Field(description="null: no event of that day is on record, or it is still to come")
    filled_kg: float | None = Field(description="of actual_kg what was estimated with values that stand in")
    cumulative_kg: float | None = Field(description="null: still to come")
    line_kg: float = Field(description="the straight line to the whole amount")
    remaining_kg: float | None = Field(description="amount less cumulative_kg; below zero it is passed")
    forecast_kg: float | None = Field(description="of the whole day, from today on; never below what has come")
    forecast_cumulative_kg: float | None
    forecast_low_kg: float | None = Field(description="lower end of the 80 % band of forecast_cumulative_kg")
    forecast_high_kg: float | None


class BurnDown(ProgressFacts):
    """A target's month day by day."""

    month: str
    as_of: datetime
    forecast_made_at: datetime | None
    forecast_reason: str | None = Field(description="why the forecast is missing or ends before the month; null: none")
    days: list[BurnDayFacts]
