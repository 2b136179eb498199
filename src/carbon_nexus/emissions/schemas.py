"""What the API says about recorded emissions."""

from datetime import datetime

from pydantic import BaseModel, Field

from carbon_nexus.emissions.model import By

MEASURED = "of it from metered fuel or electricity (tier T1), without values that stand in; null as co2e_kg"
SHARE = "measured_kg over co2e_kg, 0 to 1; null: there is nothing to share"


class MonthToDate(BaseModel):
    """The UTC month so far, from daily sums."""

    month: str = Field(description="such as 2026-12")
    co2e_kg: float | None = Field(description="kg CO2e of the events with an estimate; null: see reason")
    measured_kg: float | None = Field(description=MEASURED)
    measured_share: float | None = Field(description=SHARE)
    event_count: int = Field(description="those without an estimate included")
    unestimated_count: int
    reason: str | None = Field(description="why there is no sum, or what it does not count")


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
    target_reason: str | None = "targets are of a month: GET /targets/progress"
    last_updated: datetime | None = Field(description="When the newest estimate was made; null: there is none")
    prediction_count: int = Field(description="Events in the window, those without an estimate included")
    unestimated_count: int = Field(description="Events in the window without an estimate")
    window_start: datetime
    window_end: datetime
    measured_share: float | None = Field(
        description="Of the kg in the window from metered fuel or electricity (tier T1), without values that stand "
        "in, 0 to 1; null: there are none"
    )
    today_measured_share: float | None = Field(description="The same of the UTC day so far")
    month_to_date: MonthToDate


class EmissionsSummary(BaseModel):
    """All recorded emissions, from daily sums, and the hotspots that are active now."""

    total_emissions: float = Field(description="kg CO2e of all events with an estimate")
    average_emissions: float | None = Field(description="kg CO2e per event with an estimate; null: there is none")
    event_count: int
    unestimated_count: int = Field(description="Events without an estimate: not in the total, nor in the average")
    active_hotspots: int
    critical_hotspots: int = Field(description="Active hotspots of severity critical")
    unit: str = "kg CO2e"


class EmissionsHour(BaseModel):
    """One hour UTC, kg CO2e."""

    start: datetime
    running: bool = Field(description="it is not over, so its sums grow still")
    co2e_kg: float | None = Field(description="null: nothing came in, or nothing of it could be estimated")
    measured_kg: float | None = Field(description=MEASURED)
    event_count: int = Field(description="those without an estimate included")
    unestimated_count: int
    typical_kg: float | None = Field(
        description="what is typical of the same events; null: not known of each, see untypical_count"
    )
    untypical_count: int = Field(description="events of which no typical value is known")
    usual_kg: float | None = Field(
        description="median of this hour of the week in the eight weeks before; an hour without an event is zero; "
        "null: fewer than four weeks are known"
    )
    usual_low_kg: float | None = Field(description="10th percentile of the same weeks")
    usual_high_kg: float | None = Field(description="90th percentile of the same weeks")
    usual_weeks: int = Field(description="how many of the eight weeks are known")


class WindowTotals(BaseModel):
    """All hours of a window together, kg CO2e."""

    co2e_kg: float | None = Field(description="null: see reason")
    measured_kg: float | None = Field(description=MEASURED)
    measured_share: float | None = Field(description=SHARE)
    event_count: int = Field(description="those without an estimate included")
    unestimated_count: int
    typical_kg: float | None = Field(description="what is typical of the same events; null: not known of each")
    untypical_count: int = Field(description="events of which no typical value is known")
    reason: str | None = Field(description="why there is no sum, or what it does not count")


class EmissionsSeries(BaseModel):
    """Emissions hour by hour; the window starts with a full hour and ends with the one under way."""

    window_start: datetime
    window_end: datetime
    hours: list[EmissionsHour] = Field(description="oldest first, none left out")
    total: WindowTotals
    usual_reason: str | None = Field(
        description="why usual values are missing of at least one hour; null: they are not"
    )
    unit: str = "kg CO2e"


class Contributor(BaseModel):
    """What one entity, event type or scope came to, kg CO2e."""

    name: str
    entity_type: str | None = Field(description="of an entity; else null")
    co2e_kg: float
    measured_kg: float = Field(description=MEASURED)
    event_count: int = Field(description="events with an estimate that have a part in it")
    share: float | None = Field(description="of all kg in the window, 0 to 1; null: they add up to nothing")


class OtherContributors(BaseModel):
    """All parts that are not among the largest, together, kg CO2e."""

    count: int = Field(description="how many parts they are")
    co2e_kg: float
    measured_kg: float
    event_count: int
    share: float | None


class Breakdown(BaseModel):
    """Who or what the emissions of the last hours came from.

    By scope the upstream part of own fuel and electricity is scope 3, so that one event may be counted in two of them.
    """

    window_start: datetime
    window_end: datetime
    by: By
    co2e_kg: float | None = Field(description="all parts together; null: see reason")
    measured_kg: float | None = Field(description=MEASURED)
    measured_share: float | None = Field(description=SHARE)
    event_count: int = Field(description="those without an estimate included")
    unestimated_count: int = Field(description="in no part: nothing is known of them")
    reason: str | None = Field(description="why there is no sum, or what it does not count")
    parts: list[Contributor] = Field(description="largest first")
    others: OtherContributors | None = Field(description="the rest; null: there is none")
    unit: str = "kg CO2e"
