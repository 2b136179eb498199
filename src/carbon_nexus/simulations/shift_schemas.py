"""What the API takes and says about moving electricity to cleaner hours."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from carbon_nexus.simulations.schemas import Number, PeriodSpec, Text
from carbon_nexus.simulations.shift import MOST_HOURS


class LoadShiftRequest(BaseModel):
    """Whose electricity moves: an entity's metered hours, or so many kWh a day, used evenly."""

    model_config = ConfigDict(extra="forbid")

    entity: Text | None = Field(None, description="a factory or warehouse that tells its electricity by the hour")
    event_type: Literal["factory", "warehouse"] | None = Field(None, description="where the entity has both")
    period: PeriodSpec = Field(default_factory=PeriodSpec, description="of the entity's events")
    energy_kwh: Annotated[Number, Field(gt=0, le=1e12)] | None = Field(
        None, description="of one day, in place of entity"
    )
    month: Annotated[int, Field(strict=True, ge=1, le=12)] | None = Field(None, description="with energy_kwh")
    grid_region: Text | None = Field(None, description="with entity: as if it drew from this one, such as GB-hourly")
    hours: Annotated[int, Field(strict=True, ge=1, le=MOST_HOURS)] = Field(description="that move, and of the window")
    flexible_share: Annotated[Number, Field(gt=0, le=1)] = Field(1.0, description="of these hours' electricity")
    within: Literal["day"] = Field("day", description="it moves within its UTC day")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        told = [name for name in ("energy_kwh", "month") if getattr(self, name) is not None]
        if self.entity is not None and told:
            raise ValueError(f"{told[0]}: an entity's own events tell it; leave it out")
        if self.entity is None and (len(told) < 2 or self.grid_region is None):
            raise ValueError("give entity, or energy_kwh with month and grid_region")
        if self.entity is None and (self.event_type or self.period != PeriodSpec()):
            raise ValueError("event_type and period are of an entity's events; leave them out")
        return self


class Move(BaseModel):
    """Electricity of one UTC hour, used in another hour of the same day."""

    from_hour: int
    to_hour: int


class SeasonShift(BaseModel):
    """What moves in one season, and where to."""

    season: str
    months: str
    window: str = Field(description="the cleanest hours in a row, such as 01:00 to 05:00 UTC")
    sentence: str
    moves: list[Move] = Field(description="the dirtiest hour goes to the cleanest of the window, and so on")
    days: int
    energy_kwh: float
    moved_kwh: float
    baseline_kg: float
    saving_kg: float
    percent: float | None = Field(description="saving_kg of baseline_kg; null: that is zero")


class NotShifted(BaseModel):
    """Events that tell nothing about when electricity was used."""

    reason: str
    events: int


class LoadShift(BaseModel):
    """Electricity as it is used against the same kWh in cleaner hours, by the same estimator. Nothing is stored."""

    entity: str | None
    entity_type: str | None
    event_type: str | None
    first_day: date | None
    last_day: date | None = Field(description="included")
    days: int = Field(description="with electricity by the hour")
    grid_region: str = Field(description="whose hours were taken")
    inventory_region: str | None = Field(description="what the entity's stored estimates are made with")
    factor_set: str
    hours: int
    flexible_share: float
    energy_kwh: float
    moved_kwh: float
    baseline_kg: float = Field(description="kg CO2e of the electricity, location-based, each hour by its own factor")
    shifted_kg: float
    saving_kg: float
    saving_low_kg: float = Field(description="Lower end of its 95 % interval: of meter and yearly factor alone")
    saving_high_kg: float
    percent: float | None = Field(description="saving_kg of baseline_kg; null: that is zero")
    per_week_kg: float = Field(description="saving_kg x 7 / days")
    per_year_kg: float = Field(description="of the mean day, all year, in each season to that season's window")
    seasons: list[SeasonShift]
    left_out: list[NotShifted]
    notes: list[str]
