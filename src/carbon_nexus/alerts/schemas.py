"""What the API says about alerts."""

from datetime import datetime

from pydantic import BaseModel, Field


class Alert(BaseModel):
    """What was said about a hotspot when it opened or rose to this level."""

    id: int
    level: str = Field(description="info, warn or critical")
    message: str
    hotspot_id: int | None
    created_at: datetime
    acknowledged: bool
    acknowledged_at: datetime | None


class AlertStats(BaseModel):
    """Counts of alerts by level."""

    total: int
    by_level: dict[str, int]
