"""What the routes of this room answer. Names without a comment are the original's."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class Figures(BaseModel):
    """Quality of a set of rows; a percentage (0-100) is null where there is nothing to tell it from."""

    score: float | None = Field(description="0-100, the weighted mean of the dimensions; null: no rows.")
    reasons: list[str] = Field(description="What the score lost points for, the dearest first.")
    completeness_pct: float | None = Field(description="Mean share of the fields that matter for the event type.")
    predicted_pct: float | None = Field(description="Share of simulated rows.")
    validity_pct: float | None = Field(description="Share of the received rows that were not rejected.")
    timeliness_pct: float | None = Field(description="Share of rows that arrived within 48 hours of their time.")
    duplicate_pct: float | None = Field(description="Share of the received rows that were there already.")
    outlier_pct: float | None = Field(description="Share of rows flagged as outliers.")
    estimated_pct: float | None = Field(description="Share of rows that are simulated or have a value filled in later.")
    anomalies_count: int = Field(description="Rows flagged as outliers.")
    total_rows: int = Field(description="Rows stored.")
    rejected_rows: int = Field(description="Rows that broke a rule.")
    duplicate_rows: int = Field(description="Rows that were not stored because they were there already.")


class SourceQuality(Figures):
    """Quality of what a source sent."""

    source: str | None = Field(description="Null: told by another program.")
    last_updated: datetime


class EntityQuality(Figures):
    """Quality of what is told of a site, route or supplier; rejected rows belong to no entity."""

    entity: str
    entity_type: str
    last_updated: datetime


class DayQuality(Figures):
    """Quality of what arrived on a UTC day."""

    window_start: datetime


class OverallQuality(Figures):
    """Quality of all rows that arrived in the last seven UTC days; nulls with a reason where none did."""

    last_updated: datetime | None
    reason: str | None = Field(description="Why there is no score or no percentage.")
    sources: list[SourceQuality]


class SupplierQuality(Figures):
    """Quality of a supplier's rows over the seven UTC days up to its last arrival."""

    supplier_id: str
    window_start: datetime = Field(description="First day of arrival that is counted.")
    last_updated: datetime
    sources: list[SourceQuality]
    entities: list[EntityQuality] = Field(description="The worst first, at most 500.")
    entities_total: int
    days: list[DayQuality]


class Gap(BaseModel):
    """A silence that is longer than this entity's usual ones."""

    source: str | None = Field(description="Who delivered last; null: another program.")
    supplier_id: str | None
    entity: str
    entity_type: str
    event_type: str
    status: Literal["open", "closed"]
    last_report_at: datetime = Field(description="Beginning of the last hour with events before the silence.")
    next_report_at: datetime | None = Field(description="Beginning of the first hour after it; null while it is open.")
    since: datetime = Field(description="When the silence passed what is usual.")
    silent_hours: float
    usual_interval_hours: float = Field(description="Median time between reports.")
    longest_usual_hours: float = Field(description="Longest silence, but for the one exception that is allowed.")
    sentence: str


class Gaps(BaseModel):
    """Who stopped reporting, by its own rhythm of the last 56 days."""

    gaps: list[Gap] = Field(description="Open ones first, the longest first; at most 500.")
    gaps_total: int
    judged: int = Field(description="Entities and event types whose rhythm is known.")
    young: int = Field(description="Those with too few reports or deliveries for a verdict.")
    ended: int = Field(description="Those whose reports ended too long ago for one.")
    reason: str | None = Field(description="What was not judged; null: everything was.")
