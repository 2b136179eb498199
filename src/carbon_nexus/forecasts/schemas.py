"""What the forecast API takes and says."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, FailFast, Field

from carbon_nexus.forecasts.model import HORIZON_DAYS, LARGEST_VALUE, LEVELS, MODEL_VERSION, Level, Metric, Status

LONGEST_HISTORY = 3660

DailyValue = Annotated[float, Field(ge=0, le=LARGEST_VALUE, allow_inf_nan=False)]


class Standing(StrEnum):
    """Whether there is a forecast of what is on record."""

    OK = "ok"
    INSUFFICIENT_HISTORY = "insufficient_history"
    BEING_MADE = "being_made"


class HistoryRequest(BaseModel):
    """A daily series to look ahead of."""

    history: Annotated[list[DailyValue], FailFast()] = Field(
        min_length=1, max_length=LONGEST_HISTORY, description="Historical emission values, one a day, oldest first"
    )


class SevenDays(BaseModel):
    """Seven days ahead with a 95 % band; empty arrays, and why, where the history does not carry a forecast."""

    forecast: list[float | None] = Field(description="By day; a null is a weekday that was never measured, see reason")
    confidence_low: list[float | None] = Field(description="Lower end of the 95 % band")
    confidence_high: list[float | None] = Field(description="Upper end of the 95 % band")
    model_version: str = MODEL_VERSION
    horizon_days: int = HORIZON_DAYS
    status: Status
    reason: str | None = Field(description="What is missing, or which days have no forecast")
    history_days: int = Field(description="Days with a measurement in the history")


class MeasuredError(BaseModel):
    """How good forecasts of this very series were at days in the past, from what was known then."""

    origins: int = Field(description="How many past forecasts it is measured on")
    mase: float | None = Field(
        description="Mean absolute error over that of repeating the same weekday of last week: 1 is no better than "
        "that, 0.5 half of it; null, as the others: too few past forecasts"
    )
    coverage_80: float | None = Field(description="Share of past days within their 80 % band, 0 to 1; 0.8 is honest")
    coverage_95: float | None = Field(description="Share of past days within their 95 % band, 0 to 1; 0.95 is honest")
    winkler_95: float | None = Field(
        description="Width of the 95 % band and a penalty for each miss, in the unit of mase: less is better"
    )


class Freshness(BaseModel):
    """When a forecast was made, and whether it is of what is known now."""

    made_at: datetime | None = Field(description="Null: it is being made")
    stale: bool = Field(description="True: days of its history have changed since, or its first day is over")
    stale_reason: str | None = Field(description="Since when and why")


class EmissionsForecast(SevenDays, Freshness):
    """The recorded emissions' seven days ahead, the day that runs first."""

    status: Standing  # type: ignore[assignment]
    dates: list[date] = Field(description="UTC days of the arrays")
    unit: str = "kg CO2e per day"
    filled_share: float | None = Field(
        description="Share of the last 56 days' kg that was estimated with stand-in values, 0 to 1; null: there is none"
    )
    measured_error: MeasuredError | None = Field(description="Null: there is no forecast")


class Series(BaseModel):
    """What is forecast; null: all of them together."""

    level: Level
    entity: str | None
    entity_type: str | None
    event_type: str | None


class Band(BaseModel):
    """A band by day."""

    level: int = Field(
        description=f"Share of days that are to lie within, in percent: one of {', '.join(map(str, LEVELS))}"
    )
    low: list[float]
    high: list[float]


class SumBand(BaseModel):
    """A band of a sum."""

    level: int
    low: float
    high: float


class Total(BaseModel):
    """The days together. Its bands are its own: errors of single days cancel in part."""

    forecast: float
    bands: list[SumBand]


class Part(BaseModel):
    """What a part adds to the total. Without an entity, in those of an event type: all others together."""

    entity: str | None
    entity_type: str | None
    event_type: str | None
    forecast: float = Field(description="Sum of the days")


class Window(BaseModel):
    """The history a forecast was made from."""

    first_day: date | None
    last_day: date | None
    history_days: int = Field(description="Days with a value in it")


class LastForecast(BaseModel):
    """The forecast of the seven days before beside what came."""

    made_as: Literal["recorded", "recalculated"] = Field(
        description="recorded: as it was stored before these days; recalculated: from what was known before them"
    )
    dates: list[date]
    forecast: list[float]
    actual: list[float | None] = Field(description="Null: no event with an estimate")
    days_compared: int = Field(description="Days that have an actual value; the errors are of these")
    error: float | None = Field(description="Forecast less actual, summed, in the unit of the values; null: no day")
    error_percent: float | None = Field(description="The same in percent of the actual sum; null: that is zero")


class ForecastAnswer(Freshness):
    """Days ahead of one series, and all that tells how far to trust them.

    Empty arrays, and why, while there is no forecast. Event types add up to the tenant, entities to event types.
    """

    series: Series
    metric: Metric
    unit: str
    status: Standing
    reason: str | None = Field(description="What is missing for a forecast")
    dates: list[date] = Field(description="UTC days of the arrays")
    forecast: list[float]
    bands: list[Band]
    total: Total | None
    parts: list[Part] = Field(
        description="The total by event type, or of an event type by entity: largest first, they add up to it"
    )
    model: str | None = Field(description="How it was made, and by which version")
    window: Window | None
    measured_error: MeasuredError | None
    filled_share: float | None = Field(
        description="Share of the last 56 days that was estimated with stand-in values, 0 to 1; null: there is nothing"
    )
    last: LastForecast | None = Field(description="Null: seven days ago there was too little history")
