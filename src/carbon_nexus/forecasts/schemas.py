"""What the forecast API takes and says."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, FailFast, Field

from carbon_nexus.forecasts.forecast import LARGEST_VALUE
from carbon_nexus.forecasts.model import HORIZON_DAYS, MODEL_VERSION, Status

LONGEST_HISTORY = 3660

DailyValue = Annotated[float, Field(ge=0, le=LARGEST_VALUE, allow_inf_nan=False)]


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


class EmissionsForecast(SevenDays):
    """The recorded emissions' seven days ahead, the day that runs first."""

    dates: list[date] = Field(description="UTC days of the arrays")
    unit: str = "kg CO2e per day"
