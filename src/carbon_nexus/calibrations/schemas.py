"""What the calibration routes answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class FittedCalibration(BaseModel):
    """What measured trips taught about the model. A row never changes, but for the moment it went out of use."""

    id: int
    level: Literal["entity", "class"] = Field(
        description="entity: fitted on that entity's trips, and used for it; class: fitted on all trips of the class, "
        "and used for entities without one of their own."
    )
    entity_type: str | None = Field(description="null for a class")
    entity: str | None = Field(description="null for a class")
    event_type: str
    vehicle_class: str
    fuel: str
    quantity: Literal["fuel", "electricity", "both"] = Field(description="What was measured.")
    ratio: float = Field(description="Median of measured over modelled; a modelled estimate is multiplied by it.")
    half_width: float = Field(description="w of the 95 % interval of a trip: kg / (1 + w) to kg * (1 + w).")
    sample: int = Field(description="Trips it was fitted on.")
    first_event_at: datetime
    last_event_at: datetime
    created_at: datetime
    superseded_at: datetime | None = Field(description="Since when it is not used any more; null: in use.")
