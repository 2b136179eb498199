"""What the API says about hotspots."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field, model_validator

from carbon_nexus.hotspots.model import Kind, Severity, Verdict


class Hotspot(BaseModel):
    """One episode of one entity and event type; the numbers are those of its worst event (or day) so far."""

    id: int
    entity: str
    entity_type: str = Field(description="supplier, route, factory or warehouse")
    event_type: str
    metric: str = Field(description="intensity: kg of an event for its activity; absolute: kg of a UTC day")
    kind: Kind = Field(description="spike, sustained, drift or level_shift")
    predicted_co2: float = Field(description="kg CO2e estimated for the worst event")
    baseline_co2: float = Field(description="kg CO2e typical for that event's activity")
    typical_low_kg: float | None = Field(description="5th percentile of what is usual; null: not known")
    typical_high_kg: float | None = Field(description="95th percentile of what is usual; null: not known")
    percent_above: float
    chance_per_week: float | None = Field(description="how often a week it comes by chance; null: not known")
    excess_kg: float | None = Field(
        description="actual less typical, from the first event that stood out to the last sign"
    )
    severity: str = Field(description="info, warn or critical")
    status: str = Field(description="active, resolved or ignored")
    policy: str = Field(description="adaptive or ratio")
    rule: str = Field(description="name of the rule that found it")
    event_id: int
    event_count: int = Field(description="events (or days) that stood out")
    first_event_at: datetime
    last_event_at: datetime
    peak_at: datetime | None
    created_at: datetime
    resolved_at: datetime | None
    resolved_reason: str | None
    verdict: str | None = Field(description="useful, not_a_problem; null: nobody said")
    verdict_reason: str | None
    verdict_by: str | None


class ListedHotspot(Hotspot):
    """A hotspot in the list, with what its worst figure rests on: measured is tier T1 that is not filled."""

    tier: str | None = Field(
        description="T1, T2 or T3, of the estimate of the worst event; null: not known, or a day's sum of many"
    )
    filled: bool | None = Field(description="that estimate was made with an estimated value; null: there is none")


class HotspotSpark(BaseModel):
    """The trend of a hotspot's entity, event type and metric."""

    hotspot_id: int
    ratios: list[float | None] = Field(
        description="actual / typical of each of `days`: of the events that were compared, or of the day's sum; "
        "null: nothing was compared on that day"
    )


class HotspotSparks(BaseModel):
    """Trends of several hotspots over the same days."""

    days: list[date] = Field(description="UTC days, oldest first; the last one is today, so far")
    sparks: list[HotspotSpark]


class HotspotStats(BaseModel):
    """Active hotspots by severity and by type of entity."""

    total: int
    by_severity: dict[str, int]
    by_entity_type: dict[str, int]


class HotspotEvent(BaseModel):
    """An event in the time of a hotspot."""

    id: int
    event_id: int
    event_time: datetime
    activity: float | None
    activity_unit: str | None
    co2e_kg: float | None
    low_kg: float | None
    high_kg: float | None
    typical_kg: float | None = Field(description="null: there was nothing to compare with")
    ratio: float | None = Field(description="actual / typical")
    chance_per_week: float | None
    filled: bool = Field(description="estimated with an estimated value")
    tier: str | None = Field(description="T1 from measured fuel or electricity, T2, T3; null: no estimate, or not told")
    reason: str | None = Field(description="why there is no estimate")


class ExcessParts(BaseModel):
    """kg CO2e by cause; they add up to difference_kg."""

    volume_kg: float = Field(description="more or less was done")
    mix_kg: float = Field(description="with other vehicles or fuels")
    intensity_kg: float = Field(description="more or less per unit of activity")


class ChangedInput(BaseModel):
    """The median of an input in the episode beside its usual one."""

    field: str
    unit: str
    actual: float
    usual: float


class TopEvent(BaseModel):
    """An event and its part in the excess over what is typical."""

    event_id: int
    event_time: datetime
    co2e_kg: float
    typical_kg: float
    excess_kg: float
    share_of_excess: float


class SimilarHotspot(BaseModel):
    """A past episode of the same entity, event type and metric."""

    id: int
    kind: Kind
    severity: Severity
    status: str
    percent_above: float
    excess_kg: float | None
    event_count: int
    first_event_at: datetime
    last_event_at: datetime
    resolved_reason: str | None
    verdict: str | None


class WhyCard(BaseModel):
    """Why a hotspot stands out."""

    hotspot_id: int
    kind: Kind
    sentence: str
    worst_kg: float = Field(description="of the worst event (or day)")
    typical_kg: float
    typical_low_kg: float | None
    typical_high_kg: float | None
    percent_above: float
    chance_per_week: float | None
    excess_kg: float | None = Field(
        description="over what is typical, from the first event that stood out to the last sign"
    )
    actual_kg: float = Field(description="of all events in its time")
    usual_kg: float | None = Field(description="of as many events before it; null: there were none")
    difference_kg: float | None = Field(description="actual_kg less usual_kg: what the parts add up to")
    compared_with: str
    usual_events: int
    parts: ExcessParts | None
    main_cause: str | None = Field(description="volume, mix or intensity; null: there is no excess to split")
    inputs: list[ChangedInput]
    top_events: list[TopEvent]
    similar: list[SimilarHotspot]
    lowered_confidence: list[str]


class Feedback(BaseModel):
    """What a person says of a hotspot."""

    verdict: Verdict
    reason: str = Field("", max_length=1000, description="required for not_a_problem")

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.verdict is Verdict.NOT_A_PROBLEM and not self.reason.strip():
            raise ValueError("reason: not_a_problem needs one; tell why it is as it should be")
        return self


class ThresholdProposal(BaseModel):
    """A change of a rule that verdicts speak for, and its effect on the hotspots they are about."""

    rule: str
    entity: str | None = Field(description="null: the whole rule; else an override of this entity")
    term: str = Field(description="info, or false_alarms_per_entity_week")
    value: float
    dismissed: int
    avoided: int
    useful: int
    lost: int
    reason: str
