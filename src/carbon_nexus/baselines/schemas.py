"""What the routes of this room take and answer."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from carbon_nexus.baselines.model import Metric, Sufficiency

MOST_EXTRA_DAYS = 400
SeasonCells = Literal["0", "all"]


def _written_out(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):  # a number would be seconds
        raise ValueError("must be a date written as YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_written_out)]


class Reason(BaseModel):
    """One reason why a baseline is not ok."""

    name: str
    description: str
    data: dict[str, Any] = Field(description="the figures behind it")


class Baseline(BaseModel):
    """What is typical of one entity, event type and metric, at all times or in one season cell."""

    id: int
    entity: str
    entity_type: str
    event_type: str
    metric: Metric = Field(description="intensity: of an event, by its activity; absolute: of all events of a UTC day")
    activity_unit: str
    unit: str = Field(description="of all values, in words")
    season_cell: int = Field(description="0: all times; 1 to 24: hours of weekdays; 25 to 48: of weekends, closed days")
    baseline_value: float | None = Field(description="the typical value; null: see reason")
    low: float | None = Field(description="5 % of what was observed lies below")
    high: float | None = Field(description="95 % of what was observed lies below")
    robust_scale: float | None = Field(description="standard deviation, told from the median distance to the median")
    method: str
    sample_size: int = Field(description="observations it rests on")
    window_start: datetime
    window_end: datetime
    confidence_score: float | None = Field(description="1 less the relative standard error of the value")
    sufficiency: Sufficiency
    reason: str | None = Field(description="why it is not ok; null: it is")
    reasons: list[Reason] = Field(description="the same as values")
    own_weight: float | None = Field(description="share of its own events in the value; the rest is its type's")
    updated_at: datetime


class CellBaseline(Baseline):
    """What is typical in one season cell."""

    when: str


class LearntState(BaseModel):
    """What the streaming state has learnt, in the unit of the baseline."""

    expected: float | None = Field(description="for an observation made now; null: too little is learnt")
    low: float | None = Field(description="of the usual range")
    high: float | None
    spread: float | None = Field(description="usual deviation as a natural logarithm: 0.1 is about 10 %")
    observations: int = Field(description="learnt so far, without what was confirmed as unusual")
    last_at: datetime = Field(description="time of the latest one")


class BaselineWithCells(Baseline):
    """A baseline, its season cells, and what its series' streaming state says now."""

    cells: list[CellBaseline]
    state: LearntState | None = Field(description="null: there is none yet; the next recalculation makes it")


class BaselineDay(BaseModel):
    """A baseline on one UTC day, and what was observed on that day."""

    day: date
    baseline_value: float | None = Field(description="as of the day's last recalculation; null: none was noted")
    low: float | None
    high: float | None
    sample_size: int | None
    confidence_score: float | None
    sufficiency: Sufficiency | None = Field(description="null: nothing was noted on that day")
    observed: float | None = Field(description="in the baseline's unit: kg by activity, or kg of the whole day")
    observed_kg: float | None
    event_count: int = Field(description="events behind it")
    reason: str | None = Field(description="why nothing is observed; null: something is")


class Recalculation(BaseModel):
    """What to make anew."""

    model_config = ConfigDict(extra="forbid")

    entity: Annotated[str, Field(min_length=1)] | None = Field(None, description="null: all entities")


class Recalculated(BaseModel):
    """How many baselines (of all times) there are now, by sufficiency."""

    ok: int
    young: int
    disqualified: int


class CalendarFacts(BaseModel):
    """Which days are like a Sunday; what is left out is not told."""

    model_config = ConfigDict(extra="forbid")

    country: str | None = Field(None, description="ISO 3166 code whose public holidays count, such as DE. null: none.")
    subdivision: str | None = Field(None, description="State or region of that country with holidays of its own.")
    extra_days: Annotated[list[Day], Field(max_length=MOST_EXTRA_DAYS)] = Field([], description="Own closed days.")


class NamedDay(BaseModel):
    """A day like a Sunday."""

    day: date
    name: str = Field(description="English, of the public holiday; or closed")


class CalendarAnswer(BaseModel):
    """The calendar, and the days it names in this year and the next."""

    country: str | None
    subdivision: str | None
    extra_days: list[date]
    days: list[NamedDay]


class ChangedCalendar(CalendarAnswer):
    """The calendar as it is now."""

    taken_up: str = Field(description="when baselines follow it")
