"""What the API says about hotspots."""

from datetime import datetime

from pydantic import BaseModel, Field


class Hotspot(BaseModel):
    """One episode of one entity and event type; the numbers are those of its worst event so far."""

    id: int
    entity: str
    entity_type: str = Field(description="supplier, route, factory or warehouse")
    event_type: str
    predicted_co2: float = Field(description="kg CO2e estimated for the worst event")
    baseline_co2: float = Field(description="kg CO2e typical for that event's activity")
    percent_above: float
    severity: str = Field(description="info, warn or critical")
    status: str = Field(description="active, resolved or ignored")
    event_id: int
    event_count: int = Field(description="events at or above the info threshold")
    first_event_at: datetime
    last_event_at: datetime
    created_at: datetime
    resolved_at: datetime | None


class HotspotStats(BaseModel):
    """Active hotspots by severity and by type of entity."""

    total: int
    by_severity: dict[str, int]
    by_entity_type: dict[str, int]
