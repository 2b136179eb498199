"""What the API says about a scan."""

from pydantic import BaseModel, Field

from carbon_nexus.hotspots.schemas import Hotspot


class ScanAnswer(BaseModel):
    """A finished scan: the hotspots it opened or escalated."""

    status: str = "completed"
    hotspots_found: int
    hotspots: list[Hotspot]
    events_scanned: int = Field(description="events that had no estimate before")
    events_not_compared: int = Field(description="of them, those whose entity has no sufficient baseline")


class AnalysisAnswer(BaseModel):
    """A finished immediate analysis."""

    status: str = "success"
    message: str = "Immediate analysis completed"
    hotspots_detected: int
    predictions_generated: int = Field(description="events that had no estimate before")
    hotspots: list[Hotspot]
