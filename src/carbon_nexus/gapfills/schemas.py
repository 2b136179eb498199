"""What the routes of gap filling take and answer."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from carbon_nexus.entities.model import EntityType
from carbon_nexus.entities.schemas import Text


class FillableField(StrEnum):
    """A field that can be filled: the first three in trips, energy in events of sites."""

    DISTANCE_KM = "distance_km"
    LOAD_KG = "load_kg"
    SPEED = "speed"
    ENERGY_KWH = "energy_kwh"


class FillRequest(BaseModel):
    """Which gaps to fill."""

    model_config = ConfigDict(extra="forbid")

    fields: list[FillableField] = Field(min_length=1, max_length=4, description="Which fields to fill.")
    entity: Text | None = Field(None, description="Of one site, route or supplier; null: of all.")
    entity_type: EntityType | None = Field(None, description="Of one type of entity; null: of all.")
    since: AwareDatetime | None = Field(None, description="Events from this moment on, with its offset.")
    until: AwareDatetime | None = Field(None, description="Events before this moment, with its offset.")
    dry_run: bool = Field(False, description="Tell what would be filled, store nothing.")


class FilledGroup(BaseModel):
    """What became of the gaps of one entity in one field; errors and values in the field's unit."""

    model_config = ConfigDict(from_attributes=True)

    entity: str
    entity_type: EntityType
    event_type: str
    field: FillableField
    lacking: int = Field(description="Events looked at that lack it")
    filled: int
    method: str | None = Field(description="How most of them were filled; null: none was")
    sample_size: int | None = Field(description="The entity's own measured values it was made from")
    median_error: float | None = Field(description="Mean absolute error of the best median, values it had not seen")
    regression_error: float | None = Field(description="The same of the regression; null: too few to try")
    typical_value: float | None
    typical_low: float | None = Field(description="Low end of the 95 % interval, in the median")
    typical_high: float | None
    reason: str | None = Field(description="Why nothing was filled")


class FillAnswer(BaseModel):
    """What a call filled."""

    dry_run: bool
    filled: int = Field(description="Values estimated, stored unless it is a dry run")
    events: int = Field(description="Events they stand in for; the next scan estimates these anew")
    left: int = Field(description="Values that another call would fill: one fills 50,000 of 200 entities at most")
    not_fillable: int = Field(description="Values of entities with too few of their own; the first 200 are listed")
    groups: list[FilledGroup]


class TakenBack(BaseModel):
    """What a call took back."""

    values: int
    events: int = Field(description="The next scan estimates these anew, without the values")
    left: int = Field(description="Values that another call would take back")


class StandInValue(BaseModel):
    """A stored stand-in with its 95 % interval, in the field's unit."""

    id: int
    event_id: int
    field: FillableField
    value: float
    low: float
    high: float
    method: str
    sample_size: int
    entity: str | None
    event_time: datetime
    created_at: datetime
