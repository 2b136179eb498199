"""What the API says about recorded emissions."""

from datetime import datetime

from pydantic import BaseModel, Field


class CurrentEmissions(BaseModel):
    """Emissions of the last 24 hours, from hourly sums; the window starts with a full hour."""

    current_rate: float | None = Field(description="Mean over the window; null: see reason")
    rate_unit: str = "kg CO2e per hour"
    reason: str | None = Field(description="Why there is no rate, or what it does not count")
    trend: float | None = Field(description="Percent change of the rate against the 24 hours before; null: see reason")
    trend_reason: str | None
    categories: dict[str, float] = Field(description="kg CO2e in the window by entity: the top 20, the rest as `other`")
    total_today: float = Field(description="kg CO2e of the UTC day so far")
    unit: str = "kg CO2e"
    target: float | None = None
    target_reason: str | None = "no target is set"
    last_updated: datetime | None = Field(description="When the newest estimate was made; null: there is none")
    prediction_count: int = Field(description="Events in the window, those without an estimate included")
    unestimated_count: int = Field(description="Events in the window without an estimate")
    window_start: datetime
    window_end: datetime


class EmissionsSummary(BaseModel):
    """All recorded emissions, from daily sums, and the hotspots that are active now."""

    total_emissions: float = Field(description="kg CO2e of all events with an estimate")
    average_emissions: float | None = Field(description="kg CO2e per event with an estimate; null: there is none")
    event_count: int
    unestimated_count: int = Field(description="Events without an estimate: not in the total, nor in the average")
    active_hotspots: int
    critical_hotspots: int = Field(description="Active hotspots of severity critical")
    unit: str = "kg CO2e"
